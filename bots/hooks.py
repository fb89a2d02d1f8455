"""Updates that Telegram brings to the web application: kept before the request is answered, like those we fetch.

Each worker process has one thread with an event loop, made when the first update comes: a loop doesn't survive a fork.
"""

import asyncio
import hashlib
import hmac
import os
import threading
from collections.abc import Collection, Coroutine
from typing import Any, TypeVar

from telegram.ext import ExtBot

from bots.desk import Desk, application
from bots.pacing import OVERALL
from bots.recording import Recorder
from bots.updates import ALLOWED
from surveyapp import serving
from surveyapp.config import Config
from surveyapp.store.sessions import Sessions

_REPLY = 20.0
"""Seconds a request waits for its reply; Telegram would count a longer one as failed."""

T = TypeVar("T")


def path(config: Config) -> str:
    """The last part of the webhook's address, which nobody can guess who doesn't know SECRET_KEY."""
    return hmac.digest(config.secrets[0].encode(), b"surveyapp telegram webhook", hashlib.sha256).hex()[:32]


def at_once(threads: int) -> int:
    """Updates that a worker takes at the same time: on half of its threads, so that pages are served too."""
    return max(1, threads // 2)


async def register(config: Config, bot: ExtBot[bool]) -> bool:
    """Tell Telegram where to bring updates, with what secret, and how many at the same time."""
    return await bot.set_webhook(
        f"{config.public_url}/telegram/{path(config)}",
        secret_token=config.telegram_secret,
        max_connections=config.workers * at_once(serving.threads),
        allowed_updates=list(ALLOWED),
    )


class Hook:
    """Takes updates in a web worker; all workers together send no more than one bot may."""

    def __init__(self, config: Config, sessions: Sessions) -> None:
        self._config, self._sessions = config, sessions
        self._making = threading.Lock()
        self._made: tuple[int, asyncio.AbstractEventLoop, Desk] | None = None

    def take(self, raw: Any) -> None:
        """Keep an update, durably; then give the reply some time to arrive. Raises StoreUnavailable: nothing was kept."""
        loop, desk = self._here()
        chats = _run(loop, desk.take([raw]))
        _run(loop, _answer(desk, chats))

    def _here(self) -> tuple[asyncio.AbstractEventLoop, Desk]:
        """This process's loop and desk."""
        with self._making:
            if self._made is None or self._made[0] != os.getpid():
                loop = asyncio.new_event_loop()
                threading.Thread(target=loop.run_forever, name="telegram", daemon=True).start()
                self._made = (os.getpid(), loop, _run(loop, self._desk()))
            return self._made[1:]

    async def _desk(self) -> Desk:
        bot = application(self._config, OVERALL / max(1, self._config.workers)).bot
        return Desk(self._config, Recorder(self._config, self._sessions), bot)


async def _answer(desk: Desk, chats: Collection[int]) -> None:
    desk.deliveries.begin()
    await desk.deliveries.wait(_REPLY, chats)


def _run(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result()
