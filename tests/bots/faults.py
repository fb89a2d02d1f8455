"""Faults by chance from a seed, or planned for the next calls of a method; every one is counted."""

import random
from collections import Counter, deque
from collections.abc import Mapping

from .errors import ApiError, flood

KINDS = ("error", "refused", "dropped", "flood", "delay")
"""Of a call: 500 and not done; the connection ends and nothing was done; done, but the connection ends before the
reply; 429 and not done; done late."""

TWICE = "twice"
"""Of an update: it comes once more after it was confirmed."""

Fault = str | ApiError


class Faults:
    """``rates``: kind -> share of the calls (of the updates, for "twice") it happens to.

    ``longest``: seconds of the longest delay. ``retry_after``: what a 429 by chance asks for.
    """

    def __init__(
        self, seed: int = 0, rates: Mapping[str, float] | None = None, longest: float = 0.3, retry_after: int = 1
    ) -> None:
        self.chance = random.Random(seed)
        self.longest, self.retry_after = longest, retry_after
        self.counts: Counter[str] = Counter()
        self.rates: dict[str, float] = {}
        self._planned: dict[str, deque[Fault]] = {}
        self.set(rates or {})

    def set(self, rates: Mapping[str, float]) -> None:
        """New rates from now on."""
        unknown = rates.keys() - {*KINDS, TWICE}
        if unknown:
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        self.rates = dict(rates)

    def plan(self, method: str, fault: Fault, times: int = 1) -> None:
        """The next calls of a method meet this fault; an ``ApiError`` is answered as it is."""
        self._planned.setdefault(method.lower(), deque()).extend([fault] * times)

    def draw(self, method: str, among: tuple[str, ...] = KINDS) -> Fault | None:
        """What happens to this call."""
        planned = self._planned.get(method.lower())
        fault: Fault | None = planned.popleft() if planned else self._by_chance(among)
        if fault is not None:
            self.counts[fault if isinstance(fault, str) else str(fault.code)] += 1
        if fault == "error":
            return ApiError(500, "Internal Server Error")
        return flood(self.retry_after) if fault == "flood" else fault

    def _by_chance(self, among: tuple[str, ...]) -> str | None:
        drawn = self.chance.random()
        for kind in among:
            drawn -= self.rates.get(kind, 0.0)
            if drawn < 0:
                return kind
        return None

    def twice(self) -> bool:
        """This update comes once more."""
        happens = self.chance.random() < self.rates.get(TWICE, 0.0)
        self.counts[TWICE] += happens
        return happens

    def pause(self) -> float:
        """Seconds a delayed call takes."""
        return self.chance.uniform(0.0, self.longest)
