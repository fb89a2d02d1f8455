"""Texts of questionnaires on their way to a template: paragraphs, web addresses, codes. Never HTML."""

import re
from typing import NamedTuple

from surveyapp.engine.voices import Voice, fill, grouped, paragraphs

__all__ = ("Pieces", "Voice", "Worded", "fill", "grouped", "lines", "linked", "paragraphs")

_ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text that have something on them."""
    return tuple(line for line in (line.strip() for line in text.splitlines()) if line)


Pieces = tuple[tuple[str, bool], ...]
"""A text in pieces; True marks a web address."""


def linked(text: str) -> Pieces:
    """The text with its web addresses apart."""
    return tuple((piece, index % 2 == 1) for index, piece in enumerate(_ADDRESS.split(text)) if piece)


class Worded(NamedTuple):
    """A problem in words: ``item`` is where, ``part`` which of several fields ("day", "month", "year", "text")."""

    item: str
    text: str
    part: str | None = None
