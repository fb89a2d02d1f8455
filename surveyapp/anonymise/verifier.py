"""Counts a release again, row by row, from what was settled and what the files hold; shares no line with what made it.

Whoever releases calls it before anything is shown, and shows nothing when it finds anything.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, zip_longest
from operator import add, itemgetter
from typing import NamedTuple

Row = Mapping[str, str]
Labels = tuple[str, ...]


class Promise(NamedTuple):
    """What was promised. ``paths``: column -> leaf -> its labels, the leaf first, ``*`` last.

    ``answers``: columns that stay as they are. ``caps``: column and the values that count together against ``alpha``.
    ``missing``: values that are no answer.
    """

    k: int
    public_k: int
    alpha: Fraction
    paths: Mapping[str, Mapping[str, Sequence[str]]]
    answers: Sequence[str]
    caps: Sequence[tuple[str, frozenset[str]]]
    missing: frozenset[str]


class Difference(NamedTuple):
    """What a release doesn't keep, and how often."""

    code: str
    times: int


def verify(promise: Promise, settled: Iterable[Row], analyst: Iterable[Row], public: Iterable[Row]) -> list[Difference]:
    """Every broken promise. All three in one order; ``public`` holds the labels that the public's tables count."""
    found: Counter[str] = Counter()
    classes: dict[Labels, list[int]] = {}
    groups: dict[Labels, list[int]] = {}
    public_of: dict[Labels, Labels] = {}
    for true, row, outer in zip_longest(settled, analyst, public):
        if true is None or row is None or outer is None:
            found["row_missing"] += 1
            continue
        found["answer_changed"] += any(true[each] != row[each] for each in promise.answers)
        for column, paths in promise.paths.items():
            path = paths.get(true[column], ())
            found["wrong_label"] += row[column] not in path
            found["wrong_public_label"] += (
                outer[column] not in path[path.index(row[column]) if row[column] in path else 0 :]
            )
        mine, theirs = (tuple(each[column] for column in promise.paths) for each in (row, outer))
        found["class_divided"] += public_of.setdefault(mine, theirs) != theirs
        told = _told(promise, row)
        for view, labels in ((classes, mine), (groups, theirs)):
            view[labels] = list(map(add, view[labels], told)) if labels in view else told
    found += _faulty(promise, list(classes.values()), promise.k, "")
    found += _faulty(promise, list(groups.values()), promise.public_k, "public_")
    return [Difference(code, times) for code, times in sorted(found.items()) if times]


def _told(promise: Promise, row: Row) -> list[int]:
    """One person, and for each cap whether the answer is one and whether it counts."""
    told = [1]
    for column, values in promise.caps:
        told += [row[column] not in promise.missing, row[column] in values]
    return told


def _faulty(promise: Promise, groups: list[list[int]], k: int, view: str) -> Counter[str]:
    found: Counter[str] = Counter()
    _, *everybody = map(sum, zip(*groups, strict=True)) if groups else [0]
    limits = [
        (1 + Fraction(capped, valid)) / 2 if capped > promise.alpha * valid else promise.alpha
        for valid, capped in zip(everybody[::2], everybody[1::2], strict=True)
    ]
    for people, *told in groups:
        found[f"{view}under_k"] += people < k
        for limit, valid, capped in zip(limits, told[::2], told[1::2], strict=True):
            found[f"{view}over_alpha"] += capped * limit.denominator > valid * limit.numerator
    return found


def fingerprint(rows: Iterable[Sequence[str]]) -> int:
    """The same for the same rows in whatever order; another for any other rows."""
    digests = (hashlib.sha256("\0".join(row).encode()).digest() for row in rows)
    return sum(int.from_bytes(digest) for digest in digests) % 2**256


FEWEST = 10
"""Of so many valid answers a table may tell, and of more where the promise says so of people."""

_ALL = "*"


def miscounted(
    promise: Promise, analyst: Iterable[Row], public: Iterable[Labels], table: Iterable[Sequence[str]]
) -> list[Difference]:
    """What a public table tells wrongly, or tells of too few. ``public``: the labels each row is counted under.

    ``table``: its lines as they stand in the file: a cell for each level of each column of labels, the coarsest first,
    then column, code and how many. First how many people each group has, under ``*``; then question by question.
    """
    given: dict[Labels, Counter[tuple[str, str]]] = {}
    names = (_ALL, *promise.answers)
    for row, labels in zip(analyst, public, strict=True):
        if labels not in given:
            given[labels] = Counter()
        given[labels].update(zip(names, (_ALL, *map(row.__getitem__, promise.answers)), strict=True))
    right: dict[str, dict[Labels, Counter[str]]] = {name: {} for name in names}
    cells = _cells(promise)
    for labels, counts in given.items():
        group = tuple(cell for own, label in zip(cells, labels, strict=True) for cell in own[label])
        for (name, code), number in counts.items():
            right[name].setdefault(group, Counter())[code] = number
    for name in promise.answers:
        right[name] = _put_together(promise, right[name])
    found: Counter[str] = Counter()
    for column, lines in groupby(table, itemgetter(-3)):
        found += _compared(promise, column, lines, right.pop(column, {}))
    found["group_missing"] += sum(map(len, right.values()))
    return [Difference(code, times) for code, times in sorted(found.items()) if times]


