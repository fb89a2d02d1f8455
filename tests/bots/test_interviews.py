"""Whole interviews with the bot's own process: the answers of a form, given in a chat, on both databases."""

import hashlib
import re
import secrets
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from surveyapp.services import bots
from surveyapp.store.base import Base
from surveyapp.store.bots import Seen
from surveyapp.store.collectors import Door
from surveyapp.store.conversations import Conversation, Reminder
from surveyapp.store.drafts import Draft
from surveyapp.store.responses import Inbox
from surveyapp.store.sessions import Sessions, make_sessions
from tests import postgres
from tests.builders import ANSWERS, count, inside, open_wave, respond
from tests.chats import CONSENTED
from tests.conftest import POSTGRESQL_IN_SOAK, Database

from .errors import ApiError
from .processes import COMMAND, MODULE, Answering, bot_on, environ_of, hooked, until
from .serving import Served, bot_api

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What has nothing to do with the engine."""


@pytest.fixture
def code(sessions: Sessions) -> str:
    with sessions.begin() as session:
        return open_wave(session, CONSENTED).code


def stored(sessions: Sessions) -> list[Inbox]:
    with sessions.reading() as session:
        return list(inside(session).scalars(select(Inbox)))


def rows(sessions: Sessions, *tables: type[Base]) -> list[int]:
    with sessions.reading() as session:
        return [count(session, table) for table in tables]


def told_nothing(sessions: Sessions) -> None:
    """Nothing is left by which anybody could be known."""
    assert rows(sessions, Conversation, Draft, Reminder) == [0, 0, 0]
    with sessions.reading() as session:
        assert {door.purpose for door in session.scalars(select(Door))} <= {"collector", "receipt"}


def leaves_no_trace(database: Database, ilze: Answering, token: str) -> None:
    """Neither files of the service nor of the database hold a chat's number in any shape, a name, or the token."""
    folders = [database.folder, *([Path(data_folder(database))] if database.engine == "postgresql" else [])]
    names = [str(ilze.hand.user[name]).encode() for name in ("first_name", "username")]
    wanted = [*shapes(ilze.id), *names, token.encode()]
    for file in (each for folder in folders for each in folder.rglob("*") if each.is_file()):
        content = file.read_bytes()
        assert not [each for each in wanted if each in content], file


def data_folder(database: Database) -> str:
    """Where PostgreSQL keeps everything, its log of writes included."""
    with psycopg.connect(database.owner_url.replace(postgres.OWNER, "postgres", 1)) as connection:
        connection.execute("CHECKPOINT")
        return str(connection.execute("SHOW data_directory").fetchone()[0])


def shapes(number: int) -> list[bytes]:
    """A number as somebody might have written it down."""
    decimal, plain = str(number).encode(), number.to_bytes(8)
    hashes = [hashlib.new(name, decimal) for name in ("md5", "sha1", "sha256")]
    return [
        decimal,
        f"{number:x}".encode(),
        plain,
        plain[::-1],
        b64encode(decimal).rstrip(b"="),
        b64encode(plain).rstrip(b"="),
        *(each.digest() for each in hashes),
        *(each.hexdigest().encode() for each in hashes),
    ]


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
    return Answering(served, code, first_name=f"Ilze{secrets.token_hex(6)}")


def test_by_polling(database: Database, sessions: Sessions, served: Served, code: str, ilze: Answering) -> None:
    command = COMMAND if database.engine == "sqlite" else MODULE
    with bot_on(database, served, command=command) as bot:
        ilze.finishes("Thank you, Zaiga")
        until(lambda: served.do(lambda: not served.telegram.updates.pending))
        assert bot.stop() == 0
    told_nothing(sessions)
    leaves_no_trace(database, ilze, served.token)
    same_as_the_form(sessions, code, "Thank you, Zaiga")
    with sessions.reading() as session:
        assert bots.username(session, 7_000_000_001) == "survey_test_bot"


@POSTGRESQL_IN_SOAK
def test_by_webhook(database: Database, sessions: Sessions, served: Served, code: str, ilze: Answering) -> None:
    with hooked(database, served):
        ilze.finishes("Thank you, Zaiga")
    told_nothing(sessions)
    leaves_no_trace(database, ilze, served.token)
    same_as_the_form(sessions, code, "Thank you, Zaiga")
    assert served.telegram.calls["getUpdates"] == 0


def test_while_the_database_is_stopped_telegram_keeps_what_people_do(
    own_server: tuple[postgres.Server, Database],
) -> None:
    server, database = own_server
    sessions = make_sessions(database.config())
    with sessions.begin() as session:
        code = open_wave(session, CONSENTED).code
    with bot_api(hook_factor=0.1) as served, hooked(database, served):
        ilze = Answering(served, code)
        ilze.agrees()
        control(server, "stop", "-m", "immediate")
        ilze.taps("3 – good")
        served.until(lambda: served.telegram.hook.statuses[503] > 1, 60)
        control(server, "start")
        ilze.answers_the_rest("Thank you")
        ilze.taps("Send my answers")
        ilze.sees("Thank you, your answers were sent")
        assert set(served.do(lambda: served.telegram.hook.statuses)) == {200, 503}
    sessions.dispose()
    assert [each.answers["how"] for each in stored(sessions)] == [3]
    sessions.dispose()


def control(server: postgres.Server, *words: str) -> None:
    command = [*server.control, *words]
    if words[0] == "start":
        command += ["-o", server.options]
    subprocess.run(
        postgres._as_postgres(command), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
    )


@POSTGRESQL_IN_SOAK
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


@POSTGRESQL_IN_SOAK
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


@pytest.mark.soak
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
