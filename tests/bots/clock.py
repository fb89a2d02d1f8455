"""The time as the server tells it: real, and as far ahead as a test wants."""

import time

MINUTE, HOUR = 60.0, 3600.0


class Clock:
    """Seconds since 1970 that may be moved forward, so that a day passes in no time."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("time goes forward only")
        self.ahead += seconds
