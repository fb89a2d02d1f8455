"""What may stand in a text: nearly everything. Only what would break a store or a page is refused."""

import re
import unicodedata
from typing import NamedTuple

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c]")
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")


class Flaw(NamedTuple):
    """Why a text can't be taken: a code and what fills its wording."""

    code: str
    values: dict[str, int | str]


def clean_text(raw: str, limit: int) -> str | Flaw:
    """The text in NFC with line feeds for line ends, otherwise as typed, or why it can't be stored.

    ``limit`` counts characters after cleaning. Nothing is cut, and nothing is dropped silently.
    """
    if _UNREADABLE.search(raw):
        return Flaw("unreadable_character", {})
    if _CONTROL.search(raw):
        return Flaw("control_character", {})
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", raw))
    if len(text) > limit:
        return Flaw("too_long", {"length": len(text), "limit": limit})
    return text


def matchable(text: str) -> str:
    """A text as it is compared: without case, accents, width and outer punctuation."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip(" .,;:!?\t\n")
