"""What a question offers to choose from: values, words, numbers to type, and a place that never changes.

A position counts what the published questionnaire offers: points or options as written, then the ways of not
answering. It is the same in every order, language and wording variant.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from surveyapp.engine.definition import Item, Option, Questionnaire, Wording
from surveyapp.engine.voices import Voice

LONG_LIST = 20
"""A single choice with more options than this is found by typing, not by reading them all."""

FEW_NUMBERS = 12
"""So many whole numbers, and no more, are offered as choices."""

VARIANTS = ("standard", "easy")


class Offer(NamedTuple):
    """One thing to choose. ``number``: what stands in front of it and may be typed; empty for ways of not answering.

    ``own``: a text of the person's own belongs to it. ``exclusive``: it excludes all others.
    """

    position: int
    value: Any
    label: Wording
    number: str = ""
    own: bool = False
    exclusive: bool = False

    @property
    def extra(self) -> bool:
        """It is a way of not answering."""
        return isinstance(self.value, dict)


def offers(q: Questionnaire, item: Item, voice: Voice) -> tuple[Offer, ...]:
    """Everything an item offers to this person, in the order it is shown."""
    return (*_OFFERS.get(item.type, _nothing)(q, item, voice), *_extras(q, item, voice.variant))


def value_at(q: Questionnaire, item: Item, position: int | None) -> Any:
    """The value at a position, whichever wording variant offered it; None where there is none."""
    for variant in VARIANTS:
        for offer in offers(q, item, Voice(q.source_language, variant)):
            if offer.position == position:
                return offer.value
    return None


def is_long(item: Item) -> bool:
    """The item's options are found by typing."""
    return item.type == "single" and len(item.options) > LONG_LIST


def arranged(options: Sequence[Option], order: int) -> tuple[Option, ...]:
    """One of four fixed orders: as written, backwards, from the middle, from the middle backwards.

    Options with a text field of their own and those that exclude the others stay last.
    """
    free = [option for option in options if not (option.own_text or option.exclusive)]
    fixed = [option for option in options if option.own_text or option.exclusive]
    middle = len(free) // 2 if order & 2 else 0
    free = free[middle:] + free[:middle]
    return (*(reversed(free) if order & 1 else free), *fixed)


def _points(q: Questionnaire, item: Item, voice: Voice) -> Iterator[Offer]:
    scale, shown = q.scale_of(item), q.scale_of(item, voice.variant)
    labels = {point.value: point.label for point in shown.points} if shown else {}
    for position, point in enumerate(scale.points if scale else ()):
        if point.value in labels:
            yield Offer(position, point.value, labels[point.value], str(point.value))


def _options(q: Questionnaire, item: Item, voice: Voice) -> Iterator[Offer]:
    positions = {option.value: position for position, option in enumerate(item.options)}
    shown = arranged(item.options, voice.order) if item.shuffle else item.options
    for number, option in enumerate(shown, 1):
        yield Offer(positions[option.value], option.value, option.label, str(number), option.own_text, option.exclusive)


def _numbers(q: Questionnaire, item: Item, voice: Voice) -> Iterator[Offer]:
    for position, value in enumerate(_few_numbers(item)):
        yield Offer(position, value, {}, str(value))


def _few_numbers(item: Item) -> range:
    low, high = item.minimum, item.maximum
    if item.decimals or not isinstance(low, int | float) or not isinstance(high, int | float):
        return range(0)
    whole = range(int(low), int(high) + 1)
    return whole if len(whole) <= FEW_NUMBERS else range(0)


def _consent(q: Questionnaire, item: Item, voice: Voice) -> Iterator[Offer]:
    labels = [option.label for option in item.options] or [{}, {}]
    for position, value in enumerate((True, False)):
        yield Offer(position, value, labels[position])


def _nothing(q: Questionnaire, item: Item, voice: Voice) -> Iterator[Offer]:
    return iter(())


_OFFERS: dict[str, Callable[[Questionnaire, Item, Voice], Iterator[Offer]]] = {
    "rating": _points,
    "single": _options,
    "multiple": _options,
    "number": _numbers,
    "consent": _consent,
}
"""Item type -> what it offers beside the ways of not answering; the types that are only written have no row."""


def _extras(q: Questionnaire, item: Item, variant: str) -> Iterator[Offer]:
    codes = dict.fromkeys(extra.code for each in VARIANTS for extra in q.extras_of(item, each))
    places = {code: place for place, code in enumerate(codes, _count(q, item))}
    for extra in q.extras_of(item, variant):
        yield Offer(places[extra.code], {"missing": extra.code}, extra.label)


def _count(q: Questionnaire, item: Item) -> int:
    """How many positions lie before the ways of not answering."""
    scale = q.scale_of(item)
    if item.type == "rating":
        return len(scale.points) if scale else 0
    if item.type == "number":
        return len(_few_numbers(item))
    return 2 if item.type == "consent" else len(item.options)
