"""R8: the service is reloaded while people answer. Every request is answered, and nothing is lost."""

import random
import signal
import threading
import time
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


def reload_often(server: Server, times: int) -> None:
    """Never faster than workers start."""
    for _ in range(times):
        time.sleep(4)
        server.process.send_signal(signal.SIGHUP)
    time.sleep(4)


@pytest.mark.parametrize("times", [pytest.param(1, id="1"), pytest.param(100, id="100", marks=pytest.mark.soak)])
def test_reloads_refuse_no_request_and_lose_nothing(database: Database, sessions: Sessions, times: int) -> None:
    with sessions.begin() as session:
        code = open_wave(session, library.load("client_satisfaction_10")).code
    journal, ended = Journal(database.folder / "journal"), threading.Event()

    def answering(writer: int) -> int:
        """One person after the other; returns how often a request was not answered with a page."""
        chance, disturbed = random.Random(writer), 0
        while not ended.is_set():
            with Visitor(server.address, chance) as somebody:
                journal.write(somebody.respond(code))
                disturbed += somebody.disturbed
        return disturbed

    with gunicorn(database) as server, ThreadPoolExecutor(WRITERS) as pool:
        before = set(server.workers())
        writers = [pool.submit(answering, writer) for writer in range(WRITERS)]
        try:
            reload_often(server, times)
        finally:
            ended.set()
        disturbed = sum(writer.result() for writer in writers)
        after = set(server.workers())
    journal.close()
    assert after - before, "no new worker came: this shows nothing"
    assert disturbed == 0
    with sessions.reading() as session:
        result = compare(journal, session)
    people = len(journal.lines)
    assert people > WRITERS
    assert result == {"acknowledged": people, "receipts given twice": 0, "lost": 0, "doubled": 0, "torn": 0}
