"""Which of the five languages a text is written in: common words, and letters only one of them has."""

import re
from collections import Counter

WORDS = {
    "et": "ja ei on või see mis kas kui teie te mida jah palun edasi tagasi vastused vastus küsimus kuidas väga hea "
    "oma meie saab olete teenuse lehele ka selle aga tagasiside",
    "lv": "un nav ir vai tas kas jūs jūsu ja lūdzu tālāk atpakaļ atbildes atbilde jautājums kā ļoti labi mēs "
    "par ar no uz kvalitāte pakalpojumu izvēlieties nevaru",
    "ru": "и не на в что вы как ваш ваши или это да нет если пожалуйста далее назад ответ ответы вопрос очень мы с по "
    "для могу хочу из все чтобы",
    "en": "the and of to is you your or not what how please next back answer answers question very we with for in "
    "this can are it skip continue",
    "uk": "і та не на в у що ви як ваш ваші або це так ні якщо далі назад відповідь відповіді запитання дуже ми з "
    "для можу хочу усі щоб із",
}
"""Language -> frequent words of such pages."""

LETTERS = {"et": "õäöü", "lv": "āēīūčģķļņ", "ru": "ыэёъ", "en": "", "uk": "іїєґ"}
"""Language -> letters that none of the other four uses."""

NAMES = {"eesti": "et", "eesti keel": "et", "latviešu": "lv", "latviešu valoda": "lv", "русский": "ru"}
NAMES |= {"русский язык": "ru", "english": "en", "українська": "uk", "українська мова": "uk"}
"""A language's own name, lower case -> its code."""

CYRILLIC = frozenset({"ru", "uk"})
_TOKEN = re.compile(r"[^\W\d_]+")
_FREQUENT = {language: frozenset(words.split()) for language, words in WORDS.items()}


def guess(text: str) -> str | None:
    """The language the text is most likely in; None when it is too short or too mixed to tell."""
    tokens = _TOKEN.findall(text.lower())
    scores: Counter[str] = Counter()
    for language, frequent in _FREQUENT.items():
        own = frozenset(LETTERS[language])
        scores[language] = sum((token in frequent) + (not own.isdisjoint(token)) for token in tokens)
    (first, best), (_, second) = scores.most_common(2)
    return first if best >= 4 and best >= 1.5 * second else None


def is_cyrillic(text: str) -> bool:
    """Most of the text's letters are Cyrillic."""
    letters = [letter for letter in text if letter.isalpha()]
    cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in letters)
    return bool(letters) and cyrillic * 2 > len(letters)
