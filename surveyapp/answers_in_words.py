"""Answers in words, as a person reads them before sending: on the review page and in a conversation."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from babel.numbers import format_decimal

from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.voices import Voice
from surveyapp.languages import locale_of, long_date, translations_for
from surveyapp.wording import N_

AGREED, DECLINED = N_("I agree"), N_("I do not agree")


class Answered(NamedTuple):
    """An answer without its own text, and how to say it."""

    q: Questionnaire
    item: Item
    value: Any
    voice: Voice


def consent_words(item: Item, voice: Voice) -> tuple[str, str]:
    """What agreeing and declining are called: the item's two options, else our own words."""
    if item.options:
        agree, decline = (voice.say(option.label) for option in item.options)
        return agree, decline
    say = translations_for(voice.language).gettext
    return say(AGREED), say(DECLINED)


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
