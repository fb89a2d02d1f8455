"""What was answered in time on a tablet out of reach, and arrives when the wave is over, is neither lost nor lets anybody be found."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from surveyapp.services import collectors, releasing, responses
from surveyapp.services.audit import OPERATOR
from surveyapp.services.collectors import Collecting
from surveyapp.services.responses import Accepted, Submission
from surveyapp.store.models import Inbox, Settled, SubmissionKey
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, count, gathered, inside, refused, wave_of
from tests.services.test_releasing import NO_PAGES, WAVE
from tests.services.test_settling import arrive_late, on_a_tablet


@pytest.fixture
def over(sessions: Sessions) -> Collecting:
    """A wave of ten people that is settled since today."""
    collecting = gathered(sessions, 10)
    close_and_settle(sessions, collecting)
    with sessions.begin() as session:
        return collectors.find(session, collecting.code, closed_too=True).through("tablet")


def brings(sessions: Sessions, over: Collecting, submission: Submission) -> Accepted:
    with sessions.begin() as session:
        return responses.accept_submission(session, over, submission)


def test_it_is_taken_once_marked_late_and_can_be_withdrawn(sessions: Sessions, over: Collecting) -> None:
    first = brings(sessions, over, on_a_tablet(100, over.today))
    assert first.outcome == "created"
    assert brings(sessions, over, on_a_tablet(100, over.today)) == (first.receipt, "duplicate")
    with sessions.begin() as session:
        assert inside(session).scalars(select(Inbox.late)).all() == [True]
        responses.withdraw(session, first.receipt)
        assert (count(session, Inbox), count(session, SubmissionKey)) == (0, 11)
    assert brings(sessions, over, on_a_tablet(100, over.today)) == (first.receipt, "duplicate")
    with sessions.begin() as session:
        assert count(session, Inbox) == 0


def test_what_was_finished_after_the_last_day_or_elsewhere_is_refused(sessions: Sessions, over: Collecting) -> None:
    """The last day of a wave that named none is the one on which it was closed."""
    today = over.today
    late = on_a_tablet(100, today)
    refused_ones = [
        on_a_tablet(100, today + timedelta(days=2)),
        replace(late, ended=None),
        replace(late, channel="web"),
    ]
    for submission in refused_ones:
        refused("closed", brings, sessions, over, submission)
    with sessions.begin() as session:
        wave = wave_of(session, over)
        assert wave.closes == today
        wave.opens, wave.closes = today - timedelta(days=9), today - timedelta(days=5)
    with sessions.begin() as session:
        again = collectors.find(session, over.code, closed_too=True).through("tablet")
    ends = {day: on_a_tablet(100 + day, today - timedelta(days=day)) for day in (10, 9, 4, 3)}
    for day in (10, 3):
        refused("closed", brings, sessions, again, ends[day])
    assert [brings(sessions, again, ends[day]).outcome for day in (9, 4)] == ["created", "created"]


def test_nothing_is_taken_for_a_wave_that_has_not_begun(sessions: Sessions) -> None:
    collecting = gathered(sessions, 1)
    with sessions.begin() as session:
        wave_of(session, collecting).state = "planned"
    with sessions.begin() as session:
        ahead = collectors.find(session, collecting.code, closed_too=True).through("tablet")
    refused("closed", brings, sessions, ahead, on_a_tablet(100, ahead.settles))


def test_twenty_are_a_batch_and_a_release_of_their_own(sessions: Sessions, over: Collecting) -> None:
    releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    arrive_late(sessions, over, range(100, 119))
    assert close_and_settle(sessions, over).responses == 0
    refused("released_already", releasing.make, sessions, WAVE, OPERATOR, NO_PAGES)
    arrive_late(sessions, over, range(119, 120))
    close_and_settle(sessions, over)
    with sessions.begin() as session:
        assert sorted(inside(session).scalars(select(Settled.batch))) == [1] * 10 + [2] * 20
        assert not {"late", "ended"} & {column.key for column in Settled.__table__.columns}
    second = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    assert (second.batch, second.n) == (2, 20)
