"""How fast the bot speaks: 30 calls a second in all, to each chat one a second after a burst of three.

Telegram punishes whoever is faster. When it asks for patience with one chat, that chat waits and no other does. python-telegram-
bot's own limiter paces no private chat and holds every chat for one; so this is ours.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

OVERALL = 30.0
"""Calls a second in all."""

_BURST = 3
_FREE = ("answerCallbackQuery", "getMe", "getMy", "setMy", "setWebhook", "deleteWebhook")
_PRESSURE = 2.0
"""Seconds of waiting above which a call that may be dropped isn't worth it."""

_SPARE = (1, 10)
"""Calls to the chat, and to all, for which a call that may be dropped leaves room."""

_TRIES = 6
_CHATS = 4096
_CALLS = 64

Result = bool | dict[str, Any] | list[dict[str, Any]]


class Dropped(TelegramError):
    """A call that was not made, because others that matter more are waiting."""

    def __init__(self) -> None:
        super().__init__("dropped under pressure")


class _Bucket:
    """Lets ``burst`` calls through at once, then ``rate`` a second."""

    def __init__(self, rate: float, burst: int) -> None:
        self._step, self._slack = 1 / rate, (burst - 1) / rate
        self._due = float("-inf")

    def wait(self, now: float, spare: int = 0) -> float:
        """Seconds until a call may be made that leaves room for ``spare`` others."""
        return max(0.0, self._due - self._slack + spare * self._step - now)

    def take(self, now: float) -> None:
        """Count a call."""
        self._due = max(self._due, now) + self._step

    def hold(self, until: float) -> None:
        """Let nothing through before this moment."""
        self._due = max(self._due, until + self._slack)


class Pacing(BaseRateLimiter[bool]):
    """Waits before each call as long as Telegram wants. ``overall``: calls a second in all, of this process."""

    def __init__(
        self,
        overall: float = OVERALL,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._all = _Bucket(overall, max(1, int(overall)))
        self._chats: OrderedDict[Any, _Bucket] = OrderedDict()
        self._clock, self._sleep = clock, sleep
        self._calls = asyncio.Semaphore(_CALLS)

    async def initialize(self) -> None:
        """Nothing has to be prepared."""

    async def shutdown(self) -> None:
        """Nothing has to be released."""

    async def process_request(  # noqa: PLR0913, PLR0917 - as the library calls it
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: bool | None,  # noqa: FBT001 - as the library calls it
    ) -> Result:
        """Make the call when its turn has come. ``rate_limit_args``: it may be dropped under pressure.

        Raises Dropped then, and RetryAfter when Telegram keeps asking for patience.
        """
        chat = data.get("chat_id")
        if endpoint.startswith(_FREE):
            return await callback(*args, **kwargs)
        for attempt in range(1, _TRIES + 1):
            await self._turn(chat, droppable=bool(rate_limit_args))
            try:
                async with self._calls:
                    return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._of(chat).hold(self._clock() + seconds_of(error))
                if attempt == _TRIES:
                    raise
        raise AssertionError

    async def _turn(self, chat: Any, *, droppable: bool) -> None:
        """Wait for the chat's turn first, so that a chat that has to wait takes no place in the common queue."""
        own, spare = self._of(chat), (_SPARE if droppable else (0, 0))
        while (wait := own.wait(self._clock(), spare[0])) > 0:
            _give_up(wait, droppable=droppable)
            await self._sleep(wait)
        now = self._clock()
        _give_up(self._all.wait(now, spare[1]), droppable=droppable)
        wait = self._all.wait(now)
        own.take(now)
        self._all.take(now)
        if wait > 0:
            await self._sleep(wait)

    def _of(self, chat: Any) -> _Bucket:
        """The chat's bucket; of many chats the one that was silent longest is forgotten."""
        bucket = self._chats.setdefault(chat, _Bucket(1, _BURST))
        self._chats.move_to_end(chat)
        if len(self._chats) > _CHATS:
            self._chats.popitem(last=False)
        return bucket


def _give_up(wait: float, *, droppable: bool) -> None:
    if droppable and wait > _PRESSURE:
        raise Dropped


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
