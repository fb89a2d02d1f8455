"""A release that is killed at any point is there whole or not at all, and is made all the same the next time."""

import os
import random
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from surveyapp.services import frozen, ledger
from surveyapp.services.waves import find_wave
from surveyapp.store.models import AuditEntry, LedgerEntry, Release, ReleaseFile, ReleasePart
from surveyapp.store.sessions import Sessions, make_sessions
from tests.builders import count
from tests.conftest import Database
from tests.faults.doomed import tear
from tests.released.people import WAVE, held, register, release, settle

PEOPLE = 60
KINDS = (Release, ReleaseFile, ReleasePart, LedgerEntry, AuditEntry)
LONGEST = 0.8
"""Seconds within which a release is killed by the clock; on a quiet machine one takes half as long."""


def child(work: Callable[[], None]) -> int:
    """Do something in another process, whose number this is."""
    number = os.fork()
    if number == 0:
        try:
            work()
        finally:
            os._exit(0)
    return number


def dies_at(database: Database, at: int, *, torn: bool = False) -> bool:
    """Release in a process that is killed before the nth statement that changes something; whether it came to that."""

    def work() -> None:
        sessions = make_sessions(database.config())
        if torn and database.engine == "sqlite":
            tear(sessions.writing_engine)
        done = [0]

        @event.listens_for(sessions.writing_engine, "before_cursor_execute")
        def die(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            done[0] += not statement.startswith(("SELECT", "SET"))
            if torn and done[0] == 1 and database.engine == "postgresql":  # reading keeps its transaction
                tear(sessions.writing_engine)
            if done[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)

        release(sessions)

    return os.WIFSIGNALED(os.waitpid(child(work), 0)[1])


def dies_after(database: Database, seconds: float) -> None:
    """Release in a process that is killed by the clock."""
    number = child(lambda: (release(make_sessions(database.config())), None)[1])
    time.sleep(seconds)
    os.kill(number, signal.SIGKILL)
    os.waitpid(number, 0)


def stored(sessions: Sessions) -> list[int]:
    with sessions.reading() as session:
        return [count(session, each) for each in KINDS]


def whole(sessions: Sessions, batch: int) -> None:
    """Everybody of the batch is in its files, and the ledger knows them."""
    with sessions.reading() as session:
        assert ledger.breaks(session, find_wave(session, WAVE)) == []
        assert len(held(session, batch).rows) == len(register(session, batch)) == PEOPLE


def released(sessions: Sessions) -> int:
    """How many batches are released."""
    with sessions.reading() as session:
        return len(frozen.releases_of(session, find_wave(session, WAVE)))


@pytest.mark.parametrize("points", [3, pytest.param(25, marks=pytest.mark.soak)])
def test_killed_between_two_statements_nothing_is_there(database: Database, sessions: Sessions, points: int) -> None:
    settle(sessions, PEOPLE)
    before = stored(sessions)
    chance = random.Random(points)
    for _ in range(points):
        assert dies_at(database, chance.randint(1, 9))
        assert stored(sessions) == before
    assert not dies_at(database, 1000)
    whole(sessions, 1)


@pytest.mark.parametrize("points", [2, pytest.param(25, marks=pytest.mark.soak)])
def test_killed_by_the_clock_a_release_is_whole_or_not_there(
    database: Database, sessions: Sessions, points: int
) -> None:
    chance, batch = random.Random(points), 1
    settle(sessions, PEOPLE)
    for _ in range(points):
        before = stored(sessions)
        dies_after(database, chance.uniform(0.05, LONGEST))
        if released(sessions) < batch:
            assert stored(sessions) == before
        else:
            whole(sessions, batch)
            batch += 1
            settle(sessions, PEOPLE, batch, batch)
    release(sessions)
    whole(sessions, batch)


def test_without_a_transaction_half_a_release_would_be_there(database: Database, sessions: Sessions) -> None:
    """The control."""
    settle(sessions, PEOPLE)
    before = stored(sessions)
    assert dies_at(database, 5, torn=True)
    assert stored(sessions) != before
