"""What a person means to answer to every question, decided before they see the first one."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from surveyapp.engine import flow
from surveyapp.engine.definition import Item, Questionnaire

SKIPPED = {"missing": "skipped"}
_SYLLABLES = [consonant + vowel for consonant in "bdgklmnprstvz" for vowel in "aeiou"]
_SKIPS = 0.15


@dataclass(frozen=True)
class Intent:
    """One answer. ``value``: as it is to be stored; ``positions``: of what is to be tapped; ``words``: to be typed."""

    value: Any
    positions: tuple[int, ...] = ()
    words: str = ""

    @property
    def skips(self) -> bool:
        return bool(self.value == SKIPPED)


Intents = dict[str, Intent]
SKIP = Intent(SKIPPED)


def own_word(chance: random.Random) -> str:
    """A word that nobody else writes and that looks like nobody's number or address."""
    return "".join(chance.choice(_SYLLABLES) for _ in range(7))


def intents(q: Questionnaire, chance: random.Random, word: str) -> Intents:
    """An answer for every item, shown or not; the word goes into each text that is written."""
    return {item.id: intent(q, item, chance, word) for item in q.items if item.type != "note"}


def intent(q: Questionnaire, item: Item, chance: random.Random, word: str) -> Intent:
    """An answer to one item."""
    skips = not item.required and item.type != "text" and chance.random() < _SKIPS
    return SKIP if skips else _INTENTS[item.type](q, item, chance, word)


def _extra(q: Questionnaire, item: Item, before: int, chance: random.Random) -> Intent | None:
    extras = q.extras_of(item)
    if not extras or chance.random() > _SKIPS:
        return None
    place = chance.randrange(len(extras))
    return Intent({"missing": extras[place].code}, (before + place,))


def _rating(q: Questionnaire, item: Item, chance: random.Random, word: str) -> Intent:
    scale = q.scale_of(item)
    assert scale is not None
    place = chance.randrange(len(scale.points))
    return _extra(q, item, len(scale.points), chance) or Intent(scale.points[place].value, (place,))


def _single(q: Questionnaire, item: Item, chance: random.Random, word: str) -> Intent:
    place = chance.randrange(len(item.options))
    option = item.options[place]
    return _extra(q, item, len(item.options), chance) or _with_text(option.value, (place,), option.own_text, word)


def _with_text(value: Any, positions: tuple[int, ...], own_text: bool, word: str) -> Intent:  # noqa: FBT001
    if not own_text:
        return Intent(value, positions)
    words = f"mine is {word}"
    return Intent({"value": value, "text": words}, positions, words)


def _multiple(q: Questionnaire, item: Item, chance: random.Random, word: str) -> Intent:
    alone = [place for place, option in enumerate(item.options) if option.exclusive]
    others = [place for place, option in enumerate(item.options) if not option.exclusive]
    most = min(item.max_choices or len(others), len(others))
    fewest = min(max(1, item.min_choices), most)
    chosen = tuple(sorted(chance.sample(others, chance.randint(fewest, most))))
    if alone and chance.random() < 0.2:
        chosen = (alone[0],)
    own = any(item.options[place].own_text for place in chosen)
    values = [item.options[place].value for place in chosen]
    return _extra(q, item, len(item.options), chance) or _with_text(values, chosen, own, word)


def _number(q: Questionnaire, item: Item, chance: random.Random, word: str) -> Intent:
    low = int(item.minimum) if isinstance(item.minimum, int | float) else 0
    high = int(item.maximum) if isinstance(item.maximum, int | float) else low + 90
    value = chance.randint(low, high)
    return Intent(value, words=str(value))


def _date(q: Questionnaire, item: Item, chance: random.Random, word: str) -> Intent:
    low, high = str(item.minimum or "1950-01-01"), str(item.maximum or "2009-12-31")
    year = chance.randint(int(low[:4]) + 1, max(int(low[:4]) + 1, int(high[:4]) - 1))
    month, day = chance.randint(1, 12), chance.randint(1, 28)
    return Intent(f"{year:04}-{month:02}-{day:02}", words=f"{day}.{month}.{year}")


def _text(q: Questionnaire, item: Item, chance: random.Random, word: str) -> Intent:
    words = f"{item.id} {word} {chance.choice(_REMARKS)}"
    return Intent(words, words=words)


def _consent(q: Questionnaire, item: Item, chance: random.Random, word: str) -> Intent:
    agreed = item.required or chance.random() < 0.5
    return Intent(agreed, (0 if agreed else 1,))


_REMARKS = ("Viss labi, paldies!", "Всё хорошо", "Kõik on hästi – aitäh", "It’s late 🚌", "Дуже добре, дякую", "a\nb")

_INTENTS: dict[str, Callable[[Questionnaire, Item, random.Random, str], Intent]] = {
    "rating": _rating,
    "single": _single,
    "multiple": _multiple,
    "number": _number,
    "date": _date,
    "text": _text,
    "consent": _consent,
}


def expected(q: Questionnaire, noted: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be stored of a person's notes: a change may have made questions vanish that were answered before."""
    return flow.prune(q, noted)


def same(q: Questionnaire, noted: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    """The stored answers are the noted ones, whatever order several choices are in."""
    wanted = expected(q, noted)
    return wanted.keys() == stored.keys() and all(_loose(wanted[key]) == _loose(stored[key]) for key in wanted)


def _loose(value: Any) -> Any:
    if isinstance(value, list):
        return sorted(map(str, value))
    if isinstance(value, dict):
        return {key: _loose(each) for key, each in value.items()}
    return value
