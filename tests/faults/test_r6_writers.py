"""R6: 32 people look something up and then write, all at once, on SQLite. Nobody is turned away."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import quantiles
from threading import Barrier

import pytest
from sqlalchemy import Connection, event

from surveyapp.services import responses
from surveyapp.services.collectors import Collecting
from surveyapp.services.responses import Submission
from surveyapp.store.models import Inbox
from surveyapp.store.sessions import Sessions, StoreUnavailable, make_sessions
from tests.builders import count, open_wave
from tests.conftest import Database

WORKERS, THREADS = 4, 8
"""As many processes as may write to SQLite, with gunicorn's threads each: here they are pools of connections."""


@contextmanager
def workers(database: Database) -> Iterator[list[Sessions]]:
    made = [make_sessions(database.config()) for _ in range(WORKERS)]
    try:
        yield made
    finally:
        for sessions in made:
            sessions.dispose()


def all_at_once(made: list[Sessions], collecting: Collecting, each: int) -> tuple[Counter[str], list[float]]:
    """Everybody reads and then writes in one transaction, without a second try; what came of it, and the waits."""
    start = Barrier(WORKERS * THREADS)

    def writer(number: int) -> list[tuple[str, float]]:
        start.wait()
        return [timed(made[number % WORKERS], collecting, number * each + turn) for turn in range(each)]

    with ThreadPoolExecutor(WORKERS * THREADS) as pool:
        done = [one for several in pool.map(writer, range(WORKERS * THREADS)) for one in several]
    return Counter(outcome for outcome, _ in done), [seconds for _, seconds in done]


def timed(sessions: Sessions, collecting: Collecting, number: int) -> tuple[str, float]:
    submission = Submission(key=number.to_bytes(16), answers={"how": 1 + number % 3}, language="lv")
    began = time.monotonic()
    try:
        with sessions.begin() as session:
            count(session, Inbox)
            outcome: str = responses.accept_submission(session, collecting, submission).outcome
    except StoreUnavailable:
        outcome = "refused"
    return outcome, time.monotonic() - began


@pytest.mark.parametrize("each", [pytest.param(10, id="320"), pytest.param(94, id="3008", marks=pytest.mark.soak)])
def test_nobody_who_reads_first_is_refused(sqlite_database: Database, each: int) -> None:
    with workers(sqlite_database) as made:
        with made[0].begin() as session:
            collecting = open_wave(session)
        outcomes, waits = all_at_once(made, collecting, each)
    print(f"99 of 100 waited less than {quantiles(waits, n=100)[98]:.2f} s")  # noqa: T201 - for whoever runs it with -s
    assert outcomes == {"created": WORKERS * THREADS * each}


def test_with_deferred_transactions_many_are_refused(sqlite_database: Database) -> None:
    """The control: a transaction that takes its lock only when it writes, after others have."""
    with workers(sqlite_database) as made:
        with made[0].begin() as session:
            collecting = open_wave(session)
        for sessions in made:
            event.listen(sessions.writing_engine, "begin", deferred)
        outcomes, _ = all_at_once(made, collecting, 10)
    assert outcomes["refused"] > 10


def deferred(connection: Connection) -> None:
    """Give up the lock that was taken at the beginning, and begin without one."""
    cursor = connection.connection.cursor()
    cursor.execute("COMMIT")
    cursor.execute("BEGIN")
