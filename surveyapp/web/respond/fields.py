"""One question as a template shows it: worded, with what was answered or typed, a row per item type in FIELDS."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext

from surveyapp.engine.definition import Extra, Item, Media, Option, Questionnaire, Scale
from surveyapp.web.respond.views import Worded, paragraphs

LONG_LIST = 20
"""A single choice with more options than this is also offered as a box to type in."""

DATE_PARTS = ("day", "month", "year")
DECIMAL_COMMA = frozenset({"et", "lv", "ru", "uk"})

Answers = Mapping[str, Any]
Fill = Callable[[str], str]
"""A wording with its placeholders filled in."""


class MediaView(NamedTuple):
    """Addresses of the files beside a wording in one language; empty where there is none."""

    audio: str = ""
    sign_video: str = ""
    captions: str = ""
    picture: str = ""
    picture_text: str = ""


class Choice(NamedTuple):
    """A radio or checkbox: ``own`` has a text field below it, ``face`` names a picture beside the words."""

    id: str
    value: str
    text: str
    chosen: bool
    face: str | None = None
    own: bool = False
    media: MediaView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A question or note; ``type`` names the component that shows it.

    ``level``: of its heading. ``at_most``: choices allowed, 0 for any number. ``ends``: what the lowest and the
    highest point mean, where the points between have no words. ``limit``: characters. ``wrong``: the field of
    several that the error is about. ``parts``: what stands in day, month and year.
    """

    id: str
    type: str
    legend: str
    level: int
    language: str
    hint: str = ""
    consider: str = ""
    options: tuple[Choice, ...] = ()
    extras: tuple[Choice, ...] = ()
    alone: tuple[Choice, ...] = ()
    value: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    own: str = ""
    error: str = ""
    wrong: str | None = None
    clear: bool = False
    at_most: int | None = None
    limit: int = 0
    lines: int = 1
    inputmode: str | None = None
    unit: str = ""
    faces: bool = False
    ends: tuple[Choice, Choice] | None = None
    media: MediaView | None = None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The words of a note."""
        return paragraphs(self.legend)


class Asked(NamedTuple):
    """A question with what stands in its fields: HTML field name -> values."""

    q: Questionnaire
    item: Item
    entered: Mapping[str, Sequence[str]]
    language: str
    variant: str
    fill: Fill
    order: int


Parts = dict[str, Any]
"""The attributes of a FieldView that depend on the item type."""


def field_view(
    q: Questionnaire,
    item: Item,
    answers: Answers,
    problem: Worded | None,
    *,
    language: str,
    variant: str = "standard",
    level: int = 1,
    fill: Fill = str,
    order: int = 0,
) -> FieldView:
    """The item as shown to one person. ``order`` picks one of the fixed orders of shuffled options."""
    asked = Asked(q, item, entered(item, answers, language), language, variant, fill, order)
    wording = item.easy if variant == "easy" and item.easy else item.text
    attributes: Parts = {"type": item.type} | FIELDS[item.type](asked)
    return FieldView(
        id=item.id,
        legend=fill(wording.get(language, "")),
        level=level,
        language=language,
        hint=fill(item.help.get(language, "")),
        consider=fill(item.consider.get(language, "")),
        error=problem.text if problem else "",
        wrong=problem.part if problem else None,
        media=media_view(item.media, language),
        clear=not item.required and _is_chosen(attributes),
        **attributes,
    )


def media_view(media: Media | None, language: str) -> MediaView | None:
    """The files of one language, or None when there is none at all."""
    if media is None:
        return None
    found = MediaView(*(getattr(media, kind).get(language, "") for kind in MediaView._fields))
    return found if any(found) else None


def entered(item: Item, answers: Answers, language: str) -> Mapping[str, Sequence[str]]:
    """Field name -> values as they stand in the form: what was typed and not yet judged, else the answer."""
    typed = answers.get("typed", {}).get(item.id)
    if typed is not None:
        return {name: [value] if isinstance(value, str) else value for name, value in typed.items()}
    answer = answers.get(item.id)
    if answer is None:
        return {}
    if not isinstance(answer, Mapping):
        return _raw(item, answer, language)
    if "missing" in answer:
        return {item.id: [f"missing:{answer['missing']}"]}
    return {**_raw(item, answer["value"], language), f"{item.id}__text": [answer.get("text", "")]}


def _raw(item: Item, value: Any, language: str) -> Mapping[str, Sequence[str]]:
    if item.type == "date":
        year, month, day = value.split("-")
        names = (f"{item.id}__{part}" for part in DATE_PARTS)
        return {name: [part.lstrip("0")] for name, part in zip(names, (day, month, year), strict=True)}
    if isinstance(value, list):
        return {item.id: value}
    if isinstance(value, bool):
        return {item.id: ["yes" if value else "no"]}
    text = str(value)
    return {item.id: [text.replace(".", ",") if isinstance(value, float) and language in DECIMAL_COMMA else text]}


def _is_chosen(attributes: Parts) -> bool:
    return any(choice.chosen for kind in ("options", "alone", "extras") for choice in attributes.get(kind, ()))


def _numbered(item_id: str, number: int) -> str:
    """The first control has the item's id, so that an error can lead to it."""
    return item_id if number == 1 else f"{item_id}-{number}"


