"""The public tables of a release, counted together for pages. Pure.

A row of ``data/tables.csv`` tells how many people of a public group gave an answer. Every figure here is a sum over
whole groups, so no figure and no difference of two is about fewer people than the smallest group.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from surveyapp.engine.sheet import NO_ANSWER
from surveyapp.engine.thresholds import Tier, breakdown, tier

EVERYTHING = "*"
COUNTED = 3
"""Columns after the labels: whose answer, which one, how many gave it."""

Counts = dict[str, dict[str, int]]
"""Column -> code -> people."""


class Tables(NamedTuple):
    """``whole``: of all people; ``by``: column of labels -> label -> of the people who stand under it."""

    whole: Counts
    by: Mapping[str, Mapping[str, Counts]]


class Line(NamedTuple):
    """One group in the table of a question. ``counts``: code -> people; empty where nothing may be shown.

    ``n``: valid answers. ``mean``: of codes that are numbers, where it may be told.
    """

    label: str
    tier: Tier
    n: int
    counts: Mapping[str, int]
    mean: float | None


def read(lines: Iterator[list[str]]) -> Tables:
    """Count the lines of a file, header first, together."""
    header = next(lines)
    names = header[:-COUNTED]
    whole: Counts = {}
    by: dict[str, dict[str, Counts]] = {name: {} for name in names}
    for *labels, column, code, n in lines:
        _add(whole, column, code, int(n))
        for name, label in zip(names, labels, strict=True):
            _add(by[name].setdefault(label, {}), column, code, int(n))
    return Tables(whole, by)


def counted(rows: Iterator[list[str]], labels: int) -> Iterator[list[str]]:
    """Joint rows, header first, as the lines of such a file: counted in the groups that the rows themselves tell of.

    ``labels``: how many columns of labels follow the number of a row.
    """
    _, *header = next(rows)
    yield [*header[:labels], "column", "code", "n"]
    groups = defaultdict(list)
    for _, *cells in rows:
        groups[tuple(cells[:labels])].append(cells[labels:])
    for label, people in groups.items():
        for column, codes in zip(header[labels:], zip(*people, strict=True), strict=True):
            yield from ([*label, column, code, str(n)] for code, n in Counter(codes).items())


def together(parts: Sequence[Tables]) -> Tables:
    """The tables of several batches as one."""
    whole: Counts = {}
    by: dict[str, dict[str, Counts]] = {}
    for part in parts:
        _merge(whole, part.whole)
        for name, groups in part.by.items():
            for label, counts in groups.items():
                _merge(by.setdefault(name, {}).setdefault(label, {}), counts)
    return Tables(whole, by)


def _merge(into: Counts, counts: Counts) -> None:
    for column, codes in counts.items():
        for code, n in codes.items():
            _add(into, column, code, n)


def _add(counts: Counts, column: str, code: str, n: int) -> None:
    codes = counts.setdefault(column, {})
    codes[code] = codes.get(code, 0) + n


def total(tables: Tables) -> int:
    """How many people the tables are about."""
    return max((sum(codes.values()) for codes in tables.whole.values()), default=0)


def coverage(tables: Tables, by: str) -> float:
    """The share of people of whom a column of labels tells anything, from 0 to 1."""
    people = {label: max(sum(codes.values()) for codes in counts.values()) for label, counts in tables.by[by].items()}
    return 1 - people.get(EVERYTHING, 0) / sum(people.values())


def lines(tables: Tables, column: str, by: str | None) -> list[Line]:
    """The table of a question: one line for everybody, or one for each label of a column, ``*`` last, with what may be shown."""
    if by is None:
        codes = tables.whole.get(column, {})
        return [_line("", codes, tier(_valid(codes)))]
    there = sorted(tables.by[by].items(), key=lambda group: (group[0] == EVERYTHING, group[0]))
    groups = {label: counts.get(column, {}) for label, counts in there}
    shown = breakdown({label: _valid(codes) for label, codes in groups.items()})
    return [_line(label, codes, shown[label]) for label, codes in groups.items()]


def _valid(codes: Mapping[str, int]) -> int:
    return sum(n for code, n in codes.items() if code not in NO_ANSWER)


def _line(label: str, codes: Mapping[str, int], what: Tier) -> Line:
    n = _valid(codes)
    if what in {"hidden", "overall"}:
        return Line(label, what, 0, {}, None)
    given = {code: people for code, people in codes.items() if code not in NO_ANSWER}
    mean: Any = None
    if what == "full" and all(code.isdecimal() for code in given):
        mean = sum(int(code) * people for code, people in given.items()) / n
    return Line(label, what, n, given, mean)
