"""Reminders: asked for, sent once, the next day, and to nobody who has finished meanwhile."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from surveyapp.engine.talks import Blocked
from surveyapp.services import handovers, keeping, reminders, waves
from surveyapp.services.collectors import Collecting
from surveyapp.store.models import Draft, Reminder
from surveyapp.store.sessions import Sessions
from tests.builders import count, inside, open_wave, wave_of
from tests.chats import CONSENTED, HOME, Person, place, said, values_of

DAY = 24 * 60 * 60


@pytest.fixture
def anna(sessions: Sessions, collecting: Collecting) -> Person:
    """Somebody who has asked to be reminded tomorrow."""
    anna = Person(sessions)
    anna.agrees(collecting.code)
    anna.taps("=", 2)
    anna.commands("stop")
    assert said(anna.taps("z")) == {"reminder_set"}
    return anna


def noon(sessions: Sessions, days: int) -> float:
    """Unix seconds at noon, so many days after today."""
    with sessions.reading() as session:
        due = session.scalars(select(Reminder.due)).first()
    assert due is not None
    midnight = (due.toordinal() - 719163) * DAY
    return midnight + (days - 1) * DAY + DAY / 2


def due(sessions: Sessions, now: float) -> list[reminders.Due]:
    with sessions.begin() as session:
        return reminders.due(session, HOME, now)


def kept(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return count(session, Reminder)


def test_once_and_the_next_day(sessions: Sessions, anna: Person) -> None:
    tomorrow = noon(sessions, 1)
    assert due(sessions, noon(sessions, 0)) == []
    (one,) = due(sessions, tomorrow)
    assert (one.chat.bot, one.chat.chat) == anna.chat[:2]
    assert said(one.reply) == {"reminder"}
    assert (kept(sessions), due(sessions, tomorrow)) == (0, [])
    assert place(anna.taps("g", reply=one.reply)) == "what"


def test_asking_twice_is_asking_once(sessions: Sessions, anna: Person) -> None:
    anna.commands("stop")
    anna.taps("z")
    assert kept(sessions) == 1


@pytest.mark.parametrize("way", ["finish", "erase", "block", "close", "decline", "page", "withdrawn", "expiry"])
def test_however_it_ends_no_reminder_is_left(
    sessions: Sessions, collecting: Collecting, anna: Person, way: str
) -> None:
    if way == "finish":
        anna.taps("g")
        for _ in range(3):
            anna.commands("skip")
        assert "sent" in said(anna.taps("f"))
    if way == "erase":
        anna.commands("delete")
        anna.taps("k", 1)
    if way == "block":
        anna.does(Blocked())
    if way == "close":
        with sessions.begin() as session:
            waves.close(session, wave_of(session, collecting))
    if way == "decline":
        anna.starts(collecting.code)
        anna.taps("r")
        assert said(anna.taps("n")) == {"declined"}
    if way == "page":
        code = str(values_of(anna.commands("web"), "handover")["code"])
        with sessions.begin() as session:
            assert handovers.to_page(session, code, anna.now)
    if way == "withdrawn":
        withdraw(sessions)
        assert "version_withdrawn" in said(anna.types("3"))
    if way == "expiry":
        with sessions.begin() as session:
            keeping.purge(session, collecting.today + timedelta(days=keeping.DAYS_KEPT + 1))
    assert kept(sessions) == 0


def withdraw(sessions: Sessions) -> None:
    """The version in which everybody has begun is no more."""
    with sessions.begin() as session:
        inside(session).execute(update(Draft).values(version=7))


def test_one_reminder_that_cannot_be_made_stops_none_of_the_others(
    sessions: Sessions, collecting: Collecting, anna: Person
) -> None:
    tomorrow = noon(sessions, 1)
    withdraw(sessions)
    boris = Person(sessions)
    boris.agrees(collecting.code)
    boris.commands("stop")
    boris.taps("z")
    (one,) = due(sessions, tomorrow)
    assert one.chat.chat == boris.chat.chat
    assert kept(sessions) == 0
    assert "version_withdrawn" in said(anna.types("3"))


def test_a_reminder_of_another_questionnaire_stays(sessions: Sessions, collecting: Collecting, anna: Person) -> None:
    with sessions.begin() as session:
        other = open_wave(session, CONSENTED, "town/2011").code
    anna.starts(other)
    assert said(anna.taps("n")) == {"declined"}
    assert kept(sessions) == 1


def test_one_that_could_not_be_sent_goes_after_a_week(sessions: Sessions, anna: Person) -> None:
    seventh, eighth = noon(sessions, 7), noon(sessions, 8)
    with sessions.begin() as session:
        keeping.purge_chats(session, seventh)
        assert count(session, Reminder) == 1
        keeping.purge_chats(session, eighth)
        assert count(session, Reminder) == 0
