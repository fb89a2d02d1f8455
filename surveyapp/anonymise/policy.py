"""What a release may hold, read from the questionnaire it is pinned with; and what is proposed for a new one."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Literal, get_args

from surveyapp.engine import gates, sheet
from surveyapp.engine.definition import Channel, Item, Quasi, Questionnaire, Release, Sensitive, Variant
from surveyapp.engine.faults import Fault
from surveyapp.engine.thresholds import fewest_of

MISSING = sheet.NO_ANSWER

PREFERS_NOT = "pnts"
"""The option 'prefer not to say': an answer, but as a leaf it lies beside all others, like a missing one."""

FEW = 100
"""With fewer answers two columns are proposed instead of three."""

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Column:
    """What tells people apart. ``rows``: each leaf with its coarser labels; empty when leaves are what occurs."""

    name: str
    priority: int
    rows: Rows


@dataclass(frozen=True)
class Cap:
    """Values of a column that must not be the answers of too many in a group, all together."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Clients:
    """How many clients there are, whether they took part or not: by the leaves of a column, or by ``*`` without one."""

    column: str | None
    number: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.number.values())


@dataclass(frozen=True)
class Policy:
    """What is released of a wave. ``answers``: the columns that stay as they are, capped ones among them."""

    k: int
    public_k: int
    alpha: Fraction
    mode: Literal["detailed", "consistent"]
    quasi: tuple[Column, ...]
    caps: tuple[Cap, ...]
    answers: tuple[str, ...]
    text: tuple[str, ...]

    @property
    def fewest(self) -> int:
        """Of so many people something may be told that no row tells, and of so many answers to a question."""
        return fewest_of(self.public_k)

    @property
    def sha256(self) -> str:
        """Changes with everything that decides what is released."""
        return hashlib.sha256(json.dumps(asdict(self), default=str, sort_keys=True).encode()).hexdigest()


def policy(q: Questionnaire, services: Mapping[str, str | None], not_asked: Collection[str] = frozenset()) -> Policy:
    """The policy of a published questionnaire. ``services``: those of the programme, each with its group.

    ``not_asked``: items that nobody of the wave was shown; they have no column. Raises ValueError when ``faults``
    finds any.
    """
    if found := list(faults(q, services)):
        raise ValueError(found)
    release = q.release
    low = {item.id for item in _low(q)}
    items = [item for item in sheet.released_items(q) if item.id not in not_asked]
    return Policy(
        k=release.k.analyst,
        public_k=release.k.public,
        alpha=Fraction(str(release.alpha)),
        mode=release.mode,
        quasi=tuple(Column(each.column, each.priority, _rows(q, each, services)) for each in release.quasi),
        caps=tuple(cap for item in items for cap in _caps(q, item, low)),
        answers=tuple(column.id for column in sheet.columns(items)),
        text=release.text,
    )


def faults(q: Questionnaire, services: Mapping[str, str | None]) -> Iterator[Fault]:
    """Every reason why nothing can be released like this."""
    yield from gates.release_faults(q)
    for quasi in q.release.quasi:
        if quasi.hierarchy == "service_tree" and services:
            yield from gates.hierarchy_faults("$.services", quasi.column, _service_tree(services))


def _service_tree(services: Mapping[str, str | None]) -> Rows:
    return tuple((service, group or service) for service, group in services.items())


def _rows(q: Questionnaire, quasi: Quasi, services: Mapping[str, str | None]) -> Rows:
    if quasi.hierarchy == "service_tree":
        return _service_tree(services)
    if isinstance(quasi.hierarchy, tuple):
        return quasi.hierarchy
    known = {"language": q.languages, "channel": get_args(Channel), "variant": get_args(Variant)}
    item = q.by_id.get(quasi.column)
    options = tuple(option.value for option in item.options) if item else known.get(quasi.column, ())
    return tuple((value,) for value in options if value != PREFERS_NOT)


def _low(q: Questionnaire) -> tuple[Item, ...]:
    low = q.release.sensitive.low
    if low == "all_criteria":
        return tuple(item for item in q.items if item.type == "rating" and item.criterion)
    return tuple(item for item in q.items if item.id in low)


def _caps(q: Questionnaire, item: Item, low: set[str]) -> Iterator[Cap]:
    """The low answers of a rating together; every single answer of what is sensitive as such."""
    scale = q.scale_of(item)
    if item.id in low and scale:
        yield Cap(item.id, tuple(map(str, scale.bottom_box)))
    elif item.id in q.release.sensitive.any:
        for column in sheet.columns((item,)):
            if column.option is not None:
                yield Cap(column.id, ("1",))
            else:
                values = [str(point.value) for point in scale.points] if scale else [o.value for o in item.options]
                yield from (Cap(column.id, (value,)) for value in values)


def proposed(q: Questionnaire, people: int) -> Release:
    """A release by what the items are for and how many people are expected; hierarchies declared already are kept."""
    declared = {quasi.column: quasi for quasi in q.release.quasi}
    places = [item for item in q.items if item.role == "breakdown" and item.type == "single"][:1]
    persons = [item for item in q.items if item.role == "quasi" and item.type == "single"][:2]
    if people < FEW:
        persons = sorted(persons, key=lambda item: len(item.options))[:1]
    first = places[0].id if places else "service"
    wanted = [Quasi(column=first, hierarchy=None if places else "service_tree"), *(Quasi(column=i.id) for i in persons)]
    priorities = (4, 2, 1) if people >= FEW else (4, 1)
    found = ((declared.get(each.column, each), priority) for each, priority in zip(wanted, priorities, strict=False))
    quasi = [
        Quasi(column=each.column, priority=priority, hierarchy=each.hierarchy, labels=each.labels)
        for each, priority in found
    ]
    low = tuple(item.id for item in q.items if item.type == "rating" and (item.criterion or item.role == "sensitive"))
    kinds = {"single", "multiple", "rating"}
    return Release(
        quasi=tuple(quasi),
        sensitive=Sensitive(
            low=low,
            any=tuple(i.id for i in q.items if i.role == "sensitive" and i.type in kinds and i.id not in low),
        ),
        answers=tuple(i.id for i in q.items if i.role is None and i.type in kinds and i.id not in low),
        text=tuple(item.id for item in q.items if item.type == "text" and item.role in {None, "text"}),
    )
