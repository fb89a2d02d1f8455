"""A desk whose store is a notebook: everything between Telegram and the services, without the services."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bots.desk import App, Desk, application
from bots.updates import Received
from surveyapp.config import Config
from surveyapp.engine.prompt import Button, Choice, Prompt
from surveyapp.services.chats import SILENCE, Binding, Chat, Reply
from surveyapp.store.sessions import StoreUnavailable

from .chats import Message
from .serving import Served

BINDING = Binding(b"k" * 32, "0123abcd", "q1")


def asks(text: str, *labels: str) -> Reply:
    """A reply that asks something, with a button for each label."""
    rows = tuple((Button(label, Choice("0123abcd", "q1", "=", at)),) for at, label in enumerate(labels))
    return Reply((Prompt((text,), rows, "q1"),), binding=BINDING)


class Notebook:
    """Notes what would be kept. ``replies``: what is said to each event; ``away``: how many times it can't be kept."""

    def __init__(self, replies: Callable[[Received], Reply] | None = None) -> None:
        self.replies = replies or (lambda received: asks(f"after {received.update_id}"))
        self.kept: list[Received] = []
        self.shown: list[tuple[Binding, int]] = []
        self.forgotten: list[Chat] = []
        self.passed: list[int] = []
        self.away = 0
        self._lock = threading.Lock()

    def record(self, received: Received) -> Reply:
        with self._lock:
            if self.away:
                self.away -= 1
                raise StoreUnavailable
            if received in self.kept:
                return SILENCE
            self.kept.append(received)
        return self.replies(received)

    def pass_over(self, numbers: Sequence[int]) -> None:
        self.passed += numbers

    def showed(self, binding: Binding, order: int) -> None:
        self.shown.append((binding, order))

    def blocked(self, chat: Chat) -> None:
        self.forgotten.append(chat)


def config_for(served: Served, folder: Path, **more: str) -> Config:
    """Settings of a bot on the tests' own Bot API server."""
    environ = {"TELEGRAM_BOT_TOKEN": served.token, "TELEGRAM_API_URL": served.url, "INSTANCE_DIR": str(folder)}
    return Config.from_env({**environ, **more})


@asynccontextmanager
async def desk_of(config: Config, notebook: Notebook, overall: float = 1000) -> AsyncIterator[tuple[Desk, App]]:
    """A desk and the application whose bot it speaks through."""
    async with opened(application(config, overall)) as app:
        desk = Desk(config, notebook, app.bot)
        yield desk, app
        await desk.close(5)


@asynccontextmanager
async def opened(app: App) -> AsyncIterator[App]:
    """An application that has asked nobody who it is."""
    await asyncio.gather(*(request.initialize() for request in app.bot._request))
    try:
        yield app
    finally:
        await asyncio.gather(*(request.shutdown() for request in app.bot._request))


def rows(message: Message) -> list[list[str]]:
    """The labels of a message's buttons."""
    return [[button["text"] for button in row] for row in message.rows or ()]


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for happens in another thread
            await asyncio.sleep(0.005)
