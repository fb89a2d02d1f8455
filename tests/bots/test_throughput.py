"""As fast as python-telegram-bot's own updater with the same work to do, in the same run; and nothing is lost."""

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy import select
from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, TypeHandler

from bots.desk import Desk, application
from bots.errands import Errands
from bots.leases import Lease
from bots.pacing import Pacing
from bots.polling import Fetching, Polling
from bots.recording import Recorder
from bots.sending import Owed, Sender
from bots.updates import Received, read
from surveyapp.config import Config
from surveyapp.services import limits
from surveyapp.services.limits import Limit
from surveyapp.store.bots import Seen
from surveyapp.store.conversations import Conversation
from surveyapp.store.sessions import Sessions, make_sessions
from tests.builders import count, open_wave
from tests.chats import CONSENTED
from tests.conftest import Database, new_sqlite

from .desks import opened, until
from .serving import Served, bot_api

_FAST = 100_000.0
"""Calls a second: here it isn't the pace that is measured."""


@pytest.fixture(autouse=True)
def no_limit_on_beginnings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHATS", Limit("chats", 1_000_000, 60))


class Measured:
    """One bot's store, and how fast it fills."""

    def __init__(self, folder: Path, template: Path, chats: int) -> None:
        folder.mkdir()
        self.database: Database = new_sqlite(folder, template)
        self.sessions: Sessions = make_sessions(self.database.config())
        self.chats = chats
        with self.sessions.begin() as session:
            self.code = open_wave(session, CONSENTED).code

    def config(self, served: Served) -> Config:
        return self.database.config(TELEGRAM_BOT_TOKEN=served.token, TELEGRAM_API_URL=served.url)

    def crowd(self, served: Served) -> None:
        """Everybody writes at once, twice."""
        phones = [served.phone(language="lv") for _ in range(self.chats)]
        for phone in phones:
            phone.write(f"/start {self.code}")
        for phone in phones:
            phone.write("labdien")

    def kept(self) -> int:
        with self.sessions.reading() as session:
            return count(session, Seen)

    async def time(self, served: Served) -> float:
        """Updates a second until everything is kept, answered and confirmed."""
        began = time.perf_counter()
        telegram = served.telegram
        await until(lambda: not telegram.updates.pending and self._answered(served), 600)
        return 2 * self.chats / (time.perf_counter() - began)

    def _answered(self, served: Served) -> bool:
        return sum(1 for chat in list(served.telegram.chats.values()) if chat.from_bot()) == self.chats


async def ours(served: Served, measured: Measured) -> float:
    config, stop, lease = measured.config(served), asyncio.Event(), Lease(lambda: True, lambda: None)
    await lease.ask()
    async with opened(application(config, _FAST)) as app:
        desk = Desk(config, Recorder(config, measured.sessions), app.bot)
        fetching = Fetching(config)
        polling = asyncio.create_task(Polling(desk, fetching, lease, stop).run())
        renewing = asyncio.create_task(lease.keep())
        speed = await measured.time(served)
        stop.set()
        await polling
        renewing.cancel()
        await desk.close(5)
        await fetching.close()
    return speed


async def updaters(served: Served, measured: Measured) -> float:
    """Each update in its turn, as the library's documentation shows it."""
    config = measured.config(served)
    builder = ApplicationBuilder().token(served.token).base_url(f"{served.url}/bot").rate_limiter(Pacing(_FAST))
    app = builder.job_queue(None).build()
    recorder = Recorder(config, measured.sessions)
    sender = Sender(app.bot, recorder, config, Errands())

    async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        received = read(update.to_dict(), app.bot, config.bot_id)
        assert isinstance(received, Received)
        reply = await asyncio.to_thread(recorder.record, received)
        await sender.deliver(Owed(received.chat, reply, received.message))

    app.add_handler(TypeHandler(Update, handle))
    async with app:
        await app.updater.start_polling()
        await app.start()
        speed = await measured.time(served)
        await app.updater.stop()
        await app.stop()
    return speed


@pytest.mark.parametrize("chats", [40, pytest.param(1000, marks=pytest.mark.soak)])
def test_many_chats_at_once(tmp_path: Path, migrated_file: Path, chats: int) -> None:
    speeds = {}
    for name, bot in (("updater", updaters), ("ours", ours)):
        measured = Measured(tmp_path / name, migrated_file, chats)
        with bot_api() as served:
            measured.crowd(served)
            speeds[name] = asyncio.run(bot(served, measured))
            assert set(served.telegram.updates.confirmed) <= set(all_seen(measured))
        assert measured.kept() == 2 * chats
        with measured.sessions.reading() as session:
            assert count(session, Conversation) == chats
        measured.sessions.dispose()
    if chats > 100:
        assert speeds["ours"] >= 0.8 * speeds["updater"], speeds


def all_seen(measured: Measured) -> list[int]:
    with measured.sessions.reading() as session:
        return list(session.scalars(select(Seen.update_id)))
