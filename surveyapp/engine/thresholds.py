"""How much a table may say of so many people: nothing, one mean, counts, or everything. Pure.

n is the smaller of the people in the group and the valid answers to the question; nobody answers a question twice, so
that it is the valid answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from surveyapp.engine.codebook import EVERYTHING

OVERALL, COUNTS, FULL = 5, 10, 30
"""Fewest people for a number of answers with one mean; for counts; for shares, means and comparisons."""

Tier = Literal["hidden", "overall", "counts", "full"]

Labels = tuple[str, ...]
"""What is told of a group: a label, or ``*``, for each column of labels."""


def tier(n: int) -> Tier:
    """What may be shown of n people."""
    if n >= FULL:
        return "full"
    if n >= COUNTS:
        return "counts"
    return "overall" if n >= OVERALL else "hidden"


def fewest_of(public_k: int) -> int:
    """Of how many valid answers a table may tell, where a row of the public's fits so many people: never of fewer than ten."""
    return max(COUNTS, public_k)


def counted_under(heights: Sequence[int], sizes: Mapping[Labels, int], fewest: int = COUNTS) -> dict[Labels, Labels]:
    """The labels under which each group's answers to one question are counted; nothing where all of them are too few.

    ``sizes``: group -> n. ``heights``: how many columns each of the hierarchies has that the labels are made of, the
    coarsest first. Groups under ``fewest`` are counted under ``*``. If exactly one group, path or label of any breakdown
    would be missing, the next smallest is, too.

    Whatever is shown is then a sum of groups that are counted together, each of them of so many or more: no difference
    tells of fewer. Asked again of what came out, it changes nothing.
    """
    if sum(sizes.values()) < fewest:
        return {}
    before, under = None, _together(sizes, fewest)
    while under != before:
        before = under
        for part, end in _breakdowns(heights):
            now = _sizes(sizes, under, part)
            under = _coarsened(under, _together(now, fewest), part, end)
    return under


def _together(sizes: Mapping[Labels, int], fewest: int) -> dict[Labels, Labels]:
    """The same for one breakdown, whatever its groups are: each is counted by itself or under ``*``."""
    everything = (EVERYTHING,) * len(next(iter(sizes)))
    few = {group for group, n in sizes.items() if n < fewest}
    if not few:
        return {group: group for group in sizes}
    for group in sorted(sizes.keys() - few - {everything}, key=lambda each: (sizes[each], each)):
        if len(few - {everything}) != 1 and sum(sizes.get(each, 0) for each in few | {everything}) >= fewest:
            break
        few.add(group)
    return {group: everything if group in few else group for group in sizes}


def _breakdowns(heights: Sequence[int]) -> Iterator[tuple[slice, int]]:
    """The paths of every hierarchy and the labels of each of its columns, and where the hierarchy ends."""
    start = 0
    for height in heights:
        end = start + height
        yield slice(start, end), end
        if height > 1:
            yield from ((slice(place, place + 1), end) for place in range(start, end))
        start = end


def _sizes(sizes: Mapping[Labels, int], under: Mapping[Labels, Labels], part: slice) -> dict[Labels, int]:
    """What is told so far in one breakdown, and of how many answers; of none where a label stood and doesn't any more."""
    now = dict.fromkeys((group[part] for group in sizes), 0)
    for group, labels in under.items():
        now[labels[part]] = now.get(labels[part], 0) + sizes[group]
    return now


def _coarsened(
    under: Mapping[Labels, Labels], to: Mapping[Labels, Labels], part: slice, end: int
) -> dict[Labels, Labels]:
    """What has to be hidden in one breakdown stands under ``*`` there, and on all finer levels."""
    stars = (EVERYTHING,) * (end - part.start)
    return {
        group: labels if to[labels[part]] == labels[part] else (*labels[: part.start], *stars, *labels[end:])
        for group, labels in under.items()
    }


def may_tell_mean(n: int, mean: float, lowest: float, highest: float) -> bool:
    """A mean at the end of its scale says that all answered alike: of fewer than ten people it isn't told."""
    return n >= COUNTS or (n >= OVERALL and lowest < mean < highest)
