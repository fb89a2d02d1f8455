"""Both views of a batch: joint rows for analysts, and groups for the public that are unions of the analysts' classes."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from surveyapp.anonymise import consistent, detailed
from surveyapp.anonymise.crowds import Bar, Classes, Crowd, People, bar, gathered
from surveyapp.anonymise.trees import Tree

MODES: dict[str, Callable[[Crowd, Bar], Classes]] = {
    "detailed": detailed.split,
    "consistent": consistent.one_level,
}
"""Mode of the policy -> how classes are found."""


class Profiles(NamedTuple):
    """Classes of people."""

    analyst: Classes
    public: Classes


def partition(people: People, mode: str, k: int, public_k: int, alpha: Fraction) -> Profiles:
    """The classes of both profiles. Raises Unreleasable when not even all people together may be shown.

    The public's are made from the analysts' released labels and never from the people again, so that comparing the
    two tells nothing: no class of analysts is ever divided.
    """
    crowd, cell = gathered(people)
    find = MODES[mode]
    inner = find(crowd, bar(people, k, alpha))
    outer = find(crowd.merged(inner), bar(people, public_k, alpha))
    mine = inner.of[cell]
    return Profiles(Classes(mine, inner.at), Classes(outer.of[mine], outer.at))


def labels(classes: Classes, trees: Sequence[Tree]) -> list[list[str]]:
    """What is released: for each column the label of each person."""
    return [
        [tree.labels[node] for node in classes.at[:, column][classes.of].tolist()] for column, tree in enumerate(trees)
    ]
