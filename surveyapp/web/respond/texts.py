"""Texts of questionnaires on their way to a template: placeholders, paragraphs, web addresses, codes. Never HTML."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with ``{name}`` replaced where ``values`` knows the name. Anything else in braces stays as written."""
    if "{" not in text:
        return text
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


class Voice(NamedTuple):
    """How one person is spoken to.

    ``variant``: "standard" or "easy"; ``values``: what stands for the placeholders of wordings; ``order``: which of
    the four fixed orders shuffled options have.
    """

    language: str
    variant: str = "standard"
    values: Mapping[str, str] = {}
    order: int = 0

    def say(self, wording: Mapping[str, str]) -> str:
        """Choose the person's language and fill in the placeholders; empty where there are no words."""
        return fill(wording.get(self.language, ""), self.values)


def paragraphs(text: str) -> tuple[str, ...]:
    """The text at its blank lines; single line ends stay inside a paragraph."""
    return tuple(part for part in _BLANK_LINE.split(text.strip()) if part)


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text that have something on them."""
    return tuple(line for line in (line.strip() for line in text.splitlines()) if line)


Pieces = tuple[tuple[str, bool], ...]
"""A text in pieces; True marks a web address."""


def linked(text: str) -> Pieces:
    """The text with its web addresses apart."""
    return tuple((piece, index % 2 == 1) for index, piece in enumerate(_ADDRESS.split(text)) if piece)


def grouped(code: str, size: int = 4) -> str:
    """A code in groups of four, as it is read aloud and copied by hand."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


class Worded(NamedTuple):
    """A problem in words: ``item`` is where, ``part`` which of several fields ("day", "month", "year", "text")."""

    item: str
    text: str
    part: str | None = None
