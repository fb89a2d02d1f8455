"""R4: PostgreSQL is stopped at once, again and again, while people answer. Only 503 is ever shown, and nothing is lost."""

import random
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from surveyapp.services import library, responses
from surveyapp.services.codes import digest
from surveyapp.services.responses import Submission
from surveyapp.store.models import Inbox
from surveyapp.store.sessions import make_sessions
from tests import postgres
from tests.builders import inside, open_wave
from tests.conftest import Database

from .journals import Journal, compare
from .people import Person
from .servers import gunicorn

WRITERS = 8


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


@pytest.mark.parametrize("people", [pytest.param(16, id="16"), pytest.param(1000, id="1000", marks=pytest.mark.soak)])
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


def lost_at_a_restart(server: postgres.Server, database: Database, synchronous_commit: str) -> int:
    """How many of fifty submissions that were called saved are gone after the server was stopped at once.

    The server's log writer is made to sleep, so that what is not synced at COMMIT is not synced soon either.
    """
    settings = {"synchronous_commit": synchronous_commit, "wal_writer_delay": "'10s'"}
    server.run(*(f"ALTER SYSTEM SET {name} = {value}" for name, value in settings.items()))
    sessions = make_sessions(database.config())
    with sessions.begin() as session:
        collecting = open_wave(session)
    restart(server)
    told = set()
    for number in range(50):
        one = Submission(key=number.to_bytes(16), answers={"how": 1 + number % 3}, language="lv")
        accepted = sessions.retrying(lambda session, one=one: responses.accept_submission(session, collecting, one))
        told.add(digest(accepted.receipt))
    restart(server)
    with sessions.reading() as session:
        stored = set(inside(session).scalars(select(Inbox.receipt_hash)))
    sessions.dispose()
    return len(told - stored)


def test_a_restart_loses_nothing_that_was_called_saved(own_server: tuple[postgres.Server, Database]) -> None:
    assert lost_at_a_restart(*own_server, "on") == 0


def test_a_server_that_answers_before_it_has_synced_loses_it(own_server: tuple[postgres.Server, Database]) -> None:
    """The control: the service refuses to start on such a server."""
    assert lost_at_a_restart(*own_server, "off") > 0
