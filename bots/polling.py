"""Fetching updates. They are confirmed to Telegram only once they are kept: a kill at any moment loses no answer."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bots.calls import WrongToken
from bots.desk import Desk
from bots.leases import Lease
from bots.pacing import seconds_of
from bots.updates import ALLOWED, number_of
from surveyapp.config import Config
from surveyapp.store.sessions import StoreUnavailable

log = logging.getLogger(__name__)
LIMIT = 100
_LONG = 20
_MARGIN = 6.0
"""Seconds before the right to poll ends in which no new poll is begun."""

_ROUND = 1.0
_REPLIES = 2.0
"""Seconds that replies may take before the next poll confirms what they answer; the rest arrive meanwhile."""

_CONFLICT, _STORE = 5.0, 2.0
_FIRST, _LONGEST = 0.1, 5.0

Fetch = Callable[[int | None, int], Coroutine[Any, Any, list[Any]]]


class Fetching:
    """``getUpdates`` as it is: the library's own would decode a whole batch, and one bad update would block it."""

    def __init__(self, config: Config) -> None:
        self._address = f"{config.telegram_api}/bot{config.telegram_token}/getUpdates"
        self._request = HTTPXRequest(connection_pool_size=2)

    async def __call__(self, offset: int | None, seconds: int) -> list[Any]:
        """The updates from ``offset`` on, waiting for the first; all before it are confirmed. Raises TelegramError."""
        wanted = {"timeout": seconds, "limit": LIMIT, "allowed_updates": json.dumps(ALLOWED)}
        if offset is not None:
            wanted["offset"] = offset
        found = await self._request.post(f"{self._address}?{urlencode(wanted)}", read_timeout=seconds + 10.0)
        return found if isinstance(found, list) else []

    async def close(self) -> None:
        """Close the connection."""
        await self._request.shutdown()


class Polling:
    """The loop. ``stop`` ends it after the batch it is in."""

    def __init__(self, desk: Desk, fetch: Fetch, lease: Lease, stop: asyncio.Event) -> None:
        self._desk, self._fetch, self._lease, self._stop = desk, fetch, lease, stop
        self._offset: int | None = None
        self._pause = _FIRST

    async def run(self) -> None:
        """Poll until stopped; then confirm what was kept. Raises WrongToken."""
        while not self._stop.is_set():
            seconds = min(_LONG, self._lease.remaining() - _MARGIN)
            if seconds < 1:
                await self._rest(_ROUND)
            elif (batch := await self._poll(int(seconds))) is not None and await self._kept(batch):
                await self._answer(batch)
        await self._confirm()

    async def _poll(self, seconds: int) -> list[Any] | None:
        """One batch; None when there was none to get, or when we are to stop."""
        try:
            batch: list[Any] | None = await self._until_stopped(self._fetch(self._offset, seconds))
        except InvalidToken as error:
            raise WrongToken from error
        except Conflict:
            log.warning("somebody else polls with the same token")
            await self._rest(_CONFLICT)
            await self._lease.ask()
        except RetryAfter as error:
            await self._rest(seconds_of(error))
        except TelegramError as error:
            log.warning("no updates could be fetched: %s", type(error).__name__)
            await self._rest(self._pause)
            self._pause = min(_LONGEST, self._pause * 2)
        else:
            self._pause = _FIRST
            return batch
        return None

    async def _kept(self, batch: list[Any]) -> bool:
        """Record a batch; when the store is away, the same one is fetched again."""
        try:
            await self._desk.take(batch)
        except StoreUnavailable:
            log.warning("the store is away: updates wait at Telegram")
            await self._rest(_STORE)
            return False
        return True

    async def _answer(self, batch: list[Any]) -> None:
        """Reply when nothing more is waiting, then let the next poll confirm the batch.

        Numbers of updates begin anew after a quiet week. So after an empty batch, which has nothing to be confirmed,
        the next poll names no number: a number kept from before would discard updates that nobody has seen.
        """
        if len(batch) < LIMIT:
            self._desk.deliveries.begin()
            await self._desk.deliveries.wait(_REPLIES)
        numbers = [number for number in map(number_of, batch) if number is not None]
        self._offset = numbers[-1] + 1 if numbers else None

    async def _confirm(self) -> None:
        """Tell Telegram what was kept last, so that whoever comes next doesn't get it again."""
        if self._offset is not None and self._lease.remaining() > 0:
            try:
                await self._fetch(self._offset, 0)
            except TelegramError:
                log.warning("the last updates could not be confirmed; they will come again and change nothing")

    async def _rest(self, seconds: float) -> None:
        await self._until_stopped(asyncio.sleep(seconds))

    async def _until_stopped(self, work: Awaitable[Any]) -> Any:
        """What the work brings; None when we are to stop before it is done."""
        doing, stopping = asyncio.ensure_future(work), asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return doing.result() if doing.done() else None
        finally:
            for each in (doing, stopping):
                if not each.done():
                    each.cancel()
