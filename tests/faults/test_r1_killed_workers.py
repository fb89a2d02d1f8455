"""R1: workers are killed while people answer. What anybody was told is saved is saved, once and whole."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from surveyapp.services import library
from surveyapp.store.sessions import Sessions
from tests.builders import open_wave
from tests.conftest import Database

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


def live_through(
    database: Database, sessions: Sessions, people: int, seconds: float, other: str | None = None
) -> dict[str, int]:
    """So many people answer while workers are killed every few seconds; what the journals say against the store."""
    with sessions.begin() as session:
        code = open_wave(session, library.load("client_satisfaction_10")).code
    journal, ended = Journal(database.folder / "journal"), threading.Event()
    with gunicorn(database, other) as server, ThreadPoolExecutor(WRITERS) as writers, ThreadPoolExecutor(1) as killer:
        killed = killer.submit(killing, server, ended, seconds)
        try:
            disturbed = sum(writers.map(lambda person: answering(server, code, journal, person), range(people)))
        finally:
            ended.set()
    journal.close()
    assert killed.result() > 0
    assert disturbed > 0, "nobody noticed that workers were killed: this shows nothing"
    with sessions.reading() as session:
        return compare(journal, session)


@pytest.mark.parametrize(
    ("people", "seconds"),
    [pytest.param(24, 2.0, id="24"), pytest.param(10_000, 1.0, id="10000", marks=pytest.mark.soak)],
)
def test_killed_workers_lose_and_double_nothing(
    database: Database, sessions: Sessions, people: int, seconds: float
) -> None:
    result = live_through(database, sessions, people, seconds)
    assert result == {"acknowledged": people, "receipts given twice": 0, "lost": 0, "doubled": 0, "torn": 0}


def test_without_transactions_killed_workers_lose_what_was_called_saved(database: Database, sessions: Sessions) -> None:
    """The control: each statement is kept by itself, so that a key may be spent for answers that never came."""
    assert live_through(database, sessions, 16, 1.5, "tests.faults.torn:app")["lost"] > 0
