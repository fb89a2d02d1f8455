"""One level for each column, the same for everybody: coarser than need be, but alike from year to year."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from surveyapp.anonymise.crowds import Bar, Classes, Crowd, everybody
from surveyapp.anonymise.trees import Numbers

MOST_SUPPRESSED = 0.05
"""Levels at which more people than this share stand in groups under k are not used, nor any finer ones."""

Levels = tuple[int, ...]


class _Groups(NamedTuple):
    """``of``: cell -> group; ``at``: (group, column) -> node."""

    of: Numbers
    at: Numbers
    size: Numbers


def one_level(crowd: Crowd, bar: Bar) -> Classes:
    """Of all levels those that lose least; who is in no good group then stands under ``*`` alone. Raises Unreleasable."""
    best, least = everybody(crowd, bar), np.inf
    importance = np.array(crowd.priorities) / sum(crowd.priorities)
    sieve = _Sieve(crowd, bar.k)
    for bound, levels in _by_loss(crowd, importance):
        if bound >= least:
            return best
        if not sieve.fails(levels):
            classes = _gathered(crowd, _grouped(crowd, levels), bar)
            lost = _lost(crowd, importance, classes)
            best, least = (classes, lost) if lost < least else (best, least)
    return best


def _by_loss(crowd: Crowd, importance: NDArray[np.float64]) -> Iterator[tuple[float, Levels]]:
    lost = [
        [float(tree.loss[tree.above[codes, depth]] @ crowd.weight) * each for depth in range(tree.height + 1)]
        for tree, codes, each in zip(crowd.trees, crowd.codes, importance, strict=True)
    ]
    people = int(crowd.weight.sum())
    every = product(*(range(tree.height + 1) for tree in crowd.trees))
    bounds = ((sum(lost[column][depth] for column, depth in enumerate(levels)) / people, levels) for levels in every)
    return iter(sorted((round(bound, 12), levels) for bound, levels in bounds))


def _lost(crowd: Crowd, importance: NDArray[np.float64], classes: Classes) -> float:
    size = np.bincount(classes.of, crowd.weight)
    each = [tree.loss[classes.at[:, column]] @ size for column, tree in enumerate(crowd.trees)]
    return round(float(importance @ np.array(each)) / float(size.sum()), 12)


def _grouped(crowd: Crowd, levels: Levels) -> _Groups:
    nodes = np.stack(
        [tree.above[codes, depth] for tree, codes, depth in zip(crowd.trees, crowd.codes, levels, strict=True)]
    )
    key = np.zeros(nodes.shape[1], np.int64)
    for tree, column in zip(crowd.trees, nodes, strict=True):
        key = np.unique(key * len(tree.nodes) + column, return_inverse=True)[1]
    _, first, of = np.unique(key, return_index=True, return_inverse=True)
    return _Groups(of, nodes[:, first].T, np.bincount(of, crowd.weight).astype(np.int64))


class _Sieve:
    """Which levels leave too many people in groups under k: if they do, so do all finer ones."""

    def __init__(self, crowd: Crowd, k: int) -> None:
        self.crowd, self.k = crowd, k
        self.known: dict[Levels, bool] = {}
        self.failed: list[Levels] = []

    def fails(self, levels: Levels) -> bool:
        """Asked of the first columns first, with the others under ``*``: what fails there rules out the most."""
        for shown in range(1, len(levels) + 1):
            coarse = levels[:shown] + (0,) * (len(levels) - shown)
            if any(all(map(int.__le__, worse, coarse)) for worse in self.failed):
                return True
            if coarse not in self.known:
                size = _grouped(self.crowd, coarse).size
                self.known[coarse] = bool(size[size < self.k].sum() > MOST_SUPPRESSED * size.sum())
                if self.known[coarse]:
                    self.failed.append(coarse)
                    return True
        return False


def _gathered(crowd: Crowd, groups: _Groups, bar: Bar) -> Classes:
    """Groups that aren't good become one under ``*``; while that isn't good, the smallest other group joins it."""
    told = crowd.tally(groups.of, len(groups.at))
    apart = bar.good(groups.size, told)
    if apart.all():
        return Classes(groups.of, groups.at)
    apart &= groups.at.any(axis=1)
    for smallest in np.argsort(groups.size, kind="stable"):
        rest = ~apart
        if bar.good(groups.size[rest].sum(keepdims=True), told[rest].sum(axis=0, keepdims=True)).all():
            break
        apart[smallest] = False
    number = np.where(apart, np.cumsum(apart), 0)
    return Classes(number[groups.of], np.concatenate([np.zeros((1, len(groups.at[0])), np.int64), groups.at[apart]]))
