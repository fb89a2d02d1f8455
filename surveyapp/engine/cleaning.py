"""What may stand in a text: nearly everything. Only what would break a store or a page is refused."""

import re
import unicodedata
from typing import NamedTuple

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c]")
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
_NOT_IN_A_LINE = re.compile(r"[\t\n\x80-\x9f\u2028\u2029]")

DIRECTION = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of writing: kept in answers, refused in names, where they would turn what stands beside."""


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


def clean_name(raw: str, limit: int) -> str | Flaw:
    """What somebody or something is called: one line, without blanks around it, otherwise as ``clean_text`` has it.

    Of what can't be seen alone there is no name: "name_missing".
    """
    text = clean_text(raw.strip(" \t\r\n"), limit)
    if isinstance(text, Flaw):
        return text
    if _NOT_IN_A_LINE.search(text) or DIRECTION.search(text):
        return Flaw("control_character", {})
    if not any(letter.isprintable() and not letter.isspace() for letter in text):
        return Flaw("name_missing", {})
    return text


def matchable(text: str) -> str:
    """A text as it is compared: without case, accents, width and outer punctuation."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).strip(" .,;:!?\t\n")
