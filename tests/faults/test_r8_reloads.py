"""R8: the service is reloaded while people answer. Every request is answered, and nothing is lost."""

import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import pytest

from surveyapp.services import library
from surveyapp.store.sessions import Sessions
from tests.builders import open_wave
from tests.conftest import Database

from .journals import Journal, compare
from .people import Person
from .servers import Server, gunicorn

WRITERS = 4


class Visitor(Person):
    """Comes through the proxy, which opens a connection for each request."""

    headers: ClassVar[dict[str, str]] = {"Connection": "close"}


def reloading(server: Server, ended: threading.Event, most: int) -> int:
    """Never faster than workers start; returns how often."""
    times = 0
    while times < most and not ended.wait(4):
        server.process.send_signal(signal.SIGHUP)
        times += 1
    return times


@pytest.mark.parametrize(
    ("people", "most"), [pytest.param(24, 2, id="24"), pytest.param(400, 100, id="400", marks=pytest.mark.soak)]
)
def test_reloads_refuse_no_request_and_lose_nothing(
    database: Database, sessions: Sessions, people: int, most: int
) -> None:
    with sessions.begin() as session:
        code = open_wave(session, library.load("client_satisfaction_10")).code
    journal, ended = Journal(database.folder / "journal"), threading.Event()

    def answering(person: int) -> int:
        with Visitor(server.address, random.Random(person)) as somebody:
            journal.write(somebody.respond(code))
            return somebody.disturbed

    with gunicorn(database) as server, ThreadPoolExecutor(WRITERS) as writers, ThreadPoolExecutor(1) as other:
        before = set(server.workers())
        reloads = other.submit(reloading, server, ended, most)
        try:
            disturbed = sum(writers.map(answering, range(people)))
        finally:
            ended.set()
        after = set(server.workers())
    journal.close()
    assert reloads.result() > 0
    assert not before & after, "the workers of the beginning still run: this shows nothing"
    assert disturbed == 0
    with sessions.reading() as session:
        result = compare(journal, session)
    assert result == {"acknowledged": people, "receipts given twice": 0, "lost": 0, "doubled": 0, "torn": 0}
