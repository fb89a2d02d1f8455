"""A measured figure beside its budget, and the table of all of them."""

from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """``budget``: the most it may be, ``least``: the least; None where it is only told. ``floor``: what bare Flask takes."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    floor: float | None = None
    least: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the budget is kept; None without one."""
        if self.least is not None:
            return self.value >= self.least
        return None if self.budget is None else self.value <= self.budget


def table(rows: Sequence[Row]) -> str:
    """The rows as text, one a line."""
    lines = [f"{'':<72}{'measured':>12} {'unit':<8}{'budget':>10}{'floor':>10}  "]
    for row in rows:
        verdict = {None: "", True: "met", False: "NOT MET"}[row.met]
        lines.append(
            f"{row.name:<72}{row.value:>12,.2f} {row.unit:<8}{_wanted(row):>10}{_figure(row.floor):>10}  {verdict}"
        )
    return "\n".join(lines)


def _wanted(row: Row) -> str:
    return _figure(row.budget) if row.least is None else f"≥ {_figure(row.least)}"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"
