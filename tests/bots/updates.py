"""Updates as Telegram keeps them: until a higher offset confirms them, a day at most, a tap for 150 seconds."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .clock import HOUR, Clock
from .errors import ApiError, conflict

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
TAP_LIFE, LIFE = 150.0, 24 * HOUR
FUTURE = 10
"""An offset further ahead than this is none: Telegram begins at the oldest update and confirms nothing."""


Queue = tuple[int, str]
"""Chat and kind: what a webhook delivers one at a time."""


@dataclass
class Update:
    """Something that happened in a chat."""

    id: int
    kind: str
    body: dict[str, Any]
    expires: float
    queue: Queue

    def as_json(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.body}


class Updates:
    """The queue of one bot. ``twice``: whether an update that was just confirmed comes once more."""

    def __init__(self, clock: Clock, chance: random.Random, twice: Callable[[], bool]) -> None:
        self.clock, self.chance, self._twice = clock, chance, twice
        self.pending: list[Update] = []
        self.made: list[int] = []
        self.confirmed: list[int] = []
        self.expired: list[int] = []
        self.allowed: tuple[str, ...] | None = None
        self.on_new: Callable[[Update], None] | None = None
        self._again: list[Update] = []
        self._next = self._anywhere()
        self._poller: asyncio.Future[None] | None = None

    def add(self, kind: str, body: dict[str, Any], queue: Queue) -> Update | None:
        """Keep a new update and wake whoever waits; None when the bot doesn't want this kind."""
        if self.allowed is not None and kind not in self.allowed:
            return None
        life = TAP_LIFE if kind == "callback_query" else LIFE
        update = Update(self._next, kind, body, self.clock.now() + life, queue)
        self._next += 1
        self.pending.append(update)
        self.made.append(update.id)
        self._wake()
        if self.on_new:
            self.on_new(update)
        return update

    def renumber(self, first: int | None = None) -> int:
        """Go on at a random number, as after a quiet week; only while nothing is pending."""
        self._expire()
        if self.pending:
            raise ValueError("updates are renumbered while none is pending")
        self._next = self._anywhere() if first is None else first
        return self._next

    def _anywhere(self) -> int:
        return self.chance.randrange(100_000_000, 999_999_999)

    def _expire(self) -> None:
        now = self.clock.now()
        self.expired += [each.id for each in self.pending if each.expires <= now]
        self.pending = [each for each in self.pending if each.expires > now]

    def confirm(self, update: Update) -> bool:
        """The bot has it; True when it comes once more all the same."""
        if update not in self.pending:
            return False
        self.pending.remove(update)
        self.confirmed.append(update.id)
        return self._twice()

    def first(self, queue: Queue) -> Update | None:
        """The oldest update that waits in a queue."""
        self._expire()
        return next((each for each in self.pending if each.queue == queue), None)

    def forget(self) -> None:
        """Drop what is pending."""
        self.pending.clear()

    def take(self, offset: int, limit: int) -> list[Update]:
        """Confirm what lies below the offset; the oldest of the rest."""
        self._expire()
        if offset < 0:
            offset = self.pending[offset].id if len(self.pending) >= -offset else 0
        if offset <= self._next + FUTURE:
            below = [each for each in self.pending if each.id < offset]
            self._again += [update for update in below if self.confirm(update)]
        batch = [*self._again, *self.pending][:limit]
        self._again.clear()
        return batch

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Update]:
        """As ``take``, but wait for the first update; ends with 409 when somebody else asks meanwhile."""
        self.interrupt(
            conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        )
        batch = self.take(offset, limit)
        if batch or seconds <= 0:
            return batch
        waiting = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return []
        finally:
            if self._poller is waiting:
                self._poller = None
        return self.take(offset, limit)

    def _wake(self) -> None:
        if self._poller and not self._poller.done():
            self._poller.set_result(None)

    def interrupt(self, error: ApiError) -> None:
        """End the poll that waits now."""
        if self._poller and not self._poller.done():
            self._poller.set_exception(error)
        self._poller = None
