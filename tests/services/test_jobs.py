"""Work in the background: asked for once, done by one, taken over from the dead, and done again where it was asked for meanwhile."""

from collections.abc import Collection
from uuid import UUID

import pytest
from sqlalchemy import select, update

from surveyapp.services import agenda, jobs, waves
from surveyapp.services.jobs import NOTHING, SILENT, Key, Taken
from surveyapp.store import clock
from surveyapp.store.jobs import Job
from surveyapp.store.sessions import Sessions
from tests.builders import gathered, open_wave, wave_of

ORG, WAVE = UUID(int=1), UUID(int=2)
KEY = Key(ORG, "settle", WAVE)


def ask(sessions: Sessions, after: int = 0) -> None:
    with sessions.begin() as session:
        jobs.ask(session, ORG, "settle", WAVE, after=after)


def take(sessions: Sessions, holder: str = "anna", busy: Collection[Key] = ()) -> Taken | None:
    with sessions.begin() as session:
        return jobs.take(session, holder, busy)


def state(sessions: Sessions) -> str:
    with sessions.reading() as session:
        (seen,) = jobs.jobs_of(session, ORG)
        return seen.state


def test_what_was_asked_for_twice_is_done_once(sessions: Sessions) -> None:
    ask(sessions)
    ask(sessions)
    assert take(sessions) == (KEY, 2, 1)
    assert take(sessions, "berta") is None
    with sessions.begin() as session:
        assert jobs.finished(session, KEY, 2)
    assert state(sessions) == "done"
    assert take(sessions) is None


def test_what_is_asked_for_while_it_is_done_is_done_once_more(sessions: Sessions) -> None:
    """Else somebody's deletion, made after the files were rewritten, would be taken for rewritten."""
    ask(sessions)
    taken = take(sessions)
    assert taken
    ask(sessions)
    assert take(sessions, "berta") is None
    with sessions.begin() as session:
        assert not jobs.finished(session, KEY, taken.asks)
    assert take(sessions, "berta") == (KEY, 2, 1)


def test_nobody_begins_before_its_time_and_who_asks_again_may_hasten_it(sessions: Sessions) -> None:
    ask(sessions, after=300)
    assert take(sessions) is None
    ask(sessions, after=900)
    with sessions.reading() as session:
        assert session.scalars(select(Job.due)).one() <= clock.seconds(session) + 300
    ask(sessions)
    assert take(sessions)


def test_the_dead_are_followed_by_their_successor_at_once_and_by_others_after_a_while(sessions: Sessions) -> None:
    ask(sessions)
    take(sessions)
    assert take(sessions, "anna", {KEY}) is None, "it is what she is doing"
    assert take(sessions, "berta") is None
    assert take(sessions) == (KEY, 1, 2)
    with sessions.begin() as session:
        session.execute(update(Job).values(heartbeat=Job.heartbeat - SILENT - 1))
    assert take(sessions, "berta") == (KEY, 1, 3)
    with sessions.begin() as session:
        jobs.beat(session, KEY, "anna", 5, 9)
        jobs.beat(session, KEY, "berta", 3, 9)
        (seen,) = jobs.jobs_of(session, ORG)
        assert (seen.progress, seen.total) == (3, 9), "whoever was taken for dead has no say"
    assert take(sessions, "berta") == (KEY, 1, 4)
    with sessions.reading() as session:
        (seen,) = jobs.jobs_of(session, ORG)
        assert (seen.state, seen.progress, seen.total) == ("running", 0, 9), "it is done from its beginning"


def test_what_failed_says_why_until_it_is_asked_for_again(sessions: Sessions) -> None:
    ask(sessions)
    take(sessions)
    with sessions.begin() as session:
        jobs.failed(session, KEY, "too_early")
    with sessions.reading() as session:
        (seen,) = jobs.jobs_of(session, ORG)
        assert (seen.state, seen.reason) == ("failed", "too_early")
    assert take(sessions) is None
    ask(sessions)
    assert take(sessions) == (KEY, 2, 1)


@pytest.mark.parametrize("tried", [True, False])
def test_what_is_postponed_counts_as_tried_or_not(sessions: Sessions, *, tried: bool) -> None:
    ask(sessions)
    take(sessions)
    with sessions.begin() as session:
        jobs.postponed(session, KEY, 0, tried=tried)
    assert take(sessions) == (KEY, 1, 2 if tried else 1)


def test_pages_show_what_people_wait_for_and_their_own_only(sessions: Sessions) -> None:
    ask(sessions)
    with sessions.begin() as session:
        jobs.ask(session, ORG, "rewrite", WAVE)
        jobs.ask(session, UUID(int=7), "settle", WAVE)
        assert [(seen.kind, seen.object_id) for seen in jobs.jobs_of(session, ORG)] == [("settle", WAVE)]


def asked(sessions: Sessions) -> set[str]:
    with sessions.begin() as session:
        agenda.ask_for_what_is_due(session)
        return set(session.scalars(select(Job.kind).where(Job.state == "due", Job.object_id != NOTHING)))


def test_the_calendar_asks_for_waves_that_are_over_once_their_day_has_come(sessions: Sessions) -> None:
    collecting = gathered(sessions, 1)
    assert asked(sessions) == set(), "it has no last day"
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.closes = wave.settles
        wave.settles = wave.settles.replace(year=2999)
    assert asked(sessions) == set(), "people were told a later day"
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.settles = wave.closes or wave.settles
    assert asked(sessions) == {"settle"}


def test_the_calendar_asks_for_what_somebody_closed(sessions: Sessions) -> None:
    collecting = gathered(sessions, 1)
    with sessions.begin() as session:
        waves.close(session, wave_of(session, collecting))
    assert asked(sessions) == {"settle"}


def test_the_calendar_lets_what_failed_rest_for_an_hour_and_keeps_house_daily(sessions: Sessions) -> None:
    with sessions.begin() as session:
        wave = wave_of(session, open_wave(session))
        wave.state = "closed"
    asked(sessions)
    with sessions.begin() as session:
        now = clock.seconds(session)
        session.execute(update(Job).values(state="failed", heartbeat=now))
    assert asked(sessions) == set()
    with sessions.begin() as session:
        session.execute(update(Job).values(state="done", heartbeat=now - 3601))
    assert asked(sessions) == {"settle"}
    with sessions.begin() as session:
        session.execute(update(Job).values(state="done", heartbeat=now - now % 86_400 - 1))
        agenda.ask_for_what_is_due(session)
        assert "keep" in session.scalars(select(Job.kind).where(Job.state == "due")).all()
