"""The public tables of a release, counted together for pages. Pure.

A row of ``data/tables.csv`` tells how many people of a public group gave an answer; ``*`` for both means everybody in
the group. Every figure here is a sum of such rows, and what may be shown beside the others is decided as for the file.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from surveyapp.engine.codebook import EVERYTHING, hierarchies
from surveyapp.engine.sheet import NO_ANSWER
from surveyapp.engine.thresholds import Labels, Tier, counted_under, tier

COUNTED = 3
"""Columns after the labels: whose answer, which one, how many gave it."""

Counts = dict[str, dict[str, int]]
"""Column -> code -> people; under ``*`` all of them."""


class Tables(NamedTuple):
    """``whole``: of all people; ``by``: columns that tell of one thing, the coarsest first -> their labels -> of whom."""

    whole: Counts
    by: Mapping[Labels, Mapping[Labels, Counts]]

    @property
    def columns(self) -> list[str]:
        """Every column of labels."""
        return [name for names in self.by for name in names]


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
    """Count the lines of a file, header first, together. Older files don't say how many people a group has."""
    header = tuple(next(lines)[:-COUNTED])
    whole: Counts = {}
    parts = hierarchies(header)
    by: dict[Labels, dict[Labels, Counts]] = {header[part]: {} for part in parts}
    for *labels, column, code, n in lines:
        _add(whole, column, code, int(n))
        for part in parts:
            _add(by[header[part]].setdefault(tuple(labels[part]), {}), column, code, int(n))
    if EVERYTHING not in whole:
        for counts in (whole, *(each for groups in by.values() for each in groups.values())):
            people = max((sum(codes.values()) for codes in counts.values()), default=0)
            counts[EVERYTHING] = {EVERYTHING: people}
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
    by: dict[Labels, dict[Labels, Counts]] = {}
    for part in parts:
        _merge(whole, part.whole)
        for names, groups in part.by.items():
            for labels, counts in groups.items():
                _merge(by.setdefault(names, {}).setdefault(labels, {}), counts)
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
    return _people(tables.whole)


def coverage(tables: Tables, by: str) -> float:
    """The share of people of whom a column of labels tells anything, from 0 to 1."""
    place, groups = _broken_down(tables, by)
    told = sum(_people(counts) for labels, counts in groups.items() if labels[place] != EVERYTHING)
    return told / total(tables)


def lines(tables: Tables, column: str, by: str | None) -> list[Line]:
    """The table of a question: one line for everybody, or one for each label of a column, ``*`` last, with what may be shown."""
    if by is None:
        return [_line("", tables.whole.get(column, {}))]
    place, groups = _broken_down(tables, by)
    there = {labels: counts for labels, counts in groups.items() if counts.keys() & {EVERYTHING, column}}
    answers = {labels: counts.get(column, {}) for labels, counts in there.items()}
    sizes = {labels: _valid(codes) for labels, codes in answers.items()}
    under = counted_under([len(labels) for labels in list(sizes)[:1]], sizes)
    shown: dict[str, Counter[str]] = {labels[place]: Counter() for labels in there}
    for labels, told in under.items():
        shown.setdefault(told[place], Counter()).update(answers[labels])
    return [_line(label, shown[label]) for label in sorted(shown, key=lambda each: (each == EVERYTHING, each))]


def _broken_down(tables: Tables, by: str) -> tuple[int, Mapping[Labels, Counts]]:
    """Where a column stands among the labels that tell of its thing, and what is counted under each of them."""
    names = next(each for each in tables.by if by in each)
    return names.index(by), tables.by[names]


def _people(counts: Counts) -> int:
    return counts.get(EVERYTHING, {}).get(EVERYTHING, 0)


def _valid(codes: Mapping[str, int]) -> int:
    return sum(n for code, n in codes.items() if code not in NO_ANSWER)


def _line(label: str, codes: Mapping[str, int]) -> Line:
    n = _valid(codes)
    what = tier(n)
    if what in {"hidden", "overall"}:
        return Line(label, what, 0, {}, None)
    given = {code: people for code, people in codes.items() if code not in NO_ANSWER}
    mean: Any = None
    if what == "full" and all(code.isdecimal() for code in given):
        mean = sum(int(code) * people for code, people in given.items()) / n
    return Line(label, what, n, given, mean)
