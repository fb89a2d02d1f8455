"""Counts a release again, row by row, from what was settled and what the files hold; shares no line with what made it.

Whoever releases calls it before anything is shown, and shows nothing when it finds anything.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import zip_longest
from operator import add
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


def miscounted(
    promise: Promise, analyst: Iterable[Row], public: Iterable[Labels], table: Iterable[Sequence[str]]
) -> int:
    """How many counts of a public table differ from what the rows say. ``public``: the labels each row is counted under.

    ``table``: (labels …, column, code, how many), each count once. A count of nobody stands nowhere.
    """
    counts: dict[Labels, Counter[str]] = {}
    for row, labels in zip(analyst, public, strict=True):
        counts.setdefault(labels, Counter()).update(f"{name} {row[name]}" for name in promise.answers)
    wrong = 0
    for *group, column, code, number in table:
        counted = counts.get(tuple(group), Counter[str]()).pop(f"{column} {code}", 0)
        wrong += str(counted) != number
    return wrong + sum(map(len, counts.values()))
