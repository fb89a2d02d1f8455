"""How much a table may say of so many people: nothing, one mean, counts, or everything. Pure.

n is the smaller of the people in the group and the valid answers to the question.
"""

from collections.abc import Hashable, Mapping
from typing import Literal, TypeVar

OVERALL, COUNTS, FULL = 5, 10, 30
"""Fewest people for a number of answers with one mean; for counts; for shares, means and comparisons."""

Tier = Literal["hidden", "overall", "counts", "full"]
Group = TypeVar("Group", bound=Hashable)


def tier(n: int) -> Tier:
    """What may be shown of n people."""
    if n >= FULL:
        return "full"
    if n >= COUNTS:
        return "counts"
    return "overall" if n >= OVERALL else "hidden"


def breakdown(sizes: Mapping[Group, int]) -> dict[Group, Tier]:
    """What may be shown of each group beside the others.

    Groups of a breakdown under ten are hidden: the mean of five to nine people is told of a whole wave alone. If
    exactly one is hidden, the next smallest is hidden, too: else the first could be had by subtraction.
    """
    shown: dict[Group, Tier] = {group: tier(n) if n >= COUNTS else "hidden" for group, n in sizes.items()}
    hidden = [group for group, what in shown.items() if what == "hidden"]
    if len(hidden) == 1 and len(shown) > 1:
        _, smallest = min((n, place) for place, (group, n) in enumerate(sizes.items()) if shown[group] != "hidden")
        shown[list(sizes)[smallest]] = "hidden"
    return shown


def may_tell_mean(n: int, mean: float, lowest: float, highest: float) -> bool:
    """A mean at the end of its scale says that all answered alike: of fewer than ten people it isn't told."""
    return n >= COUNTS or (n >= OVERALL and lowest < mean < highest)