def _compared(
    promise: Promise, column: str, lines: Iterable[Sequence[str]], right: Mapping[Labels, Counter[str]]
) -> Counter[str]:
    found: Counter[str] = Counter()
    told: dict[Labels, Counter[str]] = {}
    for *labels, _, code, number in lines:
        counts = told.setdefault(tuple(labels), Counter())
        found["count_twice"] += code in counts
        found["count_of_nobody"] += not number.isdecimal() or int(number) == 0
        counts[code] = int(number) if number.isdecimal() else 0
    for group, counts in told.items():
        found["too_few_told"] += column != _ALL and _valid(promise, counts) < max(FEWEST, promise.public_k)
        found["miscounted"] += counts != right.get(group)
    found["group_missing"] += len(right.keys() - told)
    return found


def _cells(promise: Promise) -> list[dict[str, Labels]]:
    """For each column, label -> its cells: coarser labels above it, itself, and ``*`` where something finer could stand."""
    return [dict(_of_labels(paths, height)) for paths, height in _heights(promise)]


def _heights(promise: Promise) -> Iterator[tuple[Mapping[str, Sequence[str]], int]]:
    """For each column its paths, and how many cells a label takes."""
    for paths in promise.paths.values():
        yield paths, max((len(path) - 1 for path in paths.values()), default=1)


def _of_labels(paths: Mapping[str, Sequence[str]], height: int) -> Iterator[tuple[str, Labels]]:
    """What is no answer has no coarser label but ``*``, and stands in every cell."""
    yield _ALL, (_ALL,) * height
    for leaf, (*path, _) in paths.items():
        for finer in reversed(range(len(path))):
            yield path[finer], (*reversed(path[finer:]), *[_ALL] * finer)
        if len(path) < height:
            yield leaf, (leaf,) * height


def _valid(promise: Promise, counts: Mapping[str, int]) -> int:
    return sum(number for code, number in counts.items() if code not in promise.missing)


def _put_together(promise: Promise, groups: Mapping[Labels, Counter[str]]) -> dict[Labels, Counter[str]]:
    """What of a question is to be told: groups of too few under ``*``, so that none stands out as the only one missing."""
    valid = {group: _valid(promise, counts) for group, counts in groups.items()}
    fewest = max(FEWEST, promise.public_k)
    if sum(valid.values()) < fewest:
        return {}
    stands = {group: list(group) for group in groups}
    width = len(next(iter(groups)))
    changed = _hide(stands, valid, fewest, range(width), width)
    while changed:
        changed = sum(_hide(stands, valid, fewest, part, end) for part, end in _breakdowns(promise)) > 0
    told: dict[Labels, Counter[str]] = {}
    for group, counts in groups.items():
        told.setdefault(tuple(stands[group]), Counter()).update(counts)
    return told


def _breakdowns(promise: Promise) -> list[tuple[range, int]]:
    """The places of cells that a table goes by: all levels of a column of labels, then each; and where its levels end."""
    found = []
    start = 0
    for _, height in _heights(promise):
        end = start + height
        found += [(range(start, end), end), *((range(place, place + 1), end) for place in range(start, end))]
        start = end
    return found


def _hide(stands: Mapping[Labels, list[str]], valid: Mapping[Labels, int], fewest: int, part: range, end: int) -> bool:
    """In one breakdown put under ``*`` what is too little, and the next smallest while it is one only, or too little still."""
    number: Counter[Labels] = Counter({tuple(group[place] for place in part): 0 for group in stands})
    for group, now in stands.items():
        number[tuple(now[place] for place in part)] += valid[group]
    rest = (_ALL,) * len(part)
    hidden = {label for label in number if number[label] < fewest}
    left = sorted((many, label) for label, many in number.items() if label not in hidden and label != rest)
    while hidden and left and (len(hidden - {rest}) == 1 or sum(number[each] for each in {*hidden, rest}) < fewest):
        hidden.add(left.pop(0)[1])
    changed = False
    for now in stands.values():
        if tuple(now[place] for place in part) in hidden and set(now[part.start : end]) != {_ALL}:
            now[part.start : end] = [_ALL] * (end - part.start)
            changed = True
    return changed
