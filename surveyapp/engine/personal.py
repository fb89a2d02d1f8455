"""What tells who somebody is, found in a text by its looks: e-mail addresses, personal codes, telephone numbers.

Asked about before a text is sent, where the person decides; ``anonymise.scrubbing`` takes them out and knows more kinds.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from surveyapp.engine.definition import Item

_UNSEEN = re.compile(
    r"[\x00\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_AT = r"(?:\s@\s|@\s?|\s?[(\[]\s?(?:at|ät|et|собака|равлик|@)\s?[)\]]\s?)"
_DOT = r"(?:\.|\s?[(\[]\s?(?:dot|punkts?|точка|крапка|\.)\s?[)\]]\s?|\s(?:dot|punkts?|точка|крапка)\s)"
_AT_WORD, _DOT_WORD = r"\s(?:at|ät|et|собака|равлик)\s", r"\s(?:dot|punkts?|точка|крапка)\s"
_LOCAL = rf"(?<![\w.+-])\"?[\w.+-]++(?:{_DOT_WORD}[\w.+-]++)*\"?"
_END = r"[^\W\d_]{2,}"
_EMAIL = re.compile(
    rf"{_LOCAL}{_AT}[\w-]+(?:{_DOT}[\w-]+)*{_DOT}{_END}|{_LOCAL}{_AT_WORD}[\w-]+(?:{_DOT_WORD}[\w-]+)*{_DOT_WORD}{_END}",
    re.IGNORECASE,
)
_HINT = re.compile(r"@|[\s(\[](?:at|ät|et|собака|равлик)[\s)\]]", re.IGNORECASE)

_CODE_GAP = r"(?:\s?[.\-‐-―−]\s?|\s)?"
CODE = re.compile(rf"(?<![\d+])(?<!\d[\s.-])\d(?:{_CODE_GAP}\d){{10}}(?!{_CODE_GAP}\d)")
"""Eleven digits and no more, however they are spaced: a checksum would let through every mistyped code."""

_NUMBER = re.compile(r"(?:\+\s?)?\(?\d(?:[\s.\-‐-―−()/]{0,3}\d){6,}")
_NO_PHONE = re.compile(
    r"\d{1,2}[.\s\-/]\d{1,2}[.\s\-/]\d{4}"  # a day
    r"|\d{4}[.\-/]\d{1,2}[.\-/]\d{1,2}"
    r"|(?:(?:19|20)\d\d\.?\s?[-–—/ ]\s?)+(?:19|20)\d\d"  # years
    r"|\d{1,2}[.]\d{2}\s?[-–—]\s?\d{1,2}[.]\d{2}"  # opening hours
    r"|\d{1,3}(?: ?\d{3})*\.\d{2}|\d{1,3}(?: \d{3})* 000"  # an amount of money
)
_UNIT = re.compile(r"\s?(?:€|\$|£|₴|₽|eur|euro|eiro|евро|євро|usd|руб|грн|uah|kr)", re.IGNORECASE)

KINDS = ("personal_code", "email", "phone")


def shown(text: str) -> str:
    """The text as it looks: NFKC, so that full-width digits are digits, and without characters nobody sees."""
    return text if text.isascii() else unicodedata.normalize("NFKC", _UNSEEN.sub("", text))


def emails(text: str) -> Iterator[tuple[int, int]]:
    """Where e-mail addresses stand, ``name(at)host.ee``, ``name ät host punkt ee`` and their like among them."""
    if _HINT.search(text):
        yield from (found.span() for found in _EMAIL.finditer(text))


def phones(text: str) -> Iterator[tuple[int, int]]:
    """Where telephone numbers stand: seven digits or more that are no day, no years, no hours and no price."""
    for found in _NUMBER.finditer(text):
        start, end = found.span()
        if _NO_PHONE.fullmatch(text, start, end) or _UNIT.match(text, end):
            continue
        yield start, end


def looks_personal(text: str) -> tuple[str, ...]:
    """Kinds of personal details the text seems to hold, among KINDS; empty when there is none."""
    return tuple(_kinds(shown(text)))


def own_words(item: Item, answer: Any) -> str:
    """What the person wrote in an answer, in whatever language; empty where they only chose."""
    if isinstance(answer, Mapping):
        return str(answer.get("text", ""))
    return answer if item.type == "text" and isinstance(answer, str) else ""


def personal_items(items: Sequence[Item], answers: Mapping[str, Any]) -> list[Item]:
    """Those whose text looks as if it could tell who somebody is."""
    return [item for item in items if looks_personal(own_words(item, answers.get(item.id)))]


def _kinds(text: str) -> Iterator[str]:
    if CODE.search(text):
        yield "personal_code"
    if any(emails(text)):
        yield "email"
    if any(phones(CODE.sub(" ", text))):
        yield "phone"
