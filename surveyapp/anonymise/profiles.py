"""Both views of a batch: joint rows for analysts, and groups for the public that are unions of the analysts' classes."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

from surveyapp.anonymise import consistent, detailed
from surveyapp.anonymise.crowds import Bar, Classes, Crowd, People, bar, everybody, gathered
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
    find = MODES[mode] if people.trees else everybody
    inner = find(crowd, bar(people, k, alpha))
    outer = find(crowd.merged(inner), bar(people, public_k, alpha))
    mine = inner.of[cell]
    return Profiles(Classes(mine, inner.at), Classes(outer.of[mine], outer.at))


def labels(classes: Classes, trees: Sequence[Tree]) -> list[tuple[str, ...]]:
    """What is released of each person: a label for every column."""
    shown = [tuple(tree.labels[node] for tree, node in zip(trees, at, strict=True)) for at in classes.at.tolist()]
    return [shown[each] for each in classes.of.tolist()]
