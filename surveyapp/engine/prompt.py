"""What a conversation shows: paragraphs and rows of buttons, in parts that the edge puts into words.

A text of the questionnaire comes in the person's language already. What needs a catalogue, or the locale of a number
or a date, is named here (``Say``, ``Answer``, ``Problem``) and worded by whoever sends it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from surveyapp.engine.checks import Problem
from surveyapp.engine.flow import Position

_NONE: Mapping[str, Any] = MappingProxyType({})


class Say(NamedTuple):
    """A fixed phrase by its code; ``values`` fill it and may be parts themselves."""

    code: str
    values: Mapping[str, Any] = _NONE


class Answer(NamedTuple):
    """A stored value of an item, to be said as a person reads it; several choices are joined by commas."""

    item: str
    value: Any


Part = str | Say | Answer | Problem
"""A text as it is, or something the edge puts into words."""


class Choice(NamedTuple):
    """What a tap means: ``verb`` on ``item`` of the conversation with this nonce; see ``VERBS``.

    ``item``: an item's id, ``<id>__text`` for the own text of its option, None where no item is meant.
    ``option``: a position among what is offered, first the points or options as written, then the ways of not
    answering; for "l" a position among the questionnaire's languages.
    """

    nonce: str
    item: str | None
    verb: str
    option: int | None = None


VERBS = {
    "=": "answer",
    "+": "tick",
    "-": "untick",
    "d": "done",
    "s": "skip",
    "b": "back",
    "g": "go on",
    "r": "start again",
    "y": "agree",
    "n": "decline",
    "l": "language",
    "e": "simple version on or off",
    "c": "change this answer",
    "x": "take this answer back and ask again",
    "!": "change the stored answer to the option",
    "f": "send",
    "k": "delete for good",
    "p": "go on on a page",
    "z": "remind me",
    "t": "clear this chat",
    "m": "read more",
}
"""Verb of a choice -> what it means."""


class Button(NamedTuple):
    """Something to tap: a choice, or an address to open. ``number``: what may be typed instead, where it is shown."""

    label: Part
    choice: Choice | None = None
    url: str | None = None


Row = tuple[Button, ...]


class Prompt(NamedTuple):
    """One message. ``text``: its paragraphs. ``place``: where in the conversation it belongs; see ``places``.

    ``kind``: "question", "consent", "language", "review", "note", "thanks" or "end". ``picture``: path below /media/
    of a picture shown above the text, whose first paragraph says what is on it. Only the last prompt of several has
    buttons.
    """

    text: tuple[Part, ...]
    rows: tuple[Row, ...] = ()
    place: str | None = None
    kind: str = "question"
    progress: Position | None = None
    picture: str | None = None
