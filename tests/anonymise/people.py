"""People with known values: of a municipality with few questions about them, and of a country with seven."""

from fractions import Fraction

import numpy as np

from surveyapp.anonymise.crowds import Capped, Classes, People
from surveyapp.anonymise.trees import Numbers, Tree

ALPHA = Fraction(4, 5)
LOW, OTHER = 1, 2
"""Codes of a rating; 0 is no answer."""


def shuffled(people: People, order: Numbers) -> People:
    return people._replace(leaves=people.leaves[:, order], answers=people.answers[:, order])


def flat(name: str, leaves: int) -> Tree:
    return Tree([(f"{name}{number}",) for number in range(leaves)])


def grouped(name: str, leaves: int, groups: int) -> Tree:
    return Tree([(f"{name}{number}", f"{name}_group{number * groups // leaves}") for number in range(leaves)])


AGES = Tree(
    [
        ("a00_29", "a00_49"),
        ("a30_49", "a00_49"),
        ("a50_64", "a50_64"),
        ("a65_79", "a65_plus"),
        ("a80_plus", "a65_plus"),
    ],
    missing=["pnts"],
)


def drawn(chance: np.random.Generator, tree: Tree, weights: list[float] | None, people: int) -> Numbers:
    """Leaves at random; without weights the second is half as common as the first, the third a third, and so on."""
    numbers = list(tree.leaf.values())
    given = np.array(weights or [1 / (place + 1) for place in range(len(numbers))])
    return chance.choice(numbers, size=people, p=given / given.sum())


def ratings(chance: np.random.Generator, people: int, items: int) -> Numbers:
    """J-shaped: 5 is commonest, one or two in ten are low, 12 % are missing; people differ in mood."""
    mood = chance.random(people)
    found = np.where(chance.random((items, people)) * 0.5 + mood * 0.5 < 0.25, LOW, OTHER)
    return np.where(chance.random((items, people)) < 0.12, 0, found)


def municipality(people: int, seed: int = 1, items: int = 10) -> People:
    """Service in three groups, age, gender: what the shipped questionnaire releases."""
    chance = np.random.default_rng(seed)
    trees = [grouped("service", 8, 3), AGES, Tree([("female",), ("male",)], missing=["pnts"])]
    leaves = np.stack(
        [
            drawn(chance, trees[0], [30, 20, 15, 12, 9, 7, 5, 2], people),
            drawn(chance, trees[1], [6, 14, 22, 34, 20, 4], people),
            drawn(chance, trees[2], [66, 31, 3], people),
        ]
    )
    caps = [Capped(item, frozenset({LOW})) for item in range(items)]
    return People(trees, [4, 2, 1], leaves, ratings(chance, people, items), caps)


_OLD, _YOUNG = [0, 0, 1, 2, 5, 12, 25, 35, 20], [15, 20, 20, 20, 15, 6, 2, 1, 1]
_EAST, _WEST = [10, 85, 2, 1, 1, 1], [88, 8, 1, 1, 1, 1]
_MONTHS = [2, 4, 30, 25, 10, 3, 1, 1, 6, 10, 6, 2]


def country(people: int, seed: int = 1, items: int = 12) -> People:
    """Seven quasi-identifiers, not independent: age goes with service and channel, language with the place."""
    chance = np.random.default_rng(seed)
    trees = [
        grouped("service", 24, 6),
        grouped("municipality", 80, 8),
        grouped("age", 9, 3),
        flat("gender", 3),
        flat("language", 6),
        flat("channel", 4),
        grouped("month", 12, 4),
    ]
    service, place = (drawn(chance, tree, None, people) for tree in trees[:2])
    old = chance.random(people) < np.where(service % 3 == 0, 0.3, 0.9)
    age = np.where(old, *(drawn(chance, trees[2], weights, people) for weights in (_OLD, _YOUNG)))
    language = np.where(place % 5 == 0, *(drawn(chance, trees[4], weights, people) for weights in (_EAST, _WEST)))
    channel = np.where(old, *(drawn(chance, trees[5], weights, people) for weights in ([2, 3, 10, 85], [60, 30, 6, 4])))
    gender, month = drawn(chance, trees[3], [66, 33, 1], people), drawn(chance, trees[6], _MONTHS, people)
    leaves = np.stack([service, place, age, gender, language, channel, month])
    caps = [Capped(item, frozenset({LOW})) for item in range(items)]
    return People(trees, [1.0] * len(trees), leaves, ratings(chance, people, items), caps)


def loss(people: People, classes: Classes) -> float:
    """Mean loss of all labels of all people."""
    return float(np.mean([tree.loss[classes.at[:, number]][classes.of] for number, tree in enumerate(people.trees)]))
