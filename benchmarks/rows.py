"""A measured figure beside its budget, and the table of all of them."""

from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """``budget``: the most it may be, None where it is only told; ``floor``: the same for the least there can be."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    floor: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the budget is kept; None without one."""
        return None if self.budget is None else self.value <= self.budget


def table(rows: Sequence[Row]) -> str:
    """The rows as text, one a line."""
    lines = [f"{'':<58}{'measured':>12} {'unit':<8}{'budget':>10}{'floor':>10}  "]
    for row in rows:
        verdict = {None: "", True: "met", False: "NOT MET"}[row.met]
        lines.append(
            f"{row.name:<58}{row.value:>12,.2f} {row.unit:<8}{_figure(row.budget):>10}{_figure(row.floor):>10}  {verdict}"
        )
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"
