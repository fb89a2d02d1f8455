"""What the bot does from time to time: keep its name, remind who asked for it, send what is owed, forget what is old."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bots.desk import Desk
from bots.housekeeping import Housekeeping
from bots.leases import Lease
from bots.phrases import profiles
from bots.profile import present
from bots.recording import Recorder
from surveyapp.services import bots, reminders
from surveyapp.store.conversations import Reminder
from surveyapp.store.sessions import Sessions, StoreUnavailable
from tests.builders import count, open_wave
from tests.chats import CONSENTED, Person
from tests.conftest import Database

from .desks import application, config_for, opened
from .serving import Served

Story = Callable[[Housekeeping, Desk], Coroutine[Any, Any, None]]


def keeping(served: Served, database: Database, sessions: Sessions, now: float, story: Story) -> None:
    """Play a story at a time of its own."""
    config = config_for(served, database.folder)

    async def play() -> None:
        lease = Lease(lambda: True, lambda: None)
        await lease.ask()
        async with opened(application(config, 1000)) as app:
            desk = Desk(config, Recorder(database.config(), sessions), app.bot)
            await story(Housekeeping(sessions, desk, lease, lambda: now), desk)
            await desk.close(5)

    asyncio.run(play())


def test_the_name_is_kept_for_pages_to_link_to(served: Served, database: Database, sessions: Sessions) -> None:
    async def story(house: Housekeeping, desk: Desk) -> None:
        await house.introduce(7_000_000_001, "survey_test_bot")

    keeping(served, database, sessions, 0, story)
    with sessions.reading() as session:
        assert bots.username(session, 7_000_000_001) == "survey_test_bot"


def test_who_asked_for_it_is_reminded_the_next_day_and_once(
    served: Served, database: Database, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        code = open_wave(session, CONSENTED).code
    phone = served.phone()
    phone.write("/start")
    ilze = Person(sessions, now=time.time())
    ilze.chat = ilze.chat._replace(chat=phone.user["id"])
    ilze.agrees(code)
    ilze.commands("stop")
    ilze.taps("z")
    today = datetime.fromtimestamp(ilze.now, UTC)

    async def story(house: Housekeeping, desk: Desk) -> None:
        for _ in range(2):
            await house.once()
            desk.deliveries.begin()
            await desk.deliveries.wait(5)

    keeping(served, database, sessions, today.timestamp(), story)
    assert phone.newest() is None
    keeping(served, database, sessions, (today + timedelta(days=1)).timestamp(), story)
    (reminder,) = phone.screen
    assert reminder.buttons
    with sessions.reading() as session:
        assert count(session, Reminder) == 0


def test_while_the_store_is_away_the_house_waits(
    served: Served, database: Database, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*given: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(reminders, "due", away)
    monkeypatch.setattr(sessions, "retrying", away)

    async def story(house: Housekeeping, desk: Desk) -> None:
        await house.introduce(1, "name")
        await house.once()

    keeping(served, database, sessions, 0, story)
    with sessions.reading() as session:
        assert session.scalars(select(Reminder)).all() == []


def test_the_bot_presents_itself_in_every_language(served: Served, database: Database) -> None:
    async def presenting() -> None:
        async with opened(application(config_for(served, database.folder), 1000)) as app:
            await present(app.bot)

    asyncio.run(presenting())
    told = served.telegram.settings
    for language in ("et", "lv", "ru", "en", "uk", ""):
        names = [each["command"] for each in told[f"commands default {language}".strip()]]
        assert names == [
            "start",
            "back",
            "skip",
            "change",
            "stop",
            "delete",
            "language",
            "simple",
            "web",
            "help",
            "privacy",
        ]
        assert told[f"description {language}".strip()]
        assert told[f"short_description {language}".strip()]
    assert told["description"] == told["description en"] != told["description lv"]


def test_descriptions_keep_to_what_telegram_takes() -> None:
    for profile in profiles():
        assert len(profile.description) <= 512
        assert len(profile.about) <= 120
        assert all(1 <= len(name) <= 32 and 1 <= len(text) <= 256 for name, text in profile.commands)
