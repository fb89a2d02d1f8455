"""One level a column: the best there is, as found by trying all of them slowly."""

from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import given, settings

from surveyapp.anonymise.crowds import People
from surveyapp.anonymise.profiles import partition
from tests.anonymise import attackers
from tests.anonymise.people import ALPHA, municipality
from tests.anonymise.test_partitions import crowds, keeps_the_cap


def least_loss(people: People, k: int) -> Fraction | None:
    """The loss of the best levels, by a plain search through all of them; None when nothing may be shown."""
    size = people.leaves.shape[1]
    whole = list(range(size))
    if size < k:
        return None
    every = product(*(range(tree.height + 1) for tree in people.trees))
    return min(lost for levels in every if (lost := lost_at(people, levels, k, whole)) is not None)


def lost_at(people: People, levels: tuple[int, ...], k: int, whole: list[int]) -> Fraction | None:
    groups: dict[tuple[tuple[str, ...], ...], list[int]] = {}
    for row in whole:
        paths = [tree.nodes[people.leaves[column, row]] for column, tree in enumerate(people.trees)]
        groups.setdefault(tuple(path[:level] for path, level in zip(paths, levels, strict=True)), []).append(row)
    if 20 * sum(len(rows) for rows in groups.values() if len(rows) < k) > len(whole):
        return None

    def good(rows: list[int]) -> bool:
        return len(rows) >= k and keeps_the_cap(people, rows)

    kept = {label: rows for label, rows in groups.items() if good(rows) and any(label)}
    rest = [row for label, rows in groups.items() if label not in kept for row in rows]
    for label in sorted(kept, key=lambda label: (len(kept[label]), [people_number(people, label)])):
        if not rest or good(rest):
            break
        rest += kept.pop(label)
    weights = [Fraction(str(each)) for each in people.priorities]
    lost = sum((len(rest) * weight for weight in weights), Fraction(0))
    for label, rows in kept.items():
        for tree, weight, path in zip(people.trees, weights, label, strict=True):
            node = tree.number[path]
            lost += len(rows) * weight * Fraction(int(tree.under[node]) - 1, max(int(tree.under[0]) - 1, 1))
    return lost / sum(weights) / len(whole)


def people_number(people: People, label: tuple[tuple[str, ...], ...]) -> list[int]:
    return [tree.number[path] for tree, path in zip(people.trees, label, strict=True)]


@settings(max_examples=150, deadline=None)
@given(people=crowds())
def test_no_other_levels_lose_less(people: People) -> None:
    size = people.leaves.shape[1]
    if size < 10:
        return
    classes = partition(people, "consistent", 5, 10, ALPHA).analyst
    weights = np.array(people.priorities) / sum(people.priorities)
    lost = sum(
        weight * tree.loss[classes.at[:, column]][classes.of].mean()
        for column, (tree, weight) in enumerate(zip(people.trees, weights, strict=True))
    )
    best = least_loss(people, 5)
    assert best is not None
    assert abs(float(best) - lost) < 1e-9


def test_every_column_has_one_level_and_few_have_none() -> None:
    people = municipality(2000)
    classes = partition(people, "consistent", 5, 10, ALPHA).analyst
    rows = attackers.released(people, classes)
    hidden = [row for row in rows if set(row) == {"*"}]
    assert 0 < len(hidden) <= 0.05 * len(rows)
    for column, tree in enumerate(people.trees):
        shown = np.unique(tree.depth[classes.at[classes.at.any(axis=1), column]])
        assert len(shown) == 1
