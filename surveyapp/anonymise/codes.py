"""A column of codes that takes two bytes a person: a million people with thirty answers fit where many lists wouldn't."""

from array import array
from collections.abc import Iterator, Sequence
from copy import copy
from typing import overload


class Codes(Sequence[str]):
    """Codes in an order, each different one held once. At most 65,536 different ones: OverflowError beyond."""

    def __init__(self) -> None:
        self._values: list[str] = []
        self._place: dict[str, int] = {}
        self._numbers = array("H")

    def append(self, code: str) -> None:
        """One person more."""
        place = self._place.get(code)
        if place is None:
            place = self._place[code] = len(self._values)
            self._values.append(code)
        self._numbers.append(place)

    def arranged(self, order: Sequence[int]) -> "Codes":
        """The same codes, each from the place that the order names."""
        new = copy(self)
        new._numbers = array("H", map(self._numbers.__getitem__, order))  # noqa: SLF001 - it is one of these
        return new

    def __len__(self) -> int:
        """How many people."""
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        """Everybody's code."""
        return map(self._values.__getitem__, self._numbers)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> "Codes": ...
    def __getitem__(self, place: int | slice) -> "str | Codes":
        """Somebody's code, or some people's."""
        if isinstance(place, slice):
            return self.arranged(range(*place.indices(len(self))))
        return self._values[self._numbers[place]]
