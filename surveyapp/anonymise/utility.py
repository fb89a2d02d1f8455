"""What a release still tells: how much detail is left, and that no overall result has changed."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from surveyapp.anonymise.crowds import Classes, People
from surveyapp.anonymise.policy import MISSING, Policy
from surveyapp.anonymise.reading import Sheet
from surveyapp.anonymise.trees import Numbers, Tree


def detail(policy: Policy, people: People, classes: Classes) -> Iterator[dict[str, Any]]:
    """For each column: mean loss, shares of people at each level from ``*`` on, and how many of each leaf show it.

    Of what is true of few people it is not told that there are any.
    """
    for number, (column, tree) in enumerate(zip(policy.quasi, people.trees, strict=True)):
        node, leaf = classes.at[:, number][classes.of], people.leaves[number]
        whole = (tree.under[node] == 1) & (node > 0)
        level = np.where(whole, tree.height, tree.depth[node])
        yield {
            "column": column.name,
            "loss": float(tree.loss[node].mean()),
            "levels": (np.bincount(level, minlength=tree.height + 1) / len(level)).tolist(),
            "coverage": {
                name: float(whole[leaf == place].mean()) for name, place in _common(tree, leaf, policy.fewest)
            },
        }


def _common(tree: Tree, leaf: Numbers, fewest: int) -> list[tuple[str, int]]:
    """Leaves of ``fewest`` people or more, and so many that it isn't known of fewer that they have another one."""
    people = np.bincount(leaf, minlength=len(tree.nodes))
    common = sorted(((int(people[place]), name) for name, place in tree.leaf.items() if people[place] >= fewest))
    left = len(leaf) - sum(number for number, _ in common)
    while common and 0 < left < fewest:
        left += common.pop(0)[0]
    told = {name for _, name in common}
    return [(name, place) for name, place in tree.leaf.items() if name in told]


def entropy_loss(people: People, classes: Classes) -> float:
    """Share of the information about people that is lost, 0 to 1 (non-uniform entropy, Gionis and Tassa 2009).

    In hundredths: more places would tell how many people there are of a kind that no label shows.
    """
    lost = most = 0.0
    for number, tree in enumerate(people.trees):
        leaf = people.leaves[number]
        number_of = _people_under(tree, leaf)
        most += float(np.log2(len(leaf) / number_of[leaf]).sum())
        lost += float(np.log2(number_of[classes.at[:, number][classes.of]] / number_of[leaf]).sum())
    return round(lost / most, 2) if most else 0.0


def _people_under(tree: Tree, leaf: Numbers) -> Numbers:
    """Node -> how many people have a leaf under it."""
    under = np.zeros(len(tree.nodes), np.int64)
    for depth in range(tree.height + 1):
        at, people = np.unique(tree.above[leaf, depth], return_counts=True)
        under[at] = people
    return under


def discernibility(classes: Classes) -> int:
    """From how many people each can't be told, summed up (Bayardo and Agrawal 2005): the smaller, the more detail."""
    return int((np.bincount(classes.of) ** 2).sum())


def largest_change(policy: Policy, before: Sheet, after: Sheet) -> float:
    """By how much the overall mean of any answer with numbers for codes differs; 0 unless something went wrong."""
    return max((abs(_mean(before[name]) - _mean(after[name])) for name in policy.answers), default=0.0)


def _mean(values: Any) -> float:
    numbers = [int(value) for value in values if value not in MISSING and value.isdecimal()]
    return sum(numbers) / len(numbers) if numbers else 0.0
