"""Chats are limited by what they are known by, whatever network they come from; nobody's answers are lost by it."""

import pytest
from sqlalchemy import select, update

from surveyapp.services import effects, limits
from surveyapp.services.collectors import Collecting
from surveyapp.services.conversations import SILENCE
from surveyapp.services.limits import Limit
from surveyapp.store.models import Conversation, Counter, Draft
from surveyapp.store.sessions import Sessions
from tests.builders import count, inside
from tests.chats import Person, place, said


def test_who_taps_without_end_gets_no_replies_until_it_is_quiet(
    sessions: Sessions, collecting: Collecting, anna: Person
) -> None:
    anna.agrees(collecting.code)
    anna.now, anna.pace = anna.now + 10, 0
    replies = [anna.taps("=", 1), *(anna.types("?") for _ in range(24))]
    assert [reply == SILENCE for reply in replies] == [False] * 20 + [True] * 5
    with sessions.reading() as session:
        assert inside(session).scalars(select(Draft)).one().answers["how"] == 2
    anna.now += 10
    assert place(anna.types("Help")) is not None


def test_what_comes_too_fast_is_applied_all_the_same(
    sessions: Sessions, collecting: Collecting, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = anna.agrees(collecting.code)
    monkeypatch.setattr(limits, "UPDATES", Limit("updates", 0, 10))
    assert anna.taps("=", 2, reply=asked) == SILENCE
    with sessions.reading() as session:
        assert inside(session).scalars(select(Draft)).one().answers["how"] == 3


def test_after_four_hundred_steps_one_can_only_end_it_or_move(
    sessions: Sessions, collecting: Collecting, anna: Person
) -> None:
    anna.agrees(collecting.code)
    with sessions.begin() as session:
        inside(session).execute(update(Conversation).values(rev=effects.MOST_STEPS))
    stuck = anna.taps("=", 2)
    assert (place(stuck), "too_many_steps" in said(stuck)) == ("how", True)
    with sessions.reading() as session:
        assert "how" not in inside(session).scalars(select(Draft)).one().answers
    assert "handover" in said(anna.commands("web"))
    assert "paused" in said(anna.commands("stop"))


def test_three_restarts_a_day(collecting: Collecting, anna: Person) -> None:
    for _ in range(3):
        anna.agrees(collecting.code)
        anna.taps("=", 2)
        anna.commands("delete")
        anna.taps("k", 1)
    anna.agrees(collecting.code)
    anna.starts(collecting.code)
    again = anna.taps("r")
    assert (place(again), "too_many_restarts" in said(again)) == ("how", True)
    anna.commands("delete")
    anna.taps("k", 1)
    assert said(anna.starts(collecting.code)) == {"too_many_restarts"}
    anna.now += 24 * 60 * 60
    assert place(anna.starts(collecting.code)) is not None


def test_a_bot_begins_sixty_conversations_a_minute(
    sessions: Sessions, collecting: Collecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (limits.CHATS.tries, limits.CHATS.seconds) == (60, 60)
    monkeypatch.setattr(limits, "CHATS", Limit("chats", 3, 60))
    people = [Person(sessions, pace=1) for _ in range(4)]
    begun = [said(person.starts(collecting.code)) for person in people]
    assert begun[3] == {"try_again_later"}
    assert {"try_again_later"} not in begun[:3]
    people[3].now += 60
    assert place(people[3].starts(collecting.code)) is not None


def test_counters_name_no_chat(sessions: Sessions, collecting: Collecting, anna: Person) -> None:
    anna.agrees(collecting.code)
    with sessions.begin() as session:
        assert count(session, Counter) > 2
        limits.purge(session, anna.now + limits.KEPT + 24 * 60 * 60)
        assert count(session, Counter) == 0


def test_whoever_is_sent_away_by_a_crowd_may_come_back_as_often_as_it_takes(
    sessions: Sessions, collecting: Collecting, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CHATS", Limit("chats", 0, 60))
    for _ in range(6):
        assert said(anna.starts(collecting.code)) == {"try_again_later"}
    monkeypatch.undo()
    assert "too_many_restarts" not in said(anna.starts(collecting.code))
