"""The time as the server tells it: real, and as far ahead as a test wants."""

import time

MINUTE, HOUR = 60.0, 3600.0


class Clock:
    """Seconds since 1970 that may be moved forward, so that a day passes in no time."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self._stopped: float | None = None

    def now(self) -> float:
        return (time.time() if self._stopped is None else self._stopped) + self.ahead

    def stop(self) -> None:
        """From now on time passes by ``advance`` only, so that no test depends on how fast the machine is."""
        self._stopped = time.time()

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("time goes forward only")
        self.ahead += seconds