def arranged(options: Sequence[Option], order: int) -> tuple[Option, ...]:
    """One of four fixed orders: as written, backwards, from the middle, from the middle backwards.

    Options with a text field of their own and those that exclude the others stay last.
    """
    free = [option for option in options if not (option.own_text or option.exclusive)]
    fixed = [option for option in options if option.own_text or option.exclusive]
    middle = len(free) // 2 if order & 2 else 0
    free = free[middle:] + free[:middle]
    return (*(reversed(free) if order & 1 else free), *fixed)


def _extras(asked: Asked, extras: Sequence[Extra], first: int) -> tuple[Choice, ...]:
    given = asked.entered.get(asked.item.id, ())
    return tuple(
        Choice(
            _numbered(asked.item.id, number),
            f"missing:{extra.code}",
            asked.fill(extra.label.get(asked.language, "")),
            f"missing:{extra.code}" in given,
        )
        for number, extra in enumerate(extras, first)
    )


def _choices(asked: Asked) -> tuple[Choice, ...]:
    item, given = asked.item, asked.entered.get(asked.item.id, ())
    options = arranged(item.options, asked.order) if item.shuffle else item.options
    return tuple(
        Choice(
            _numbered(item.id, number),
            option.value,
            asked.fill(option.label.get(asked.language, "")),
            option.value in given,
            None,
            option.own_text,
            media_view(option.media, asked.language),
        )
        for number, option in enumerate(options, 1)
    )


def _own(asked: Asked) -> str:
    return _first(asked, f"{asked.item.id}__text")


def _first(asked: Asked, name: str) -> str:
    values = asked.entered.get(name, ())
    return values[0] if values else ""


def _single(asked: Asked) -> Parts:
    options = _choices(asked)
    extras = _extras(asked, asked.q.extras_of(asked.item, asked.variant), len(options) + 1)
    kind = "long_list" if len(options) > LONG_LIST else "single"
    return {"type": kind, "options": options, "extras": extras, "own": _own(asked), "value": _first(asked, f"{asked.item.id}__find")}


def _multiple(asked: Asked) -> Parts:
    choices = _choices(asked)
    apart = {option.value for option in asked.item.options if option.exclusive}
    extras = _extras(asked, asked.q.extras_of(asked.item, asked.variant), len(choices) + 1)
    return {
        "options": tuple(choice for choice in choices if choice.value not in apart),
        "alone": tuple(choice for choice in choices if choice.value in apart),
        "extras": extras,
        "own": _own(asked),
        "at_most": asked.item.max_choices or 0,
    }


def _rating(asked: Asked) -> Parts:
    scale = asked.q.scale_of(asked.item, asked.variant)
    points = _points(asked, scale) if scale else ()
    extras = _extras(asked, asked.q.extras_of(asked.item, asked.variant), len(points) + 1)
    worded = [point for point in points if point.text]
    return {
        "options": points,
        "extras": extras,
        "faces": any(point.face for point in points),
        "ends": (points[0], points[-1]) if 1 < len(worded) < len(points) else None,
    }


def _points(asked: Asked, scale: Scale) -> tuple[Choice, ...]:
    given = asked.entered.get(asked.item.id, ())
    return tuple(
        Choice(
            _numbered(asked.item.id, number),
            str(point.value),
            asked.fill(point.label.get(asked.language, "")),
            str(point.value) in given,
            point.face,
        )
        for number, point in enumerate(scale.points, 1)
    )


def _number(asked: Asked) -> Parts:
    return _typed(asked) | {
        "inputmode": "decimal" if asked.item.decimals else "numeric",
        "unit": asked.fill(asked.item.unit.get(asked.language, "")),
    }


def _text(asked: Asked) -> Parts:
    return _typed(asked) | {"limit": asked.item.max_length, "lines": 5 if asked.item.long else 1}


def _typed(asked: Asked) -> Parts:
    """A text field, and ways of not answering as radios of a name of their own."""
    value = _first(asked, asked.item.id)
    extras = _extras(asked, asked.q.extras_of(asked.item, asked.variant), 2)
    return {"value": "" if value.startswith("missing:") else value, "extras": extras}


def _date(asked: Asked) -> Parts:
    parts = tuple((part, _first(asked, f"{asked.item.id}__{part}")) for part in DATE_PARTS)
    return {"parts": parts, "extras": _extras(asked, asked.q.extras_of(asked.item, asked.variant), 2)}


def consent_words(item: Item, language: str) -> tuple[str, str]:
    """What agreeing and declining are called: the item's two options, else our own words."""
    if item.options:
        agree, decline = (option.label[language] for option in item.options)
        return agree, decline
    return gettext("I agree"), gettext("I do not agree")


def _consent(asked: Asked) -> Parts:
    given = asked.entered.get(asked.item.id, ())
    words = zip(("yes", "no"), consent_words(asked.item, asked.language), strict=True)
    return {
        "options": tuple(
            Choice(_numbered(asked.item.id, number), value, asked.fill(text), value in given)
            for number, (value, text) in enumerate(words, 1)
        )
    }


def _note(asked: Asked) -> Parts:
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
