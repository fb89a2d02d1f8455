"""People who are alike in every quasi-identifier stand together as one cell; no cell is ever divided."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from surveyapp.anonymise.trees import Numbers, Tree

Answers = NDArray[np.uint16]


class Unreleasable(Exception):
    """Not even all people together are a group that may be shown."""


class Capped(NamedTuple):
    """Answers that must not be shared by too many of a group. ``codes``: those that count together; 0 is no answer."""

    item: int
    codes: frozenset[int]


class People(NamedTuple):
    """Everything a partition is made from. ``leaves``: (column, person) -> leaf; ``answers``: (item, person) -> code."""

    trees: Sequence[Tree]
    priorities: Sequence[float]
    leaves: Numbers
    answers: Answers
    caps: Sequence[Capped]


class Classes(NamedTuple):
    """``of``: cell or person -> class. ``at``: (class, column) -> node of the column's tree, which is what is released."""

    of: Numbers
    at: Numbers


class Crowd(NamedTuple):
    """Cells, and who gave which capped answer.

    ``codes``: (column, cell) -> node of the column's tree. ``weight``: people in each cell. Each pair of ``teller``
    (cell) and ``told`` is one person's: below the number of caps the cap that counts the answer, else that number
    plus the item that was not answered.
    """

    trees: Sequence[Tree]
    priorities: Sequence[float]
    codes: Numbers
    weight: Numbers
    teller: Numbers
    told: Numbers
    kinds: int

    def merged(self, classes: Classes) -> "Crowd":
        """The crowd whose cells are classes of this one."""
        of, at = classes
        weight = np.bincount(of, self.weight, len(at)).astype(np.int64)
        return self._replace(codes=np.ascontiguousarray(at.T), weight=weight, teller=of[self.teller])

    def without(self, gone: NDArray[np.bool_]) -> "Crowd":
        """The crowd without these cells."""
        new, stays = np.cumsum(~gone) - 1, ~gone[self.teller]
        return self._replace(
            codes=self.codes[:, ~gone],
            weight=self.weight[~gone],
            teller=new[self.teller[stays]],
            told=self.told[stays],
        )

    def tally(self, group: Numbers, groups: int) -> Numbers:
        """(group, told) -> how many people, given the group of each cell; -1 is none."""
        of = group[self.teller]
        inside = of >= 0
        key = of[inside] * self.kinds + self.told[inside]
        return np.bincount(key, minlength=groups * self.kinds).reshape(groups, self.kinds)


class Bar(NamedTuple):
    """What a good group is: at least ``k`` people, and of the valid answers at most ``limit`` capped, for every cap."""

    k: int
    items: Numbers
    upper: Numbers
    lower: Numbers

    def good(self, size: Numbers, told: Numbers) -> NDArray[np.bool_]:
        """``size``: people of each group; ``told``: (group, told) -> how many."""
        caps = len(self.items)
        valid = size[:, None] - told[:, caps + self.items]
        few: NDArray[np.bool_] = np.all(told[:, :caps] * self.lower <= valid * self.upper, axis=1)
        return few & (size >= self.k)


def gathered(people: People) -> tuple[Crowd, Numbers]:
    """The crowd of these people, and each person's cell."""
    key = np.zeros(people.leaves.shape[1], np.int64)
    most = 1
    for tree, column in zip(people.trees, people.leaves, strict=True):
        if most * len(tree.nodes) >= 2**62:
            key = np.unique(key, return_inverse=True)[1]
            most = len(key)
        key = key * len(tree.nodes) + column
        most *= len(tree.nodes)
    _, first, cell = np.unique(key, return_index=True, return_inverse=True)
    teller, told = _told(people)
    kinds = len(people.caps) + len(people.answers)
    codes = np.ascontiguousarray(people.leaves[:, first])
    return Crowd(people.trees, people.priorities, codes, np.bincount(cell), cell[teller], told, kinds), cell


def _told(people: People) -> tuple[Numbers, Numbers]:
    who = [np.flatnonzero(each) for each in capped(people)]
    who += [np.flatnonzero(column == 0) for column in people.answers]
    what = np.repeat(np.arange(len(who)), [len(each) for each in who])
    return np.concatenate([np.zeros(0, np.int64), *who]), what


def capped(people: People) -> Iterator[NDArray[np.bool_]]:
    """For each cap, whose answer it counts."""
    return (np.isin(people.answers[cap.item], sorted(cap.codes)) for cap in people.caps)


def shares(people: People) -> list[Fraction]:
    """The share of each cap among the valid answers of all."""
    valid = (int(np.count_nonzero(people.answers[cap.item])) for cap in people.caps)
    return [Fraction(int(each.sum()), of or 1) for each, of in zip(capped(people), valid, strict=True)]


def bar(people: People, k: int, alpha: Fraction) -> Bar:
    """The bar; where all people together exceed alpha no group could keep it: half the way to everybody is the limit."""
    limits = [relaxed(alpha, share) for share in shares(people)]
    return Bar(
        k,
        np.array([cap.item for cap in people.caps], np.int64),
        np.array([limit.numerator for limit in limits], np.int64),
        np.array([limit.denominator for limit in limits], np.int64),
    )


def relaxed(alpha: Fraction, share: Fraction) -> Fraction:
    """The largest share a group may have."""
    return alpha if share <= alpha else (1 + share) / 2


def everybody(crowd: Crowd, needed: Bar) -> Classes:
    """All people as one class, under ``*`` alone. Raises Unreleasable when not even that is good."""
    of = np.zeros(len(crowd.weight), np.int64)
    if not needed.good(np.array([crowd.weight.sum()]), crowd.tally(of, 1)).all():
        raise Unreleasable
    return Classes(of, np.zeros((1, len(crowd.trees)), np.int64))
