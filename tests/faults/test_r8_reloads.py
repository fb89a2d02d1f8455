"""R8: the service is reloaded while people answer. Every request is answered, and nothing is lost."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import pytest

from surveyapp.services import library
from surveyapp.store.sessions import Sessions
from tests.builders import open_wave
from tests.conftest import POSTGRESQL_IN_SOAK, Database

from .journals import Journal, compare
from .people import Person
from .servers import Server, gunicorn

WRITERS = 4
BETWEEN = 4
"""Seconds: never faster than workers start."""


class Visitor(Person):
    """Comes through the proxy, which opens a connection for each request."""

    headers: ClassVar[dict[str, str]] = {"Connection": "close"}


def reload(server: Server) -> None:
    server.process.send_signal(signal.SIGHUP)


def end_at_once(server: Server) -> None:
    for worker in server.workers():
        os.kill(worker, signal.SIGKILL)


def live_through(
    database: Database, sessions: Sessions, times: int, renew: Callable[[Server], None]
) -> tuple[int, dict[str, int]]:
    """People answer while workers are renewed: how many requests got no page, and what the journals say."""
    with sessions.begin() as session:
        code = open_wave(session, library.load("client_satisfaction_10")).code
    journal, ended = Journal(database.folder / "journal"), threading.Event()

    def answering(writer: int) -> int:
        """One person after the other."""
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
            for _ in range(times):
                time.sleep(BETWEEN)
                renew(server)
            time.sleep(BETWEEN)
        finally:
            ended.set()
        disturbed = sum(writer.result() for writer in writers)
        assert set(server.workers()) - before, "no new worker came: this shows nothing"
    journal.close()
    assert len(journal.lines) >= WRITERS
    with sessions.reading() as session:
        result = compare(journal, session)
    assert result.pop("acknowledged") == len(journal.lines)
    return disturbed, result


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize("times", [pytest.param(1, id="1"), pytest.param(100, id="100", marks=pytest.mark.soak)])
def test_reloads_refuse_no_request_and_lose_nothing(database: Database, sessions: Sessions, times: int) -> None:
    disturbed, result = live_through(database, sessions, times, reload)
    assert disturbed == 0
    assert set(result.values()) == {0}, result


@pytest.mark.soak
def test_workers_ended_at_once_leave_requests_unanswered(database: Database, sessions: Sessions) -> None:
    """The control: whoever was being served then has to try again; nothing is lost all the same."""
    disturbed, result = live_through(database, sessions, 1, end_at_once)
    assert disturbed > 0
    assert set(result.values()) == {0}, result
