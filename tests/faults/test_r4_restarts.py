"""R4: PostgreSQL is stopped at once, again and again, while people answer. Only 503 is ever shown, and nothing is lost."""

import random
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from surveyapp.services import library
from surveyapp.store.migrating import upgrade
from surveyapp.store.sessions import make_sessions
from tests import postgres
from tests.builders import open_wave
from tests.conftest import Database
from tests.needs import unavailable

from .journals import Journal, compare
from .people import Person
from .servers import gunicorn

WRITERS = 8


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[tuple[postgres.Server, Database]]:
    """A server that nobody else uses, with one migrated database."""
    try:
        with postgres.server() as server:
            server.run(f"CREATE DATABASE survey OWNER {postgres.OWNER}")
            owner_url = server.address("survey", postgres.OWNER)
            upgrade(owner_url)
            yield server, Database("postgresql", server.address("survey"), owner_url, tmp_path)
    except postgres.NoServer:
        unavailable("there is no PostgreSQL server on this machine")


def restarting(server: postgres.Server, ended: threading.Event, seconds: float) -> int:
    """Stop at once, without a checkpoint, and start again; returns how often."""
    times = 0
    while not ended.wait(seconds):
        restart(server)
        times += 1
    return times


def restart(server: postgres.Server) -> None:
    command = postgres._as_postgres([*server.control, "-m", "immediate", "restart"])
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


@pytest.mark.parametrize("people", [pytest.param(24, id="24"), pytest.param(1000, id="1000", marks=pytest.mark.soak)])
def test_restarts_lose_nothing_and_show_nothing_but_503(
    own_server: tuple[postgres.Server, Database], people: int
) -> None:
    server, database = own_server
    sessions = make_sessions(database.config())
    with sessions.begin() as session:
        code = open_wave(session, library.load("client_satisfaction_10")).code
    journal, ended = Journal(database.folder / "journal"), threading.Event()

    def answering(person: int) -> None:
        with Person(web.address, random.Random(person)) as somebody:
            journal.write(somebody.respond(code))

    with gunicorn(database) as web, ThreadPoolExecutor(WRITERS) as writers, ThreadPoolExecutor(1) as other:
        restarts = other.submit(restarting, server, ended, 2.0)
        try:
            list(writers.map(answering, range(people)))
        finally:
            ended.set()
    journal.close()
    assert restarts.result() > 0
    sessions.dispose()
    with sessions.reading() as session:
        result = compare(journal, session)
    assert result == {"acknowledged": people, "receipts given twice": 0, "lost": 0, "doubled": 0, "torn": 0}
    sessions.dispose()
