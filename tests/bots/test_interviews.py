"""Whole interviews with the bot's own process: the answers of a form, given in a chat, on both databases."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from surveyapp.services import bots
from surveyapp.store.base import Base
from surveyapp.store.bots import Seen
from surveyapp.store.collectors import Door
from surveyapp.store.conversations import Conversation, Reminder
from surveyapp.store.drafts import Draft
from surveyapp.store.responses import Inbox
from surveyapp.store.sessions import Sessions
from tests.builders import ANSWERS, count, open_wave, respond
from tests.chats import CONSENTED
from tests.conftest import Database
from tests.faults.servers import gunicorn

from .errors import ApiError
from .processes import COMMAND, MODULE, Answering, bot_on, environ_of, until
from .serving import Served

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What has nothing to do with the engine."""

SECRET_TOKEN = "a-secret_that-telegram-brings-along"


@pytest.fixture
def code(sessions: Sessions) -> str:
    with sessions.begin() as session:
        return open_wave(session, CONSENTED).code


def stored(sessions: Sessions) -> list[Inbox]:
    with sessions.reading() as session:
        return list(session.scalars(select(Inbox)))


def rows(sessions: Sessions, *tables: type[Base]) -> list[int]:
    with sessions.reading() as session:
        return [count(session, table) for table in tables]


def told_nothing(sessions: Sessions) -> None:
    """Nothing is left by which anybody could be known."""
    assert rows(sessions, Conversation, Draft, Reminder) == [0, 0, 0]
    with sessions.reading() as session:
        assert {door.purpose for door in session.scalars(select(Door))} <= {"collector", "receipt"}


def same_as_the_form(sessions: Sessions, code: str, words: str) -> None:
    """One response, which differs from the form's in its channel alone."""
    (by_chat,) = stored(sessions)
    with sessions.begin() as session:
        collecting = open_wave(session, CONSENTED)
        assert collecting.code == code
        respond(session, collecting, {**ANSWERS, "words": [words]})
    (by_form,) = [each for each in stored(sessions) if each.id != by_chat.id]
    assert by_chat.answers == by_form.answers
    assert (by_chat.channel, by_form.channel) == ("telegram", "web")
    assert (by_chat.language, by_chat.version, by_chat.unit_id) == ("en", by_form.version, by_form.unit_id)


@pytest.fixture
def ilze(served: Served, code: str) -> Answering:
    return Answering(served, code)


def test_by_polling(database: Database, sessions: Sessions, served: Served, code: str, ilze: Answering) -> None:
    command = COMMAND if database.engine == "sqlite" else MODULE
    with bot_on(database, served, command=command) as bot:
        ilze.finishes("Thank you, Zaiga")
        until(lambda: served.do(lambda: not served.telegram.updates.pending))
        assert bot.stop() == 0
    told_nothing(sessions)
    same_as_the_form(sessions, code, "Thank you, Zaiga")
    with sessions.reading() as session:
        assert bots.username(session, 7_000_000_001) == "survey_test_bot"
    assert served.token.partition(":")[2] not in bot.said()


@pytest.fixture
def hooked(database: Database, served: Served) -> Iterator[dict[str, str]]:
    """The web application with a webhook, and the bot's process that tells Telegram of it."""
    with gunicorn(
        database,
        TELEGRAM_BOT_TOKEN=served.token,
        TELEGRAM_API_URL=served.url,
        TELEGRAM_WEBHOOK_SECRET=SECRET_TOKEN,
        LOG_LEVEL="debug",
    ) as server:
        settings = {"PUBLIC_URL": server.address, "TELEGRAM_WEBHOOK_SECRET": SECRET_TOKEN}
        with bot_on(database, served, **settings):
            served.until(lambda: bool(served.telegram.hook.url), 40)
            yield settings


@pytest.mark.usefixtures("hooked")
def test_by_webhook(sessions: Sessions, served: Served, code: str, ilze: Answering, database: Database) -> None:
    ilze.finishes("Thank you, Zaiga")
    told_nothing(sessions)
    same_as_the_form(sessions, code, "Thank you, Zaiga")
    assert served.telegram.calls["getUpdates"] == 0
    for log in database.folder.glob("*.log"):
        assert served.token.partition(":")[2] not in log.read_text("utf-8")


