"""R13: clocks that are an hour off, a worker's or the database's: jobs are done once, and nothing closes wrongly."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from surveyapp import jobs as working
from surveyapp.jobs import Doing, Worker
from surveyapp.services import frozen, jobs, ledger, waves
from surveyapp.services.collectors import Collecting
from surveyapp.services.jobs import Kind
from surveyapp.services.settlements import Place
from surveyapp.store import clock
from surveyapp.store.jobs import Job
from surveyapp.store.models import Inbox, Settled
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, count, gathered, inside, wave_of
from tests.conftest import Database

HOUR = 3600
PEOPLE = 12


@contextmanager
def off_by(seconds: int) -> Iterator[None]:
    """The clock of this machine is wrong; the database's isn't."""
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True):
        yield


def worker(database: Database, sessions: Sessions, name: str = "anna") -> Worker:
    return Worker(Place(sessions, database.owner_url), name)


def ask(sessions: Sessions, collecting: Collecting, kind: Kind, after: int = 0) -> None:
    with sessions.begin() as session:
        jobs.ask(session, collecting.org_id, kind, collecting.wave_id, after=after)


def state(sessions: Sessions, collecting: Collecting, kind: Kind = "settle") -> str:
    with sessions.reading() as session:
        row = session.get_one(Job, (collecting.org_id, kind, collecting.wave_id))
        return str(row.state)


def works_with_its_clock_off(database: Database, sessions: Sessions, seconds: int) -> list[str]:
    """What becomes of a wave that is due, one due in half an hour, one somebody settles, and one that ends tomorrow."""
    due, soon, busy, last = (gathered(sessions, PEOPLE, name=f"town/{year}") for year in range(2010, 2014))
    with sessions.begin() as session:
        for each in (due, soon, busy):
            waves.close(session, wave_of(session, each))
        wave_of(session, last).closes = clock.today(session) + timedelta(days=1)
    ask(sessions, due, "settle")
    ask(sessions, soon, "settle", after=HOUR // 2)
    ask(sessions, busy, "settle")
    with sessions.begin() as session:
        held = {"state": "running", "holder": "berta", "heartbeat": clock.seconds(session) + HOUR // 6}
        session.execute(update(Job).where(Job.object_id == busy.wave_id).values(held))
    with off_by(seconds):
        anna = worker(database, sessions)
        anna.sweep()
        anna.work()
    with sessions.reading() as session:
        return [*(state(sessions, each) for each in (due, soon, busy)), wave_of(session, last).state]


AS_IT_SHOULD = ["done", "due", "running", "open"]


@pytest.mark.parametrize("seconds", [-HOUR, HOUR, 49 * HOUR])
def test_a_worker_whose_clock_is_wrong_begins_nothing_early_or_late(
    database: Database, sessions: Sessions, seconds: int
) -> None:
    assert works_with_its_clock_off(database, sessions, seconds) == AS_IT_SHOULD


def test_by_the_clock_of_its_machine_it_would(
    database: Database, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what is not yet due is begun, what somebody is doing is taken from them, and a wave closes before its last day."""
    monkeypatch.setattr(clock, "seconds", lambda session: int(time.time()))
    monkeypatch.setattr(clock, "today", lambda session: datetime.now(UTC).date())
    assert works_with_its_clock_off(database, sessions, 49 * HOUR) == ["done", "done", "done", "settled"]


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seconds by which the database's own clock is set forward, to be changed by a test."""
    seconds, right = [0], clock.seconds
    monkeypatch.setattr(clock, "seconds", lambda session: right(session) + seconds[0])
    return seconds


def look(sessions: Sessions, collecting: Collecting, kind: Kind) -> None:
    """Everybody is settled once, in one batch, and released at most once."""
    with sessions.reading() as session:
        wave = wave_of(session, collecting)
        assert (count(session, Inbox), count(session, Settled), wave.state) == (0, PEOPLE, "settled")
        assert inside(session).scalars(select(Settled.batch).distinct()).all() == [1]
        assert len(frozen.releases_of(session, wave)) == (kind == "release")
        assert ledger.breaks(session, wave) == []


@pytest.mark.parametrize("kind", ["settle", pytest.param("release", marks=pytest.mark.soak)])
def test_work_that_is_taken_from_somebody_who_lives_is_done_once(
    database: Database, sessions: Sessions, jump: list[int], monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    """The database's clock is set forward while anna works: she seems dead, and berta does it, too."""
    collecting = gathered(sessions, PEOPLE)
    if kind == "release":
        close_and_settle(sessions, collecting)
    ask(sessions, collecting, kind)
    does, begun = working.WORK[kind], []

    def interrupted(doing: Doing) -> None:
        begun.append(kind)
        if len(begun) == 1:
            jump[0] = HOUR
            worker(database, sessions, "berta").work()
        does(doing)

    monkeypatch.setattr(working, "WORK", {**working.WORK, kind: interrupted})
    worker(database, sessions).work()
    assert len(begun) == 2
    assert state(sessions, collecting, kind) == "done"
    look(sessions, collecting, kind)
    jump[0] = 0
    assert not worker(database, sessions).look()


def test_a_clock_that_is_set_back_delays_work_and_loses_none(
    database: Database, sessions: Sessions, jump: list[int]
) -> None:
    collecting = gathered(sessions, PEOPLE)
    ask(sessions, collecting, "settle")
    jump[0] = -HOUR
    anna = worker(database, sessions)
    anna.sweep()
    anna.work()
    assert state(sessions, collecting) == "due"
    jump[0] = 0
    anna.work()
    assert state(sessions, collecting) == "done"
    look(sessions, collecting, "settle")
