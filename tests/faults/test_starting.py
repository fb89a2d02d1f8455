"""The service does not start where what it calls saved could be lost, and says why."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from surveyapp.services import doctor, settlements
from surveyapp.services.refusals import Refusal
from surveyapp.services.settlements import Place
from surveyapp.store.migrating import downgrade, owner_engine
from surveyapp.store.models import Inbox
from surveyapp.store.sessions import make_sessions
from tests import postgres
from tests.builders import count, gathered, wave_of
from tests.conftest import SECRET, Database

from .servers import gunicorn
from .test_r4_restarts import restart

HERE = {"PUBLIC_URL": "http://127.0.0.1:8000"}
PRODUCTION = {"PUBLIC_URL": "https://survey.example.org"}


def forbidding(database: Database, **more: str) -> list[str]:
    """Names of the findings that forbid the start."""
    config = database.config(**HERE | more)
    sessions = make_sessions(config)
    try:
        return [finding.name for finding in doctor.forbids_start(config, sessions)]
    finally:
        sessions.dispose()


def of_superuser(database: Database, server: postgres.Server) -> Database:
    url = database.url.replace(postgres.RUNTIME, server.superuser)
    return Database(database.engine, url, database.owner_url, database.folder)


def test_a_good_database_forbids_nothing(database: Database) -> None:
    assert forbidding(database) == []


def test_a_database_of_another_release_forbids_the_start(database: Database) -> None:
    downgrade(database.owner_url, "base")
    assert forbidding(database) == ["schema"]


def test_a_database_that_cannot_be_reached_yet_may_come(tmp_path: Path) -> None:
    nowhere = "postgresql://surveyapp_app:secret@127.0.0.1:1/survey"
    assert forbidding(Database("postgresql", nowhere, nowhere, tmp_path)) == []


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_server_that_loses_what_it_was_given_forbids_the_start(
    own_server: tuple[postgres.Server, Database], setting: str
) -> None:
    server, database = own_server
    server.run(f"ALTER SYSTEM SET {setting} = off", "SELECT pg_reload_conf()")
    assert forbidding(database) == [f"server {setting}"]


def test_a_server_that_may_log_answers_is_told_of_but_starts(own_server: tuple[postgres.Server, Database]) -> None:
    server, database = own_server
    server.run("ALTER SYSTEM SET log_statement = 'all'", "SELECT pg_reload_conf()")
    assert forbidding(database) == []
    sessions = make_sessions(database.config())
    found = {finding.name: finding.state for finding in doctor.examine(database.config(), sessions)}
    sessions.dispose()
    assert found["server log_statement"] == "failure"


def test_a_server_that_dates_every_row_starts_and_settles_nothing(
    own_server: tuple[postgres.Server, Database],
) -> None:
    server, database = own_server
    server.run("ALTER SYSTEM SET track_commit_timestamp = on")
    restart(server)
    assert forbidding(database) == []
    sessions = make_sessions(database.config())
    place = Place(sessions, database.owner_url)
    collecting = gathered(sessions, 3)
    with pytest.raises(Refusal, match="rows_dated"):
        settlements.settle(place, lambda session: wave_of(session, collecting))
    with sessions.reading() as session:
        assert (wave_of(session, collecting).state, count(session, Inbox)) == ("open", 3)
    server.run("ALTER SYSTEM RESET track_commit_timestamp")
    restart(server)
    settlements.settle(place, lambda session: wave_of(session, collecting))
    with sessions.reading() as session:
        assert (wave_of(session, collecting).state, count(session, Inbox)) == ("settled", 0)
    sessions.dispose()


def test_letters_that_do_not_fit_forbid_the_start(own_server: tuple[postgres.Server, Database]) -> None:
    server, database = own_server
    server.run(
        f"CREATE DATABASE ascii OWNER {postgres.OWNER} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    )
    ascii_only = Database("postgresql", server.address("ascii"), server.address("ascii"), database.folder)
    assert forbidding(ascii_only) == ["schema", "server server_encoding"]


def test_a_superuser_may_serve_on_ones_own_machine_only(own_server: tuple[postgres.Server, Database]) -> None:
    server, database = own_server
    assert forbidding(of_superuser(database, server)) == []
    assert forbidding(of_superuser(database, server), **PRODUCTION) == ["role"]
    assert forbidding(database, **PRODUCTION) == []


def test_gunicorn_itself_does_not_start_and_says_why(database: Database) -> None:
    if database.engine == "sqlite":
        downgrade(database.owner_url, "base")
    else:
        engine = owner_engine(database.config().owner_url)
        with engine.begin() as connection:
            connection.execute(text(f"ALTER DATABASE {engine.url.database} SET synchronous_commit = off"))
        engine.dispose()
    ended = started(database)
    assert ended.returncode == 1
    assert ("schema" if database.engine == "sqlite" else "synchronous_commit") in ended.stderr


def test_gunicorn_does_not_start_with_a_log_of_who_asks(sqlite_database: Database) -> None:
    ended = started(sqlite_database, "--access-logfile", "-")
    assert ended.returncode == 1
    assert "access log" in ended.stderr


def started(database: Database, *more: str) -> subprocess.CompletedProcess[str]:
    """Start gunicorn, which must not be able to."""
    program = [sys.executable, "-m", "gunicorn", "-c", "python:surveyapp.serving", "surveyapp.web.wsgi:app"]
    environ = {**os.environ, "DATABASE_URL": database.url, "SECRET_KEY": SECRET, "INSTANCE_DIR": str(database.folder)}
    place = ["--bind", f"unix:{database.folder / 'socket'}"]
    return subprocess.run(
        [*program, *place, *more], env=environ | HERE, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_request_that_cannot_be_read_leaves_no_address_and_no_words(sqlite_database: Database) -> None:
    with gunicorn(sqlite_database, LOG_LEVEL="info") as server:
        host, port = server.address.removeprefix("http://").split(":")
        for line in (f"GET /r/SECRET{'a' * 5000} HTTP/1.1", "GET /r/SECRET of mine"):
            with socket.create_connection((host, int(port)), 10) as line_to:
                line_to.sendall(f"{line}\r\nHost: {host}\r\n\r\n".encode())
                assert line_to.recv(20).startswith(b"HTTP/1.1 4")
    said = (sqlite_database.folder / "server.log").read_text()
    assert "could not be read" in said
    assert "SECRET" not in said
    assert "127.0.0.1:" not in said.replace(server.address, "").replace(f"{host}:{port}", "")
    assert "ip=" not in said
