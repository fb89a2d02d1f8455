"""How fast a bot may send: in one chat, and in all. Too fast gives 429."""

import math
from dataclasses import dataclass, field

from .clock import Clock
from .errors import flood


@dataclass
class _Bucket:
    rate: float
    burst: float
    left: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until one more fits; 0 takes it."""
        self.left = min(self.burst, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.rate


@dataclass
class Pace:
    """Messages a second and how many at once; Telegram itself allows about one a chat and thirty in all."""

    chat: float = 1.0
    chat_burst: float = 4.0
    all: float = 30.0
    all_burst: float = 30.0
    _buckets: dict[int | None, _Bucket] = field(default_factory=dict)

    def spend(self, clock: Clock, chat_id: int) -> None:
        """Count one message to this chat, or refuse it until ``retry_after``."""
        now = clock.now()
        for key, rate, burst in ((chat_id, self.chat, self.chat_burst), (None, self.all, self.all_burst)):
            bucket = self._buckets.setdefault(key, _Bucket(rate, burst, burst, now))
            wait = bucket.wait(now)
            if wait:
                raise flood(math.ceil(wait))
