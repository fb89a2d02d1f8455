"""R1: workers are killed while people answer. What anybody was told is saved is saved, once and whole."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from surveyapp.services import library
from surveyapp.store.sessions import Sessions
from tests.builders import open_wave
from tests.conftest import POSTGRESQL_IN_SOAK, Database

from .doomed import DEATHS
from .journals import Journal, compare
from .people import Person
from .servers import Server, gunicorn

WRITERS = 16
SENT_TWICE = 0.05


def killing(server: Server, ended: threading.Event, seconds: float) -> int:
    chance, killed = random.Random(1), 0
    while not ended.wait(seconds):
        killed += server.kill_one(chance)
    return killed


def answering(server: Server, code: str, journal: Journal, person: int) -> int:
    chance = random.Random(person)
    with Person(server.address, chance) as somebody:
        seen = somebody.respond(code)
        journal.write(seen)
        if chance.random() < SENT_TWICE:
            receipt = seen.receipt
            assert somebody.send(seen).receipt == receipt
        return somebody.disturbed


@pytest.mark.parametrize(
    ("people", "seconds"),
    [pytest.param(24, 2.0, id="24"), pytest.param(10_000, 1.0, id="10000", marks=pytest.mark.soak)],
)
def test_killed_workers_lose_and_double_nothing(
    database: Database, sessions: Sessions, people: int, seconds: float
) -> None:
    with sessions.begin() as session:
        code = open_wave(session, library.load("client_satisfaction_10")).code
    journal, ended = Journal(database.folder / "journal"), threading.Event()
    with gunicorn(database) as server, ThreadPoolExecutor(WRITERS) as writers, ThreadPoolExecutor(1) as killer:
        killed = killer.submit(killing, server, ended, seconds)
        try:
            disturbed = sum(writers.map(lambda person: answering(server, code, journal, person), range(people)))
        finally:
            ended.set()
    journal.close()
    assert killed.result() > 0
    assert disturbed > 0, "nobody noticed that workers were killed: this shows nothing"
    with sessions.reading() as session:
        result = compare(journal, session)
    assert result == {"acknowledged": people, "receipts given twice": 0, "lost": 0, "doubled": 0, "torn": 0}


def lost_at_the_worst_moment(database: Database, sessions: Sessions, *, torn: bool) -> int:
    """How many answers that were called saved are gone when workers die between the key and the answers."""
    with sessions.begin() as session:
        code = open_wave(session).code
    journal = Journal(database.folder / "journal")
    with gunicorn(database, f"tests.faults.doomed:app(torn={torn})") as server, ThreadPoolExecutor(4) as writers:
        list(writers.map(lambda person: answering(server, code, journal, person), range(3 * DEATHS)))
    journal.close()
    assert len(list(database.folder.glob("death-*"))) >= DEATHS
    with sessions.reading() as session:
        result = compare(journal, session)
    assert result["acknowledged"] == 3 * DEATHS
    return result["lost"]


@POSTGRESQL_IN_SOAK
def test_workers_killed_at_the_worst_moment_lose_nothing(database: Database, sessions: Sessions) -> None:
    assert lost_at_the_worst_moment(database, sessions, torn=False) == 0


@POSTGRESQL_IN_SOAK
def test_without_transactions_they_lose_what_was_called_saved(database: Database, sessions: Sessions) -> None:
    """The control: each statement is kept by itself, so that a key is spent for answers that never came."""
    assert lost_at_the_worst_moment(database, sessions, torn=True) > 0
