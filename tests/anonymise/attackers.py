"""What somebody who has the files, and knows people, can work out. Nothing here knows how classes are made."""

from collections import Counter
from collections.abc import Iterable
from itertools import product

import numpy as np

from surveyapp.anonymise.crowds import Classes, People
from surveyapp.anonymise.profiles import labels
from tests.anonymise.people import LOW

Tuple = tuple[str, ...]


def released(people: People, classes: Classes) -> list[Tuple]:
    """The labels of every row."""
    return labels(classes, people.trees)


def true_leaves(people: People) -> list[Tuple]:
    """What is true of every person."""
    columns = ([tree.labels[node] for node in column] for tree, column in zip(people.trees, people.leaves, strict=True))
    return list(zip(*columns, strict=True))


def untouched(people: People) -> Classes:
    """A release that coarsens nothing: the broken variant of many tests."""
    at, of = np.unique(people.leaves.T, axis=0, return_inverse=True)
    return Classes(of, at)


def could_be(people: People, label: Tuple, leaf: Tuple) -> bool:
    """A row with these labels could be somebody of whom this is true."""
    trees = zip(people.trees, label, leaf, strict=True)
    return all(name in {"*", *tree.nodes[tree.leaf[true]]} for tree, name, true in trees)


def fewest_fitting(people: People, classes: Classes) -> tuple[int, int]:
    """The fewest rows that fit somebody, and the fewest people that fit a row."""
    rows, persons = Counter(released(people, classes)), Counter(true_leaves(people))
    per_person = (sum(n for label, n in rows.items() if could_be(people, label, leaf)) for leaf in persons)
    per_row = (sum(n for leaf, n in persons.items() if could_be(people, label, leaf)) for label in rows)
    return min(per_person), min(per_row)


def cells(people: People, classes: Classes) -> dict[Tuple, list[int]]:
    """Every cell a filter can choose, as the rows in it: those whose label lies at or below the chosen one."""
    found: dict[Tuple, list[int]] = {}
    for row, of in enumerate(classes.of):
        paths = (tree.nodes[node] for tree, node in zip(people.trees, classes.at[of], strict=True))
        for choice in product(*(("*", *dict.fromkeys(path)) for path in paths)):
            found.setdefault(choice, []).append(row)
    return found


def worst_share(people: People, groups: Iterable[list[int]]) -> float:
    """The largest share of low answers among the valid ones of any group, for any item."""
    worst = 0.0
    for rows in groups:
        low, valid = (people.answers[:, rows] == LOW).sum(axis=1), (people.answers[:, rows] != 0).sum(axis=1)
        worst = max(worst, float(np.max(low[valid > 0] / valid[valid > 0], initial=0)))
    return worst


def members(classes: Classes) -> list[list[int]]:
    """The rows of each class."""
    return [np.flatnonzero(classes.of == number).tolist() for number in range(len(classes.at))]
