"""The server within a test: in a thread of its own, on a port of its own."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from aiohttp import web

from .phones import Phone
from .server import start
from .telegram import Telegram

TOKEN = "7000000001:AAfakefakefakefakefakefakefakefakefa"
T = TypeVar("T")


class Served:
    """A running server. ``url`` is what ``TELEGRAM_API_URL`` takes; state is touched in its own thread only."""

    def __init__(self, telegram: Telegram, loop: asyncio.AbstractEventLoop, url: str) -> None:
        self.telegram, self.loop, self.url, self.token = telegram, loop, url, telegram.token

    def run(self, work: Coroutine[Any, Any, T], seconds: float = 60.0) -> T:
        """Run a coroutine beside the server, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin a coroutine beside the server, without waiting for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def do(self, action: Callable[..., T], *args: Any, **more: Any) -> T:
        """Call a function in the server's thread."""

        async def acting() -> T:
            return action(*args, **more)

        return self.run(acting())

    def phone(self, user_id: int | None = None, **more: Any) -> "Hand":
        """A new person's phone, to be used from the test."""
        return Hand(self, self.do(Phone, self.telegram, user_id, **more))

    def until(self, true: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait for something to become true on the server."""

        last = time.monotonic() + seconds
        while not self.do(true):
            if time.monotonic() > last:
                raise TimeoutError
            time.sleep(0.005)


class Hand:
    """A phone in the hand of a test: everything ``Phone`` can do, from another thread."""

    def __init__(self, served: Served, phone: Phone) -> None:
        self.served, self.phone = served, phone

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.phone, name)
        return (lambda *args, **more: self.served.do(found, *args, **more)) if callable(found) else found


async def _close(runner: web.AppRunner) -> None:
    await runner.cleanup()
    # Connections that were hung up are taken down by the loop in its next rounds.
    await asyncio.sleep(0.02)


@contextmanager
def bot_api(token: str = TOKEN, port: int = 0, **more: Any) -> Iterator[Served]:
    """Serve until the end of the block; ``more`` goes to ``Telegram``."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="bot-api")
    thread.start()
    try:
        telegram = Telegram(token, **more)
        runner, port = asyncio.run_coroutine_threadsafe(start(telegram, port), loop).result(10)
        try:
            yield Served(telegram, loop, f"http://127.0.0.1:{port}")
        finally:
            asyncio.run_coroutine_threadsafe(_close(runner), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
