"""Does a text look as if it held something personal? Asked before sending; the person decides."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from surveyapp.engine.definition import Item

_GAP = r"[\s.\-–]?"
_EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_CODE = re.compile(rf"(?<![\d+])\d(?:{_GAP}\d){{10}}(?!\d)")
_PHONE = re.compile(rf"(?<![\d.,])(?:(?:\+|00){_GAP}(?:372|371|380){_GAP})?\(?\d\)?(?:[\s\-–]?\d){{6,9}}(?![\d])")
_DATE_OR_YEARS = re.compile(r"^\s*(?:\d{1,2}[.\s-]\d{1,2}[.\s-]\d{4}|\d{4}\s?[-–]\s?\d{4})\s*$")
_FEWEST_DIGITS = 7

KINDS = ("personal_code", "email", "phone")


def looks_personal(text: str) -> tuple[str, ...]:
    """Kinds of personal details the text seems to hold, among KINDS; empty when there is none."""
    return tuple(_kinds(text))


def own_words(item: Item, answer: Any) -> str:
    """What the person wrote in an answer, in whatever language; empty where they only chose."""
    if isinstance(answer, Mapping):
        return str(answer.get("text", ""))
    return answer if item.type == "text" and isinstance(answer, str) else ""


def personal_items(items: Sequence[Item], answers: Mapping[str, Any]) -> list[Item]:
    """Those whose text looks as if it could tell who somebody is."""
    return [item for item in items if looks_personal(own_words(item, answers.get(item.id)))]


def _kinds(text: str) -> Iterator[str]:
    if _CODE.search(text):
        yield "personal_code"
    if _EMAIL.search(text):
        yield "email"
    if any(_is_phone(found[0]) for found in _PHONE.finditer(_CODE.sub(" ", text))):
        yield "phone"


def _is_phone(found: str) -> bool:
    digits = sum(letter.isdigit() for letter in found)
    return digits >= _FEWEST_DIGITS and not _DATE_OR_YEARS.match(found)
