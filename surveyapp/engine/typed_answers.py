"""From a message somebody typed to an answer: numbers, labels in any language, dates, words. Whole matches only."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from surveyapp.engine.answers import read
from surveyapp.engine.checks import Problem, check
from surveyapp.engine.choices import Offer, is_long, offers
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.months import month_named
from surveyapp.engine.typed_words import ANSWERS, figures, is_question_mark, plain
from surveyapp.engine.voices import Voice

MOST_MATCHES = 8
_ISO = re.compile(r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})")
_PIECES = re.compile(r"[0-9]+|[^\W\d_]+")
_BETWEEN = (re.compile(r"[;\n]"), re.compile(r"[,;\n]"))


class Matches(NamedTuple):
    """Positions of the options of a long list that begin with what was typed; too many of them are not listed."""

    positions: tuple[int, ...]


class Typed(NamedTuple):
    """A message to an item, by somebody who is spoken to in a certain way."""

    q: Questionnaire
    item: Item
    voice: Voice
    body: str


def read_typed(q: Questionnaire, item: Item, voice: Voice, body: str) -> Any | Problem | Matches | None:
    """The value to store, a Problem, matches to choose from, or None when the text is no answer to this item."""
    typed = Typed(q, item, voice, body)
    extra = _found([offer for offer in offers(q, item, voice) if offer.extra], typed)
    if extra is not None:
        return extra.value
    return READ_TYPED[item.type](typed)


def read_own_text(q: Questionnaire, item: Item, stored: Any, body: str) -> Any | Problem | None:
    """The stored choice with the text that belongs to its option."""
    chosen = stored["value"] if isinstance(stored, dict) else stored
    fields = {item.id: chosen if isinstance(chosen, list) else [chosen], f"{item.id}__text": [body]}
    return read(q, item, fields)


def _names(offer: Offer, voice: Voice) -> Iterator[str]:
    """What may be typed for an offer in one language: its number, its words, both as they stand on the button."""
    label = voice.say(offer.label)
    if label:
        yield plain(label)
    if offer.number:
        yield offer.number
        yield from (plain(f"{offer.number}{between}{label}") for between in (" - ", ". ", " ", ") "))


def _languages(typed: Typed) -> Iterator[Voice]:
    """This person's language, then the others."""
    yield typed.voice
    for language in typed.q.languages:
        if language != typed.voice.language:
            yield typed.voice._replace(language=language)


def _found(offered: Sequence[Offer], typed: Typed) -> Offer | None:
    """The one offer that is meant; None when there is none, or when words mean several."""
    if is_question_mark(typed.body):
        return next((offer for offer in offered if offer.extra), None)
    wanted = plain(typed.body)
    return _one(_named(offered, wanted, voice) for voice in _languages(typed)) if wanted else None


def _one(per_language: Iterable[list[Offer]]) -> Offer | None:
    """Of the first language that knows the words, if it knows one meaning only."""
    known = next((found for found in per_language if found), [])
    return known[0] if len(known) == 1 else None


def _named(offered: Sequence[Offer], wanted: str, voice: Voice) -> list[Offer]:
    return [offer for offer in offered if wanted in _names(offer, voice)]


def _choice(typed: Typed) -> Any:
    offer = _found(offers(typed.q, typed.item, typed.voice), typed)
    if offer is not None:
        return offer.value
    return _beginning(typed) if is_long(typed.item) else None


def _beginning(typed: Typed) -> Matches | None:
    """Options of which a word begins with what was typed, in the first language that has any."""
    wanted = plain(typed.body)
    offered = [offer for offer in offers(typed.q, typed.item, typed.voice) if not offer.extra]
    for voice in _languages(typed):
        labels = [(plain(voice.say(offer.label)), offer) for offer in offered]
        whole = [offer.position for label, offer in labels if label.startswith(wanted)]
        found = whole or [offer.position for label, offer in labels if f" {wanted}" in f" {label}"]
        if wanted and found:
            return Matches(tuple(found))
    return None


def _several(typed: Typed) -> Any:
    """All that is chosen: "1, 3, 4", "1 3 4", or words with commas, semicolons or line ends between them."""
    offered = [offer for offer in offers(typed.q, typed.item, typed.voice) if not offer.extra]
    for parts in _parted(typed.body):
        found = [_found(offered, typed._replace(body=part)) for part in parts]
        values = {offer.value for offer in found if offer is not None}
        if values and len(found) == len(values):
            chosen = [option.value for option in typed.item.options if option.value in values]
            return check(typed.q, typed.item, chosen) or chosen
    return None


def _parted(body: str) -> Iterator[list[str]]:
    """Ways of taking a text apart; words may have commas of their own."""
    yield [body]
    for between in _BETWEEN:
        yield [part for part in between.split(body) if part.strip()]
    if all(part.isdecimal() for part in body.split()):
        yield body.split()


def _agreement(typed: Typed) -> Any:
    agreed = ANSWERS.get(plain(typed.body))
    if agreed is None:
        agreed = _choice(typed)
    return agreed if agreed is None else check(typed.q, typed.item, agreed) or agreed


def _field(typed: Typed) -> Any:
    return read(typed.q, typed.item, {typed.item.id: [typed.body]})


def _number(typed: Typed) -> Any:
    return _field(typed._replace(body=figures(typed.body)))


def _date(typed: Typed) -> Any:
    day, month, year = _parts(figures(typed.body).strip())
    if not (day or month or year):
        return Problem(typed.item.id, "not_a_date", {}, "day")
    name = typed.item.id
    return read(typed.q, typed.item, {f"{name}__day": [day], f"{name}__month": [month], f"{name}__year": [year]})


def _parts(body: str) -> tuple[str, str, str]:
    """Day, month and year as typed: 2.11.2026, 2026-11-02, 2.XI.2026, 2 November 2026, 2026. gada 2. novembrī."""
    if iso := _ISO.fullmatch(body):
        return iso[3], iso[2], iso[1]
    pieces = _PIECES.findall(body)
    words = [piece for piece in pieces if not piece.isdecimal()]
    numbers = [piece for piece in pieces if piece.isdecimal()]
    named = next(filter(month_named, words), "")
    year = next((number for number in numbers if len(number) == 4), "")
    if named or (year and len(numbers) < 3):
        day = next((number for number in numbers if number != year), "")
        # Where no month is known, another word may have been meant for it.
        return day, named or "".join(words[:1]), year or (numbers[1] if len(numbers) > 1 else "")
    return (*numbers, "", "", "")[:3] if numbers else ("", "", "")


READ_TYPED: dict[str, Callable[[Typed], Any]] = {
    "rating": _choice,
    "single": _choice,
    "multiple": _several,
    "number": _number,
    "text": _field,
    "date": _date,
    "consent": _agreement,
    "note": lambda typed: None,
}
"""Item type -> what a typed message means to it."""
