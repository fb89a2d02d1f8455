"""Webhook delivery: one update at a time for each queue, again and again until it is accepted or too old."""

import asyncio
import contextlib
from collections import Counter
from typing import TYPE_CHECKING

import aiohttp

from .errors import conflict
from .updates import Queue, Update

if TYPE_CHECKING:
    from .telegram import Telegram

LONGEST_WAIT = 120.0
_FAULTS = ("dropped", "delay")
_TIMEOUT = aiohttp.ClientTimeout(total=60)


class Hook:
    """Where updates are sent to. ``factor``: seconds of waiting that a second of Telegram's takes here."""

    def __init__(self, telegram: "Telegram", factor: float) -> None:
        self._telegram, self.factor = telegram, factor
        self.url, self.secret, self.connections = "", "", 40
        self.last_error, self.last_error_at = "", 0
        self.statuses: Counter[int] = Counter()
        self.waits: list[float] = []
        self.at_once: Counter[Queue] = Counter()
        self.most_at_once = 0
        self._tasks: dict[Queue, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._room = asyncio.Semaphore(40)
        telegram.updates.on_new = self._new

    @property
    def retried(self) -> int:
        """How many deliveries were tried again."""
        return len(self.waits)

    def set(self, url: str, secret: str, connections: int) -> None:
        """Send updates there from now on, waiting ones included; an empty address: keep them for getUpdates."""
        self.url, self.secret, self.connections = url, secret, connections
        self.last_error, self.last_error_at = "", 0
        self._room = asyncio.Semaphore(connections)
        if url:
            self._telegram.updates.interrupt(conflict("terminated by setWebhook request"))
            for update in list(self._telegram.updates.pending):
                self._new(update)

    def _new(self, update: Update) -> None:
        running = self._tasks.get(update.queue)
        if self.url and (running is None or running.done()):
            self._tasks[update.queue] = asyncio.ensure_future(self._work(update.queue))

    async def _work(self, queue: Queue) -> None:
        """Deliver what waits in a queue, oldest first."""
        failures = 0
        while self.url and (update := self._telegram.updates.first(queue)):
            wait = await self._deliver(update, failures)
            if wait is None:
                failures = 0
                continue
            failures += 1
            self.waits.append(wait)
            await asyncio.sleep(wait * self.factor)

    async def _deliver(self, update: Update, failures: int) -> float | None:
        """Post it. None: it is done; else seconds to wait before the next try."""
        faults = self._telegram.faults
        fault = faults.draw("webhook", _FAULTS)
        if fault == "delay":
            await asyncio.sleep(faults.pause())
        async with self._room:
            status, retry_after = await self._post(update)
        self.statuses[status] += 1
        if 200 <= status < 300 and fault != "dropped":
            again = self._telegram.updates.confirm(update)
            return await self._deliver(update, 0) if again else None
        self._note(status)
        return retry_after if retry_after is not None else min(2.0**failures, LONGEST_WAIT)

    async def _post(self, update: Update) -> tuple[int, float | None]:
        """Status (0: no answer) and what a Retry-After asks for."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        self.at_once[update.queue] += 1
        self.most_at_once = max(self.most_at_once, self.at_once[update.queue])
        try:
            async with self._client().post(
                self.url, json=update.as_json(), headers=headers, allow_redirects=False
            ) as reply:
                await reply.read()
                asked = reply.headers.get("Retry-After", "")
                return reply.status, float(asked) if asked.isdecimal() else None
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0, None
        finally:
            self.at_once[update.queue] -= 1

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        return self._session

    def _note(self, status: int) -> None:
        self.last_error = f"Wrong response from the webhook: {status}" if status else "Connection refused"
        self.last_error_at = self._telegram.second()

    async def close(self) -> None:
        """Stop delivering."""
        self.url = ""
        for task in self._tasks.values():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._session:
            await self._session.close()
