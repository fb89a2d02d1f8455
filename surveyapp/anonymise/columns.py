"""How released labels stand in a file: beside a column that is coarsened each of its coarser levels is a column, too.

A cell is the label of its level, or ``*`` where the row tells less than that. What a row tells is its finest cell.
"""

from collections.abc import Iterable, Sequence

from surveyapp.anonymise.policy import Column, Policy
from surveyapp.engine.codebook import EVERYTHING, coarser

NUMBER = "id"
"""The first column of rows: from 1 on, in an order that means nothing."""

COUNTED = ("column", "code", "n")
"""The last columns of tables: whose answer, which one, and how many of the group gave it."""


def levels(policy: Policy) -> dict[str, list[str]]:
    """Quasi-identifier -> its columns, the coarsest first (``service_group``, ``service``); all in the order of a file."""
    return {column.name: _levels(column) for column in policy.quasi}


def _levels(column: Column) -> list[str]:
    return [*(coarser(column.name, level) for level in range(_height(column) - 1, 0, -1)), column.name]


def header(policy: Policy) -> tuple[str, ...]:
    """Names of all columns that hold labels."""
    return tuple(name for names in levels(policy).values() for name in names)


def cells(policy: Policy, shown: Sequence[str]) -> tuple[str, ...]:
    """The cells of a row, given a label for each quasi-identifier."""
    both = zip(policy.quasi, shown, strict=True)
    return tuple(cell for column, label in both for cell in _cells(column, label))


def labels(policy: Policy, row: Sequence[str]) -> tuple[str, ...]:
    """The label of each quasi-identifier, given the cells of a row."""
    left = iter(row)
    return tuple(_finest([next(left) for _ in range(_height(column))]) for column in policy.quasi)


def _height(column: Column) -> int:
    return len(column.rows[0]) if column.rows else 1


def _cells(column: Column, label: str) -> list[str]:
    """A way of not answering stands on every level."""
    for row in column.rows:
        if label in row:
            finest = row.index(label)
            return [*reversed(row[finest:]), *([EVERYTHING] * finest)]
    return [label] * _height(column)


def _finest(coarsest_first: Iterable[str]) -> str:
    told = [cell for cell in coarsest_first if cell != EVERYTHING]
    return told[-1] if told else EVERYTHING
