"""Updates that Telegram brings to the web application: kept before the request is answered, like those we fetch.

Each worker process has one thread with an event loop, made when the first update comes: a loop doesn't survive a fork.
"""

import asyncio
import hashlib
import hmac
import os
import threading
from collections import deque
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from telegram.ext import ExtBot

from bots.desk import Desk, application
from bots.pacing import OVERALL
from bots.recording import Recorder
from bots.updates import ALLOWED
from surveyapp import serving
from surveyapp.config import Config
from surveyapp.store.sessions import Sessions

_REPLY = 1.0
"""Seconds a request waits for its reply, so that Telegram comes again if the worker is killed before it is sent.

No longer: Telegram brings what one person does one by one, and who answers fast would get every reply, late, instead of
the newest one.
"""

_WHILE_CLOSING = 5.0
_ROOM, _TRIES = 0.05, 4
"""Seconds in which a place has to become free, and how often; keeping an update takes some milliseconds."""

T = TypeVar("T")


class Busy(Exception):
    """As many of a worker's threads keep updates as may; nothing was kept."""


def path(config: Config) -> str:
    """The last part of the webhook's address, which nobody can guess who doesn't know SECRET_KEY."""
    return hmac.digest(config.secrets[0].encode(), b"surveyapp telegram webhook", hashlib.sha256).hex()[:32]


async def register(config: Config, bot: ExtBot[bool]) -> bool:
    """Tell Telegram where to bring updates, with what secret, and how many at the same time.

    Twice as many as there are places: the next one has whoever only waits for a reply make room.
    """
    return await bot.set_webhook(
        f"{config.public_url}/telegram/{path(config)}",
        secret_token=config.telegram_secret,
        max_connections=config.workers * _places(serving.threads) * 2,
        allowed_updates=list(ALLOWED),
    )


class _Worker(NamedTuple):
    """What one process takes updates with."""

    pid: int
    loop: asyncio.AbstractEventLoop
    thread: threading.Thread
    bot: ExtBot[bool]
    desk: Desk


class Hook:
    """Takes updates in a web worker; all workers together send no more than one bot may."""

    def __init__(self, config: Config, sessions: Sessions) -> None:
        self._config, self._sessions = config, sessions
        self._places = threading.BoundedSemaphore(_places(serving.threads))
        self._waiting: deque[Future[None]] = deque()
        self._making = threading.Lock()
        self._made: _Worker | None = None

    def take(self, raw: Any) -> None:
        """Keep an update, durably; then give the reply some time to arrive.

        At most half of the worker's threads do so, so that pages are served too. Who only waits makes room for the next
        update; the reply is on its way all the same, and only when the worker is killed just then, it takes the person's
        next message to bring it. Raises Busy or StoreUnavailable: nothing was kept.
        """
        if not self._has_place():
            raise Busy
        try:
            worker = self._here()
            chats = _run(worker.loop, worker.desk.take([raw]))
            _run(worker.loop, _begin(worker.desk))
            self._wait(asyncio.run_coroutine_threadsafe(worker.desk.deliveries.wait(_REPLY, chats), worker.loop))
        finally:
            self._places.release()

    def _has_place(self) -> bool:
        """Take a place, if need be that of somebody who only waits."""
        if self._places.acquire(blocking=False):
            return True
        return any(self._gets_room() for _ in range(_TRIES))

    def _gets_room(self) -> bool:
        with suppress(IndexError):
            self._waiting.popleft().cancel()
        return self._places.acquire(timeout=_ROOM)

    def _wait(self, reply: Future[None]) -> None:
        self._waiting.append(reply)
        with suppress(CancelledError):
            reply.result()
        with suppress(ValueError):
            self._waiting.remove(reply)

    def close(self) -> None:
        """End the loop, once what is on its way has arrived or some seconds are over."""
        with self._making:
            if (worker := self._made) and worker.pid == os.getpid():
                _run(worker.loop, worker.desk.close(_WHILE_CLOSING))
                _run(worker.loop, worker.bot.request.shutdown())
                worker.loop.call_soon_threadsafe(worker.loop.stop)
                worker.thread.join()
                worker.loop.close()
            self._made = None

    def _here(self) -> _Worker:
        """This process's own, made when it is first needed."""
        with self._making:
            if self._made is None or self._made.pid != os.getpid():
                loop = asyncio.new_event_loop()
                thread = threading.Thread(target=loop.run_forever, name="telegram", daemon=True)
                thread.start()
                self._made = _Worker(os.getpid(), loop, thread, *_run(loop, self._desk()))
            return self._made

    async def _desk(self) -> tuple[ExtBot[bool], Desk]:
        bot = application(self._config, OVERALL / max(1, self._config.workers)).bot
        return bot, Desk(self._config, Recorder(self._config, self._sessions), bot)


def _places(threads: int) -> int:
    """How many of a worker's threads serve the webhook."""
    return max(1, threads // 2)


async def _begin(desk: Desk) -> None:
    desk.deliveries.begin()


def _run(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result()