def test_a_killed_bot_goes_on_where_it_was(
    database: Database, sessions: Sessions, served: Served, code: str, ilze: Answering
) -> None:
    with bot_on(database, served) as bot:
        ilze.agrees()
        bot.kill()
    with bot_on(database, served) as bot:
        ilze.taps("3 – good")
        ilze.sees("What did you use?")
        bot.kill()
    ilze.taps("Skip")
    with bot_on(database, served):
        ilze.writes("Where do you live?", "town", "Anything else?")
        ilze.taps("Skip")
        ilze.taps("Send my answers")
        ilze.sees("Thank you, your answers were sent")
    (response,) = stored(sessions)
    assert response.answers["how"] == 3
    assert response.answers["where"] == "town"
    told_nothing(sessions)


def test_whoever_blocks_the_bot_midway_is_forgotten(
    database: Database, sessions: Sessions, served: Served, code: str, ilze: Answering
) -> None:
    with bot_on(database, served):
        ilze.agrees()
        ilze.taps("3 – good")
        ilze.sees("What did you use?")
        assert rows(sessions, Conversation, Draft) == [1, 1]
        ilze.hand.block()
        until(lambda: rows(sessions, Conversation, Draft) == [0, 0])
    told_nothing(sessions)
    assert stored(sessions) == []


@ON_SQLITE
def test_a_tap_that_got_lost_is_made_good_by_writing(
    database: Database, sessions: Sessions, served: Served, code: str, ilze: Answering
) -> None:
    """A tap waits 150 seconds at Telegram; a bot that was away longer never hears of it."""
    with bot_on(database, served) as bot:
        ilze.agrees()
        bot.kill()
    ilze.taps("3 – good")
    served.do(served.telegram.clock.advance, 200)
    with bot_on(database, served):
        ilze.writes("How was it?", "2", "What did you use?")
        assert served.do(lambda: len(served.telegram.updates.expired)) >= 1


@ON_SQLITE
def test_a_wrong_token_ends_the_bot_in_a_sentence(database: Database, served: Served, sessions: Sessions) -> None:
    wrong = f"7000000001:{'A' * 35}"
    run = subprocess.run(
        MODULE, env=environ_of(database, served, TELEGRAM_BOT_TOKEN=wrong), capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "the bot token is wrong" in run.stderr
    assert "Traceback" not in run.stderr
    assert wrong not in run.stderr


@ON_SQLITE
def test_it_starts_on_no_database_of_another_release(database: Database, served: Served, sessions: Sessions) -> None:
    with sessions.writing_engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    run = subprocess.run(MODULE, env=environ_of(database, served), capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "surveyapp upgrade" in run.stderr


@ON_SQLITE
def test_a_second_bot_waits_and_takes_over(
    database: Database, sessions: Sessions, served: Served, code: str, ilze: Answering, tmp_path: Path
) -> None:
    """On another machine, that is with another instance folder: the right to poll has to end first."""
    conflicts: list[str] = []
    with bot_on(database, served) as first:
        ilze.agrees()
        with bot_on(database, served, name="second", INSTANCE_DIR=str(tmp_path / "second")) as second:
            ilze.taps("3 – good")
            ilze.sees("What did you use?")
            first.kill()
            ilze.taps("Skip")
            ilze.sees("Where do you live?")
            conflicts += re.findall("somebody else polls", second.said())
    assert conflicts == []


@ON_SQLITE
def test_telegram_out_of_order_stops_nothing(
    database: Database, sessions: Sessions, served: Served, code: str, ilze: Answering
) -> None:
    served.telegram.faults.plan("getMe", "error", 2)
    served.telegram.faults.plan("deleteWebhook", "refused", 2)
    served.telegram.faults.plan("setMyCommands", ApiError(404, "Not Found"), 2)
    with bot_on(database, served) as bot:
        ilze.agrees()
        assert bot.process.poll() is None


@ON_SQLITE
def test_updates_seen_are_kept_as_numbers_only(
    database: Database, sessions: Sessions, served: Served, code: str, ilze: Answering
) -> None:
    with bot_on(database, served):
        ilze.agrees()
    with sessions.reading() as session:
        seen: list[Any] = list(session.scalars(select(Seen)))
    assert {each.update_id for each in seen} == set(served.do(lambda: served.telegram.updates.made))
