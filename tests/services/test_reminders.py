"""Reminders: asked for, sent once, the next day, and to nobody who has finished meanwhile."""

import pytest
from sqlalchemy import select

from surveyapp.engine.talks import Blocked
from surveyapp.services import handovers, keeping, reminders, waves
from surveyapp.services.collectors import Collecting
from surveyapp.store.models import Reminder
from surveyapp.store.sessions import Sessions
from tests.builders import count, wave_of
from tests.chats import HOME, Person, place, said, values_of

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


@pytest.mark.parametrize("way", ["finish", "erase", "block", "close"])
def test_whoever_ends_it_is_not_reminded(sessions: Sessions, collecting: Collecting, anna: Person, way: str) -> None:
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
    assert kept(sessions) == 0


def test_one_that_could_not_be_sent_goes_after_a_week(sessions: Sessions, anna: Person) -> None:
    seventh, eighth = noon(sessions, 7), noon(sessions, 8)
    with sessions.begin() as session:
        keeping.purge_chats(session, seventh)
        assert count(session, Reminder) == 1
        keeping.purge_chats(session, eighth)
        assert count(session, Reminder) == 0


def test_whoever_moved_to_a_page_is_not_reminded(sessions: Sessions, anna: Person) -> None:
    code = str(values_of(anna.commands("web"), "handover")["code"])
    tomorrow = noon(sessions, 1)
    with sessions.begin() as session:
        assert handovers.to_page(session, code, anna.now)
    assert due(sessions, tomorrow) == []
    assert kept(sessions) == 0
