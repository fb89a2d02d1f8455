"""One question as a template shows it: worded, with what was answered or typed. A row per item type in FIELDS."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from surveyapp.answers_in_words import consent_words
from surveyapp.engine.choices import is_long
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.questions import question_words
from surveyapp.web.respond.entered import DATE_PARTS, Answers, entered
from surveyapp.web.respond.options import (
    Asked,
    Choice,
    MediaView,
    extras_of,
    media_view,
    numbered,
    options_of,
    points_of,
)
from surveyapp.web.respond.texts import Voice, Worded, paragraphs
from surveyapp.web.respond.views import Progress

Parts = dict[str, Any]
"""The attributes of a FieldView that depend on the item type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A question or note; ``type`` names the component that shows it.

    ``level``: of its heading. ``alone``: options that exclude all others. ``at_most``: choices allowed, 0 for any
    number. ``ends``: the outer points of a scale whose inner points have no words. ``limit``: characters.
    ``lines``: height of a text field. ``parts``: what stands in day, month and year. ``wrong``: which of several
    fields the error is about. ``progress``: which question it is, where that stands in its legend.
    """

    id: str
    type: str
    legend: str
    level: int
    language: str
    hint: str = ""
    consider: str = ""
    options: tuple[Choice, ...] = ()
    alone: tuple[Choice, ...] = ()
    extras: tuple[Choice, ...] = ()
    value: str = ""
    own: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    error: str = ""
    wrong: str | None = None
    clear: bool = False
    at_most: int = 0
    limit: int = 0
    lines: int = 1
    inputmode: str = ""
    unit: str = ""
    faces: bool = False
    ends: tuple[Choice, Choice] | None = None
    progress: Progress | None = None
    media: MediaView | None = None

    @property
    def untouched(self) -> bool:
        """Nobody has entered anything yet: the question looks the same for everybody."""
        if self.value or self.own or self.error or any(text for _, text in self.parts):
            return False
        return not any(choice.chosen for choice in (*self.options, *self.alone, *self.extras))

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The words of a note."""
        return paragraphs(self.legend)


def ask(q: Questionnaire, item: Item, answers: Answers, voice: Voice) -> Asked:
    """Put an item to a person, with what was answered or typed before."""
    return Asked(q, item, entered(item, answers, voice.language), voice)


def field_view(
    asked: Asked, *, level: int = 1, problem: Worded | None = None, progress: Progress | None = None
) -> FieldView:
    """The item as shown to one person; ``level`` of its heading."""
    item, voice = asked.item, asked.voice
    attributes: Parts = {"type": item.type, **FIELDS[item.type](asked)}
    return FieldView(
        id=item.id,
        legend=question_words(item, voice),
        level=level,
        language=voice.language,
        hint=voice.say(item.help),
        consider=voice.say(item.consider),
        error=problem.text if problem else "",
        wrong=problem.part if problem else None,
        progress=progress,
        media=media_view(item.media, voice.language),
        clear=not item.required and _is_chosen(attributes),
        **attributes,
    )


def _is_chosen(attributes: Parts) -> bool:
    return any(choice.chosen for kind in ("options", "alone", "extras") for choice in attributes.get(kind, ()))


def _single(asked: Asked) -> Parts:
    options = options_of(asked)
    return {
        "type": "long_list" if is_long(asked.item) else "single",
        "options": options,
        "extras": extras_of(asked, len(options)),
        "own": asked.first("text"),
        "value": asked.first("find"),
    }


def _multiple(asked: Asked) -> Parts:
    options = options_of(asked)
    apart = {option.value for option in asked.item.options if option.exclusive}
    return {
        "options": tuple(option for option in options if option.value not in apart),
        "alone": tuple(option for option in options if option.value in apart),
        "extras": extras_of(asked, len(options)),
        "own": asked.first("text"),
        "at_most": asked.item.max_choices or 0,
    }


def _rating(asked: Asked) -> Parts:
    scale = asked.q.scale_of(asked.item, asked.voice.variant)
    points = points_of(asked, scale) if scale else ()
    wordless = any(not point.text for point in points)
    return {
        "options": points,
        "extras": extras_of(asked, len(points)),
        "faces": any(point.face for point in points),
        "ends": (points[0], points[-1]) if wordless and points[0].text and points[-1].text else None,
    }


def _typed(asked: Asked) -> Parts:
    """A text field; the ways of not answering follow it under the same name."""
    return {"value": next(iter(asked.given), ""), "extras": extras_of(asked, 1, asked.given[1:])}


def _number(asked: Asked) -> Parts:
    mode = "decimal" if asked.item.decimals else "numeric"
    return {**_typed(asked), "inputmode": mode, "unit": asked.voice.say(asked.item.unit)}


def _text(asked: Asked) -> Parts:
    return {**_typed(asked), "limit": asked.item.max_length, "lines": 5 if asked.item.long else 1}


def _date(asked: Asked) -> Parts:
    return {"parts": tuple((part, asked.first(part)) for part in DATE_PARTS), "extras": extras_of(asked, 1)}


def _consent(asked: Asked) -> Parts:
    words = zip(("yes", "no"), consent_words(asked.item, asked.voice), strict=True)
    return {
        "options": tuple(
            Choice(numbered(asked.item.id, number), value, text, value in asked.given)
            for number, (value, text) in enumerate(words, 1)
        )
    }


def _note(_: Asked) -> Parts:
    return {}


FIELDS: dict[str, Callable[[Asked], Parts]] = {
    "single": _single,
    "multiple": _multiple,
    "rating": _rating,
    "number": _number,
    "text": _text,
    "date": _date,
    "consent": _consent,
    "note": _note,
}
"""Item type -> what is particular about showing it."""
