"""Words people type to a conversation instead of tapping, in the five languages, and how typed text is compared."""

import unicodedata

from surveyapp.engine.cleaning import matchable

_KEYCAP = str.maketrans("", "", "\ufe0f\u20e3✓")
_DASHES = str.maketrans("–—−‑", "----")

_WORDS = {
    "skip": "skip; izlaist; jäta vahele; jätan vahele; пропустить; пропустити",
    "back": "back; atpakaļ; tagasi; назад",
    "done": "done; gatavs; valmis; готово",
    "stop": "stop; pārtraukt; katkesta; прекратить; припинити",
    "help": "help; palīdzība; abi; помощь; допомога",
    "send": "send; send my answers; nosūtīt; nosūtīt manas atbildes; saada; saadan oma vastused; отправить; отправить мои ответы; "
    "надіслати; надіслати мої відповіді",
    "keep": "keep; continue; turpināt; atstāt; jätka; jäta; продолжить; оставить; продовжити; залишити",
    "change": "change; mainīt; muuda; изменить; змінити",
}

_YES = "yes; y; jā; jah; да; так; i agree; piekrītu; nõustun; согласие есть; згода є"
_NO = "no; n; nē; ei; нет; ні; i do not agree; nepiekrītu; ei nõustu; согласия нет; згоди немає"


def plain(text: str) -> str:
    """A text as it is compared: without case, accents, width, keycaps, outer punctuation and doubled blanks."""
    return " ".join(matchable(text.translate(_KEYCAP).translate(_DASHES)).split())


def figures(text: str) -> str:
    """A text in which digits of any width, and those on keys, are plain ones."""
    return unicodedata.normalize("NFKC", text.translate(_KEYCAP))


def _each(words: str) -> list[str]:
    return [plain(word) for word in words.split(";")]


COMMANDS: dict[str, str] = {word: command for command, words in _WORDS.items() for word in _each(words)}
"""Typed word, as ``plain`` gives it -> command."""

ANSWERS: dict[str, bool] = {**dict.fromkeys(_each(_YES), True), **dict.fromkeys(_each(_NO), False)}
"""Typed word -> agreed or not."""


def is_question_mark(text: str) -> bool:
    """Nothing but a question mark: "I don't know" to whoever types it."""
    return figures(text).strip() == "?"
