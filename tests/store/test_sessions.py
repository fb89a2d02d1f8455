"""Every connection is set as the promises need it; work is tried three times as a whole, and then refused."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count as counting
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError
from sqlalchemy.orm import Session

from surveyapp.services import responses
from surveyapp.services.responses import Submission
from surveyapp.store import sessions as stores
from surveyapp.store.models import Inbox
from surveyapp.store.sessions import Sessions, StoreUnavailable, make_sessions
from surveyapp.web import create_app
from tests import postgres
from tests.builders import count, gathered, open_wave
from tests.conftest import Database, new_postgresql

SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "busy_timeout": 10000,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
}


@pytest.fixture
def sqlite_sessions(sqlite_database: Database) -> Sessions:
    return make_sessions(sqlite_database.config())


@pytest.fixture
def postgresql_database(tmp_path: Path, postgresql: postgres.Server) -> Database:
    return new_postgresql(tmp_path, postgresql)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, noted instead of waited for."""
    pauses: list[float] = []
    monkeypatch.setattr(stores.time, "sleep", pauses.append)
    return pauses


def disturbed(times: int) -> Callable[[Session], str]:
    """Work that the store disturbs so many times."""
    turn = counting(1)

    def work(session: Session) -> str:
        session.execute(text("SELECT 1"))
        if next(turn) <= times:
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))
        return "done"

    return work


def test_every_sqlite_connection_is_set(sqlite_sessions: Sessions) -> None:
    for engine in (sqlite_sessions.writing_engine, sqlite_sessions.reading_engine):
        with closing(engine.raw_connection()) as one, closing(engine.raw_connection()) as other:
            for connection in (one, other):
                present = {name: connection.cursor().execute(f"PRAGMA {name}").fetchone()[0] for name in SETTINGS}
                assert present == SETTINGS
    sqlite_sessions.dispose()


