"""Answers in words, for the page on which a person checks them before sending."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from babel.numbers import format_decimal

from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.languages import locale_of, long_date
from surveyapp.web.respond.entered import Answers
from surveyapp.web.respond.fields import consent_words, question_words
from surveyapp.web.respond.texts import Voice


class ReviewRow(NamedTuple):
    """A question with its answer in words, empty when there is none, and where to change it."""

    question: str
    answers: tuple[str, ...]
    change_url: str | None


class Answered(NamedTuple):
    """An answer without its own text, and how to say it."""

    q: Questionnaire
    item: Item
    value: Any
    voice: Voice


def review_rows(
    q: Questionnaire,
    items: Sequence[Item],
    answers: Answers,
    voice: Voice,
    change: Callable[[Item], str | None],
) -> tuple[ReviewRow, ...]:
    """Every question with its answer. ``change``: item -> address of the screen that changes it."""
    return tuple(
        ReviewRow(question_words(item, voice), answer_words(q, item, answers.get(item.id), voice), change(item))
        for item in items
        if item.type != "note"
    )


def answer_words(q: Questionnaire, item: Item, answer: Any, voice: Voice) -> tuple[str, ...]:
    """An answer as a person would read it, several of them for several choices; nothing for no answer."""
    if answer is None:
        return ()
    if not isinstance(answer, Mapping):
        return WORDS[item.type](Answered(q, item, answer, voice))
    if "missing" in answer:
        extras = q.extras_of(item, voice.variant)
        return tuple(voice.say(extra.label) for extra in extras if extra.code == answer["missing"])
    words = WORDS[item.type](Answered(q, item, answer["value"], voice))
    return (*words, answer["text"]) if answer.get("text") else words


def _options(given: Answered) -> tuple[str, ...]:
    chosen = given.value if isinstance(given.value, list) else [given.value]
    return tuple(given.voice.say(option.label) for option in given.item.options if option.value in chosen)


def _point(given: Answered) -> tuple[str, ...]:
    scale = given.q.scale_of(given.item, given.voice.variant)
    for point in scale.points if scale else ():
        if point.value == given.value:
            label = given.voice.say(point.label)
            return (" – ".join(filter(None, ("" if point.face else str(point.value), label))),)
    return ()


def _number(given: Answered) -> tuple[str, ...]:
    number = format_decimal(given.value, locale=locale_of(given.voice.language), decimal_quantization=False)
    return (f"{number} {given.voice.say(given.item.unit)}".rstrip(),)


def _date(given: Answered) -> tuple[str, ...]:
    return (long_date(date.fromisoformat(given.value), given.voice.language),)


def _text(given: Answered) -> tuple[str, ...]:
    return (given.value,)


def _consent(given: Answered) -> tuple[str, ...]:
    agree, decline = consent_words(given.item, given.voice)
    return (agree if given.value else decline,)


WORDS: dict[str, Callable[[Answered], tuple[str, ...]]] = {
    "single": _options,
    "multiple": _options,
    "rating": _point,
    "number": _number,
    "text": _text,
    "date": _date,
    "consent": _consent,
}
"""Item type -> its answer in words; a note has none."""
