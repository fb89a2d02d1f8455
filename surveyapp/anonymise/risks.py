"""How likely somebody in a release could be recognised, and what a group tells about its members."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveyapp.anonymise.crowds import Classes, People, relaxed, shares
from surveyapp.anonymise.policy import Policy
from surveyapp.anonymise.reading import Sheet, coded, values_of
from surveyapp.anonymise.trees import Numbers


def class_sizes(classes: Classes) -> dict[str, Any]:
    """``least`` is the k that was reached; ``sizes``: how many classes there are of each size."""
    size = np.bincount(classes.of)
    different, times = np.unique(size, return_counts=True)
    sizes = dict(zip(different.tolist(), times.tolist(), strict=True))
    return {"least": int(size.min()), "mean": float(size.mean()), "classes": len(size), "sizes": sizes}


def prosecutor(classes: Classes) -> dict[str, float]:
    """Risks for an attacker who knows that somebody took part: one by the size of the class. Shares are of people."""
    size = np.bincount(classes.of)
    mine = size[classes.of]
    return {
        "largest": float(1 / size.min()),
        "mean": len(size) / len(mine),
        "over_a_tenth": float(np.mean(mine < 10)),
        "over_a_fifth": float(np.mean(mine < 5)),
    }


def journalist(
    people: People, classes: Classes, column: int | None, clients: Mapping[str, int], shown: Classes | None = None
) -> dict[str, float]:
    """Risks for an attacker who doesn't know who took part: one by the number of clients who may fit a class.

    ``clients``: how many there are, by the leaves of a column; by anything where it is None. The number who fit is
    estimated from labels alone: each person of a class stands for as many clients as there are under the label for
    each person who may belong there, and at least for one. ``shown``: coarser classes, the labels of which everybody is
    told, where ``classes`` are told to fewer: by those of their own the risks would tell how many each of them has.
    """
    size, each = np.bincount(classes.of), np.unique(classes.of, return_index=True)[1]
    outer = shown or classes
    fitting = np.maximum(size, size * _per_person(people, outer, column, clients)[outer.of[each]])
    return {"largest": float(1 / fitting.min()), "mean": float(np.mean(1 / fitting[classes.of]))}


def tells_of_few(people: People, classes: Classes, column: int, clients: Mapping[str, int], fewest: int) -> bool:
    """Numbers of clients by the leaves of a column tell that people of one of them have answered, and there are few.

    So it is where more people stand under a label than there are clients of its other leaves. ``*`` is such a label: how
    many people there are in all is told.
    """
    tree, node, size = people.trees[column], classes.at[:, column], np.bincount(classes.of)
    few = np.bincount(people.leaves[column], minlength=len(tree.nodes)) < fewest
    for label in np.flatnonzero(tree.under > 1):
        answered = size[tree.above[node, tree.depth[label]] == label].sum()
        inside = [leaf for leaf in clients if tree.above[tree.leaf.get(leaf, 0), tree.depth[label]] == label]
        there = sum(clients[leaf] for leaf in inside)
        if any(few[tree.leaf.get(leaf, 0)] and answered > there - clients[leaf] for leaf in inside):
            return True
    return False


def _per_person(
    people: People, classes: Classes, column: int | None, clients: Mapping[str, int]
) -> NDArray[np.float64]:
    """Class -> clients under its label over the people whose label is that one, finer or coarser."""
    if column is None:
        return np.full(len(classes.at), sum(clients.values()) / len(classes.of))
    tree, node, size = people.trees[column], classes.at[:, column], np.bincount(classes.of)
    found = np.zeros(len(node))
    for label in np.unique(node):
        finer, coarser = tree.above[node, tree.depth[label]] == label, tree.above[label, tree.depth[node]] == node
        there = (tree.above[tree.leaf.get(leaf, 0), tree.depth[label]] == label for leaf in clients)
        under = sum(number for number, inside in zip(clients.values(), there, strict=True) if inside)
        found[node == label] = under / size[finer | coarser].sum()
    return found


def alike(
    policy: Policy, people: People, classes: Classes, told: Mapping[str, Classes] | None = None
) -> Iterator[dict[str, Any]]:
    """For each cap: the share of everybody, the limit, and the largest share in a class, among valid answers.

    ``told``: columns of which something may be told -> the groups in which it is; without it, the classes. Shares of
    others would tell how many of few have answered.
    """
    for cap, capped, overall in zip(policy.caps, people.caps, shares(people), strict=True):
        answers = people.answers[capped.item]
        groups = classes if told is None else told.get(cap.column)
        if groups is None:
            continue
        valid = np.bincount(groups.of, answers != 0)
        counted = np.bincount(groups.of, np.isin(answers, sorted(capped.codes)))
        yield {
            "column": cap.column,
            "values": list(cap.values),
            "overall": float(overall),
            "limit": float(relaxed(policy.alpha, overall)),
            "relaxed": overall > policy.alpha,
            "largest": float(np.max(counted[valid > 0] / valid[valid > 0], initial=0)),
        }


def varied(
    policy: Policy, sheet: Sheet, classes: Classes, told: Mapping[str, Classes] | None = None
) -> Iterator[dict[str, Any]]:
    """For each capped column: the fewest different answers in a class, and how far a class is from everybody at most.

    The distance is the earth mover's, from 0 to 1: over ranks for a scale, else half the sum of differences
    (Li, Li and Venkatasubramanian 2007). Told, not limited. ``told``: as in ``alike``.
    """
    for name in dict.fromkeys(cap.column for cap in policy.caps):
        groups = classes if told is None else told.get(name)
        if groups is None:
            continue
        counts = _counted(coded(sheet[name]), groups)
        counts = counts[counts.any(axis=1)]
        values = values_of(sheet[name])
        ranked = all(value.isdecimal() for value in values)
        yield {
            "column": name,
            "fewest_values": int(np.count_nonzero(counts, axis=1).min(initial=len(values))),
            "largest_distance": _farthest(counts, ranked=ranked) if len(values) > 1 else 0.0,
        }


def _counted(codes: Numbers, classes: Classes) -> Numbers:
    """(class, value) -> how many gave that answer."""
    width = int(codes.max(initial=0)) + 1
    every = np.bincount(classes.of * width + codes, minlength=len(classes.at) * width)
    counts: Numbers = every.reshape(-1, width)[:, 1:]
    return counts


def _farthest(counts: Numbers, *, ranked: bool) -> float:
    differences = counts / counts.sum(axis=1, keepdims=True) - counts.sum(axis=0) / counts.sum()
    if ranked:
        distances = np.abs(np.cumsum(differences, axis=1)).sum(axis=1) / (counts.shape[1] - 1)
    else:
        distances = np.abs(differences).sum(axis=1) / 2
    return float(distances.max())
