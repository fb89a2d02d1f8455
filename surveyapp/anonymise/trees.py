"""How a column is coarsened: every leaf lies below coarser labels, and all of them below ``*``."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

EVERYTHING = "*"
"""The coarsest label. It is a value like any other, never a wildcard."""


class Tree:
    """Nodes by number, ``*`` first, each level in the order of its rows. Leaves all lie at the same depth.

    ``rows``: for each leaf its labels from the finest to the coarsest below ``*``. ``missing``: leaves whose only
    parent is ``*``; like a label that doesn't change from one level to the next they have a node on every level.
    """

    def __init__(self, rows: Sequence[Sequence[str]], missing: Iterable[str] = ()) -> None:
        self.height = len(rows[0]) if rows else 1
        lone = [(each,) * self.height for each in missing]
        paths = [tuple(reversed(row)) for row in (*rows, *lone)]
        inner = {path[:depth] for path in paths for depth in range(1, self.height + 1)}
        place = {path: number for number, path in reversed(list(enumerate(paths)))}
        order = {short: min(place[path] for path in paths if path[: len(short)] == short) for short in inner}
        self.nodes: list[tuple[str, ...]] = [(), *sorted(inner, key=lambda path: (len(path), order[path]))]
        self.number = {path: number for number, path in enumerate(self.nodes)}
        self.leaf = {path[-1]: self.number[path] for path in paths}

    @cached_property
    def labels(self) -> list[str]:
        """Node -> what is printed."""
        return [path[-1] if path else EVERYTHING for path in self.nodes]

    @cached_property
    def depth(self) -> Numbers:
        """Node -> 0 for ``*`` up to the height of the tree for a leaf."""
        return np.array([len(path) for path in self.nodes])

    @cached_property
    def under(self) -> Numbers:
        """Node -> how many leaves lie under it, itself included."""
        leaves = [path for path in self.nodes if len(path) == self.height]
        return np.array([sum(leaf[: len(path)] == path for leaf in leaves) for path in self.nodes])

    @cached_property
    def loss(self) -> NDArray[np.float64]:
        """Node -> what is lost by it: 0 for a leaf, 1 for ``*``."""
        return np.asarray((self.under - 1) / max(int(self.under[0]) - 1, 1), np.float64)

    @cached_property
    def children(self) -> list[list[int]]:
        """Node -> the nodes one level below."""
        below: list[list[int]] = [[] for _ in self.nodes]
        for path, number in self.number.items():
            if path:
                below[self.number[path[:-1]]].append(number)
        return below

    @cached_property
    def width(self) -> int:
        """The most children a node has."""
        return max(map(len, self.children), default=0)

    @cached_property
    def child(self) -> Numbers:
        """(node, place among its siblings) -> node below; 0 where there is none."""
        found = np.zeros((len(self.nodes), self.width), np.int64)
        for number, below in enumerate(self.children):
            found[number, : len(below)] = below
        return found

    @cached_property
    def step(self) -> NDArray[np.int16]:
        """(node, depth) -> which child leads from that depth towards the node; ``width`` when none does any more."""
        found = np.full((len(self.nodes), self.height + 1), self.width, np.int16)
        for path, number in self.number.items():
            for depth in range(len(path)):
                siblings = self.children[self.number[path[:depth]]]
                found[number, depth] = siblings.index(self.number[path[: depth + 1]])
        return found

    @cached_property
    def above(self) -> Numbers:
        """(node, depth) -> the node's ancestor at that depth, or itself when it isn't that deep."""
        return np.array(
            [[self.number[path[:depth]] for depth in range(self.height + 1)] for path in self.nodes], np.int64
        )
