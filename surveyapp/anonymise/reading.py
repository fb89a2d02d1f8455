"""Columns of codes, as they would stand in a file, made into what classes are found in and what is verified."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from surveyapp.anonymise.crowds import Capped, People
from surveyapp.anonymise.policy import MISSING, PREFERS_NOT, Column, Policy
from surveyapp.anonymise.trees import EVERYTHING, Numbers, Tree
from surveyapp.anonymise.verifier import Promise

Sheet = Mapping[str, Sequence[str]]
"""Column -> the code of every person, in one order for all columns."""


class Unforeseen(Exception):
    """A column holds a value that the policy doesn't coarsen. ``column``, ``value``."""

    def __init__(self, column: str, value: str) -> None:
        super().__init__(column, value)
        self.column, self.value = column, value


def people(policy: Policy, sheet: Sheet) -> People:
    """Everybody in numbers. Raises Unforeseen."""
    trees = [_tree(column, sheet) for column in policy.quasi]
    capped = list(dict.fromkeys(cap.column for cap in policy.caps))
    codes = {name: _codes(sheet[name]) for name in capped}
    size = len(next(iter(sheet.values()), ()))
    leaves = [_numbers(sheet[column.name], tree.leaf, size) for column, tree in zip(policy.quasi, trees, strict=True)]
    return People(
        trees,
        [column.priority for column in policy.quasi],
        np.array(leaves, np.int64).reshape(len(trees), size),
        np.array([_numbers(sheet[name], codes[name], size) for name in capped], np.uint16).reshape(len(capped), size),
        [
            Capped(capped.index(cap.column), frozenset(codes[cap.column].get(value, -1) for value in cap.values))
            for cap in policy.caps
        ],
    )


def _numbers(values: Sequence[str], numbers: Mapping[str, int], size: int) -> Numbers:
    return np.fromiter(map(numbers.__getitem__, values), np.int64, size)


def _codes(values: Sequence[str]) -> dict[str, int]:
    return dict.fromkeys(MISSING, 0) | {value: number for number, value in enumerate(values_of(values), 1)}


def values_of(values: Iterable[str]) -> list[str]:
    """The different answers, points of a scale in their order."""
    return sorted(set(values) - MISSING, key=lambda value: (len(value), value))


def coded(values: Sequence[str]) -> Numbers:
    """Every person's answer as the place of its value from 1 on; 0 where there is none."""
    return _numbers(values, _codes(values), len(values))


def _rows(column: Column, sheet: Sheet) -> tuple[Sequence[Sequence[str]], list[str]]:
    """The leaves with their labels, and those without an answer that occur."""
    occurring = set(sheet[column.name])
    lone = sorted(occurring & (MISSING | {PREFERS_NOT}))
    rows = column.rows or tuple((value,) for value in sorted(occurring.difference(lone)))
    if strange := occurring.difference(lone, (row[0] for row in rows)):
        raise Unforeseen(column.name, min(strange))
    return rows, lone


def _tree(column: Column, sheet: Sheet) -> Tree:
    return Tree(*_rows(column, sheet))


def promise(policy: Policy, sheet: Sheet) -> Promise:
    """What the verifier holds the files to. Raises Unforeseen."""
    paths = {}
    for column in policy.quasi:
        rows, lone = _rows(column, sheet)
        paths[column.name] = {row[0]: (*row, EVERYTHING) for row in (*rows, *((each,) for each in lone))}
    caps = [(cap.column, frozenset(cap.values)) for cap in policy.caps]
    return Promise(policy.k, policy.public_k, policy.alpha, paths, policy.answers, caps, MISSING)
