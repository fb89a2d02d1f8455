"""The most detail that keeps every group good: from one group of all people to finer ones, a level at a time.

All groups of a generation are split together, so that a million people take a dozen passes over arrays. Which people
came first changes nothing: cells are sorted, and counts are whole numbers.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from surveyapp.anonymise.crowds import Bar, Classes, Crowd, everybody
from surveyapp.anonymise.trees import Numbers

Flags = NDArray[np.bool_]


class _Kids(NamedTuple):
    """Possible children of the groups that are tried, the smallest of each group first."""

    group: Numbers
    step: Numbers
    size: Numbers
    gain: Numbers


def split(crowd: Crowd, bar: Bar) -> Classes:
    """Classes of cells, each good, each with labels of its own. Raises Unreleasable."""
    groups = everybody(crowd, bar)
    generation = _Generation(crowd, groups, bar)
    of, cells = np.zeros(len(crowd.weight), np.int64), np.arange(len(crowd.weight))
    done: list[Numbers] = []
    while True:
        ended = generation.choose()
        last = ended[groups.of]
        of[cells[last]] = sum(map(len, done)) + (np.cumsum(ended) - 1)[groups.of[last]]
        done.append(groups.at[ended])
        if ended.all():
            return Classes(of, np.concatenate(done))
        groups = generation.divided(~last)
        crowd, cells = crowd.without(last), cells[~last]
        generation = _Generation(crowd, groups, bar)


class _Generation:
    """Groups side by side, what splitting each would gain, and the best split of each."""

    def __init__(self, crowd: Crowd, groups: Classes, bar: Bar) -> None:
        self.crowd, self.bar = crowd, bar
        self.group, self.at = groups
        self.scale = np.array(
            [
                weight / max(int(tree.under[0]) - 1, 1)
                for tree, weight in zip(crowd.trees, crowd.priorities, strict=True)
            ]
        )
        self.size = np.bincount(self.group, crowd.weight, len(self.at)).astype(np.int64)
        self.told = crowd.tally(self.group, len(self.at))

    def choose(self) -> Flags:
        """Find the best split of every group; returns the groups that have none.

        A gain without the cap on answers is an upper bound: the most promising column is tried first, and the others
        only while they could still win.
        """
        bound = self._bounds()
        groups = len(self.at)
        self.best, self.choice, self.round = np.zeros(groups), np.full(groups, -1), np.full(groups, -1)
        self.kept: list[tuple[Numbers, Numbers, int]] = []
        while True:
            column = bound.argmax(axis=1)
            hope = bound[np.arange(groups), column]
            tried = (hope > self.best) | ((hope == self.best) & (hope > 0) & (column < self.choice))
            if not tried.any():
                return self.choice < 0
            self._try(np.flatnonzero(tried), column, len(self.kept))
            bound[tried, column[tried]] = -1

    def _bounds(self) -> NDArray[np.float64]:
        """(group, column) -> the most that splitting it there could gain. Keeps sizes and steps for later."""
        self.sizes: list[Numbers] = []
        self.steps = np.empty(self.crowd.codes.shape, np.int16)
        bound = np.zeros(self.at.shape)
        for number, tree in enumerate(self.crowd.trees):
            here = self.at[:, number]
            depth = tree.depth[here][self.group]
            self.steps[number] = tree.step.ravel()[self.crowd.codes[number] * (tree.height + 1) + depth]
            wide = tree.width + 1
            sizes = np.bincount(self.group * wide + self.steps[number], self.crowd.weight, len(here) * wide)
            self.sizes.append(sizes.astype(np.int64).reshape(-1, wide)[:, :-1])
            enough = self.sizes[number] >= self.bar.k
            gain = tree.under[here, None] - tree.under[tree.child[here]]
            bound[:, number] = (self.sizes[number] * gain * enough).sum(axis=1) * self.scale[number]
        return bound

    def _kids(self, groups: Numbers, column: Numbers) -> _Kids:
        found: list[_Kids] = []
        for number, tree in enumerate(self.crowd.trees):
            those = groups[column[groups] == number]
            row, step = np.nonzero(self.sizes[number][those] >= self.bar.k)
            group = those[row]
            here = self.at[group, number]
            size = self.sizes[number][group, step]
            found.append(_Kids(group, step, size, (tree.under[here] - tree.under[tree.child[here, step]]) * size))
        group, step, size, gain = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.lexsort((step, size, group))
        return _Kids(group[order], step[order], size[order], gain[order])

    def _placed(self, column: Numbers, group: Numbers, step: Numbers) -> Numbers:
        """Cell -> which of the children given by their group and step it belongs to, or -1."""
        wide = max(tree.width for tree in self.crowd.trees) + 1
        table = np.full(len(self.at) * wide, -1)
        table[group * wide + step] = np.arange(len(group))
        steps = self.steps[column[self.group], np.arange(len(self.group))]
        placed: Numbers = table[self.group * wide + steps]
        return placed

    def _try(self, groups: Numbers, column: Numbers, number: int) -> None:
        """Split these groups by their columns, and remember where that is better than what was found before."""
        kids = self._kids(groups, column)
        told = self.crowd.tally(self._placed(column, kids.group, kids.step), len(kids.group))
        kept = self.bar.good(kids.size, told)
        start = np.flatnonzero(np.r_[True, kids.group[1:] != kids.group[:-1]])
        self._join(groups, kids, told, kept, start)
        gain = np.add.reduceat(kids.gain * kept, start) * self.scale[column[groups]]
        better = (gain > self.best[groups]) | (
            (gain == self.best[groups]) & (gain > 0) & (column[groups] < self.choice[groups])
        )
        won = groups[better]
        self.best[won], self.choice[won], self.round[won] = gain[better], column[won], number
        self.kept.append((kids.group[kept], kids.step[kept], number))

    def _join(self, groups: Numbers, kids: _Kids, told: Numbers, kept: Flags, start: Numbers) -> None:
        """Everybody else is the remainder: while it is neither empty nor good, the smallest child joins it."""
        size = self.size[groups] - np.add.reduceat(kids.size * kept, start)
        rest = self.told[groups] - np.add.reduceat(told * kept[:, None], start)
        following, end = start.copy(), np.r_[start[1:], len(kept)]
        place = np.arange(len(groups))
        while True:
            faulty = (size[place] > 0) & ~self.bar.good(size[place], rest[place]) & (following[place] < end[place])
            place = place[faulty]
            if not len(place):
                return
            kid = following[place]
            joins = kept[kid]
            size[place[joins]] += kids.size[kid[joins]]
            rest[place[joins]] += told[kid[joins]]
            kept[kid] = False
            following[place] += 1

    def divided(self, stays: Flags) -> Classes:
        """The next generation, of the cells that stay: kept children one level finer, and remainders as they were."""
        group, step = (np.concatenate(part) for part in zip(*[each[:2] for each in self.kept], strict=True))
        turn = np.concatenate([np.full(len(each[0]), each[2]) for each in self.kept])
        won = self.round[group] == turn
        group, step = group[won], step[won]
        column = self.choice[group]
        at = np.concatenate([self.at[group], self.at])
        for number, tree in enumerate(self.crowd.trees):
            mine = np.flatnonzero(column == number)
            at[mine, number] = tree.child[self.at[group[mine], number], step[mine]]
        placed = self._placed(self.choice, group, step)
        of = np.where(placed >= 0, placed, len(group) + self.group)[stays]
        used = np.bincount(of, minlength=len(at)) > 0
        return Classes((np.cumsum(used) - 1)[of], at[used])
