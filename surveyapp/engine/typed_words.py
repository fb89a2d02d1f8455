"""Words people type to a conversation instead of tapping, in the five languages, and how typed text is compared."""

import unicodedata

from surveyapp.engine.cleaning import matchable

_KEYCAP = str.maketrans("", "", "\ufe0f\u20e3✓‹")
_DASHES = str.maketrans("–—−‑", "----")

# Of a button, its words as they stand on it are among them.
_WORDS = {
    "skip": "skip; izlaist; jäta vahele; jätan vahele; пропустить; пропустити; go on without text; "
    "turpināt bez teksta; jätkan ilma tekstita; продолжить без текста; продовжити без тексту",
    "back": "back; atpakaļ; tagasi; назад",
    "done": "done; gatavs; valmis; готово",
    "stop": "stop; pārtraukt; katkesta; прекратить; припинити",
    "help": "help; palīdzība; abi; помощь; допомога",
    "send": "send; send my answers; nosūtīt; nosūtīt manas atbildes; saada; saadan oma vastused; отправить; отправить мои ответы; "
    "надіслати; надіслати мої відповіді; send as it is; nosūtīt, kā ir; saadan nii; отправить как есть; надіслати як є",
    "keep": "keep; continue; go on; jätkan; turpināt; atstāt; jätka; jäta; продолжить; оставить; продовжити; залишити",
    "change": "change; mainīt; muuda; muudan; изменить; змінити; change an answer; mainīt atbildi; muudan vastust; "
    "изменить ответ; змінити відповідь",
    "more": "read more; lasīt vairāk; loen lähemalt; читать подробнее; читати докладніше",
    "web": "fill in on the website; aizpildīt tīmekļvietnē; vastan veebilehel; заполнить на сайте; заповнити на сайті",
    "simple": "use the simple version; use the standard version; lietot vienkāršo versiju; lietot parasto versiju; "
    "kasutan lihtsat versiooni; kasutan tavalist versiooni; перейти на простую версию; перейти на обычную версию; "
    "перейти на просту версію; перейти на звичайну версію",
    "delete": "delete; delete my answers; dzēst manas atbildes; kustutan oma vastused; удалить мои ответы; "
    "видалити мої відповіді",
    "erase": "yes, delete for good; jā, dzēst pavisam; jah, kustutan lõplikult; да, удалить навсегда; "
    "так, видалити назавжди",
    "restart": "start again; sākt no jauna; alustan uuesti; начать сначала; почати спочатку",
    "remind": "remind me tomorrow; atgādināt man rīt; palun meelde tuletada homme; напомнить мне завтра; "
    "нагадати мені завтра",
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