def test_a_writer_takes_its_lock_at_once_and_readers_go_on(sqlite_sessions: Sessions) -> None:
    gathered(sqlite_sessions, 1)
    with sqlite_sessions.begin() as session:
        session.connection()
        impatient = sqlite3.connect(sqlite_sessions.writing_engine.url.database or "", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            impatient.execute("BEGIN IMMEDIATE")
        impatient.close()
        with sqlite_sessions.reading() as other:
            assert count(other, Inbox) == 1
    sqlite_sessions.dispose()


def test_the_reading_engine_changes_nothing(sqlite_sessions: Sessions) -> None:
    gathered(sqlite_sessions, 1)
    with pytest.raises(StoreUnavailable), sqlite_sessions.reading() as session:
        session.execute(text("DELETE FROM inbox"))
    with sqlite_sessions.reading() as session:
        assert count(session, Inbox) == 1
    sqlite_sessions.dispose()


def test_postgresql_has_little_patience_and_speaks_utf8(postgresql_database: Database) -> None:
    sessions = make_sessions(postgresql_database.config())
    with sessions.begin() as session:
        shown = {
            name: session.scalar(text(f"SHOW {name}"))
            for name in (*stores._POSTGRESQL, "client_encoding", "synchronous_commit")
        }
    assert shown == {
        "statement_timeout": "5s",
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "30s",
        "client_encoding": "UTF8",
        "synchronous_commit": "on",
    }
    sessions.dispose()


def test_a_connection_that_the_server_has_ended_is_replaced_and_a_living_one_is_not_asked(
    postgresql: postgres.Server, postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions, which = make_sessions(postgresql_database.config()), text("SELECT pg_backend_pid()")
    asked: list[object] = []
    ask = sessions.reading_engine.dialect.do_ping
    monkeypatch.setattr(sessions.reading_engine.dialect, "do_ping", lambda one: asked.append(one) or ask(one))
    with sessions.reading() as session:
        first = session.scalar(which)
    with sessions.reading() as session:
        assert session.scalar(which) == first
    assert not asked
    postgresql.run(f"SELECT pg_terminate_backend({first}, 30000)")
    with sessions.reading() as session:
        second = session.scalar(which)
    assert second != first
    monkeypatch.setattr(stores, "_UNUSED", 0)
    with sessions.reading() as session:
        assert session.scalar(which) == second
    assert len(asked) == 2, "the one that had ended, and one that nobody has used for long"
    sessions.dispose()


def test_behind_pgbouncer_nothing_is_set_for_a_session(postgresql_database: Database) -> None:
    sessions = make_sessions(postgresql_database.config(PGBOUNCER="1"))
    with sessions.begin() as session:
        assert session.scalar(text("SHOW statement_timeout")) == "0"
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        assert driver.prepare_threshold is None
    sessions.dispose()


@pytest.mark.parametrize("times", [0, 1, 2])
def test_work_that_is_disturbed_is_done_at_the_next_try(
    sessions: Sessions, no_waiting: list[float], times: int
) -> None:
    assert sessions.retrying(disturbed(times)) == "done"
    assert len(no_waiting) == times
    assert all(0 < pause < 0.5 for pause in no_waiting)


def test_after_three_tries_the_store_is_called_unavailable(sessions: Sessions, no_waiting: list[float]) -> None:
    with pytest.raises(StoreUnavailable):
        sessions.retrying(disturbed(3))
    assert len(no_waiting) == 2


def test_pauses_differ(sessions: Sessions, no_waiting: list[float]) -> None:
    """Those who were refused together don't come back together."""
    for _ in range(5):
        sessions.retrying(disturbed(1))
    assert len(set(no_waiting)) == 5


def test_a_fault_of_the_data_is_tried_once(sessions: Sessions, no_waiting: list[float]) -> None:
    with pytest.raises(IntegrityError):
        sessions.retrying(lambda session: session.execute(text("INSERT INTO limit_key (day) VALUES ('2026-01-01')")))
    assert no_waiting == []


def test_what_was_done_when_the_connection_broke_at_commit_is_found_done(
    sessions: Sessions, no_waiting: list[float]
) -> None:
    """The answers are in, only nobody was told: the second try meets its own key."""
    with sessions.begin() as session:
        collecting = open_wave(session)
    once = iter([True])

    def broken(connection: object) -> None:
        """After COMMIT has done its work the line breaks."""
        if next(once, False):
            connection.connection.driver_connection.commit()
            raise OperationalError("COMMIT", {}, sqlite3.OperationalError("the line broke"))

    event.listen(sessions.writing_engine, "commit", broken)
    one = Submission(key=b"k" * 16, answers={"how": 1}, language="lv")
    accepted = sessions.retrying(lambda session: responses.accept_submission(session, collecting, one))
    assert accepted.outcome == "duplicate"
    assert len(no_waiting) == 1
    with sessions.reading() as session:
        assert count(session, Inbox) == 1


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03", "57P01", "57P02", "57P03"])
def test_what_may_pass_on_a_server_is_a_disturbance(sqlstate: str) -> None:
    orig = psycopg.errors.lookup(sqlstate)()
    assert stores.is_disturbance(InternalError("COMMIT", {}, orig))


@pytest.mark.parametrize("sqlstate", ["23505", "22P02", "42P01", "42501"])
def test_a_fault_of_ours_is_none(sqlstate: str) -> None:
    orig = psycopg.errors.lookup(sqlstate)()
    assert not stores.is_disturbance(DBAPIError("INSERT", {}, orig))


def test_a_form_that_cannot_be_stored_is_answered_503_and_kept(database: Database, no_waiting: list[float]) -> None:
    app = create_app(database.config())
    sessions: Sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        code = open_wave(session).code

    def unavailable(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO draft"):
            raise OperationalError(statement, {}, sqlite3.OperationalError("disk I/O error"))

    event.listen(sessions.writing_engine, "before_cursor_execute", unavailable)
    client = app.test_client()
    page = client.get(f"/r/{code}?lang=lv").text
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    answer = client.post(f"/r/{code}", data={"form_token": token, "consent": "agree", "lang": "lv"})
    sessions.dispose()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert 'name="consent" value="agree"' in answer.text
    assert len(no_waiting) == 2
