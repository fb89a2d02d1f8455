"""How a conversation ends: sent once by one person, or not at all; afterwards nothing of it is left."""

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from surveyapp.engine.prompt import Choice
from surveyapp.engine.talks import Blocked
from surveyapp.services import bots, conversations, keeping, questionnaires, waves
from surveyapp.services.collectors import Collecting
from surveyapp.services.conversations import SILENCE
from surveyapp.store.models import (
    Collector,
    Conversation,
    Draft,
    Inbox,
    Participation,
    Seen,
    Wave,
    WaveKey,
)
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, count, inside, open_wave, wave_of
from tests.chats import BOT, CONSENTED, NOTHING, Person, buttons, left, said, stored, together, values_of


def test_the_last_update_again_is_met_with_silence_and_creates_nothing(
    sessions: Sessions, anna: Person, code: str
) -> None:
    anna.finishes(code)
    assert anna.again() == SILENCE
    assert anna.does(*anna.updates[0]) == SILENCE
    assert left(sessions) == NOTHING
    with sessions.reading() as session:
        assert count(session, Inbox) == count(session, Participation) == 1


@pytest.mark.parametrize("way", ["decline", "erase", "block", "expiry", "close"])
def test_whatever_ends_it_nothing_is_left(
    sessions: Sessions, collecting: Collecting, anna: Person, code: str, way: str
) -> None:
    if way == "decline":
        anna.starts(code)
        assert said(anna.taps("n")) == {"declined"}
    else:
        anna.agrees(code)
        anna.taps("=", 2)
        assert left(sessions)["draft"] == 1
    if way == "erase":
        assert "delete_sure" in said(anna.commands("delete"))
        assert said(anna.taps("k", 1)) == {"erased"}
    if way == "block":
        assert anna.does(Blocked()) == SILENCE
    if way == "expiry":
        with sessions.begin() as session:
            assert keeping.purge(session, collecting.today + timedelta(days=keeping.DAYS_KEPT)) == 0
            assert count(session, Conversation) == 1
            assert keeping.purge(session, collecting.today + timedelta(days=keeping.DAYS_KEPT + 1)) == 1
    if way == "close":
        with sessions.begin() as session:
            waves.close(session, wave_of(session, collecting))
    assert left(sessions) == NOTHING
    assert anna.again() == SILENCE
    assert said(anna.types("3")) == {"nothing_open"}
    with sessions.reading() as session:
        outcomes = [row.outcome for row in inside(session).scalars(select(Participation))]
        assert outcomes == (["declined"] if way == "decline" else [])
        assert count(session, WaveKey) == (0 if way == "close" else 1)


def test_a_conversation_nobody_agreed_in_expires_too(sessions: Sessions, collecting: Collecting, anna: Person) -> None:
    anna.starts(collecting.code)
    with sessions.begin() as session:
        keeping.purge(session, collecting.today + timedelta(days=keeping.DAYS_KEPT + 1))
    assert left(sessions) == NOTHING


def test_one_person_answers_once(sessions: Sessions, anna: Person, code: str) -> None:
    anna.finishes(code)
    assert said(anna.starts(code)) == {"already_answered"}
    assert said(anna.types("hello")) == {"received"}
    assert said(anna.does(Choice("00000000", "how", "=", 1))) == {"received"}
    assert said(anna.commands("delete")) == {"delete_after_sending"}
    assert left(sessions) == NOTHING
    Person(sessions).finishes(code)
    with sessions.reading() as session:
        assert count(session, Inbox) == count(session, Participation) == 2


def test_once_is_checked_when_sending_too(
    sessions: Sessions, anna: Person, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two ways to begin at once, and only one of them is counted."""
    anna.finishes(code)
    monkeypatch.setattr("surveyapp.services.desks.Desk.has_answered", lambda desk, seat: False)
    anna.answers(code)
    assert said(anna.taps("f")) == {"already_answered"}
    assert left(sessions) == NOTHING
    with sessions.reading() as session:
        assert count(session, Inbox) == count(session, Participation) == 1


def test_a_guardian_answers_for_several_people(sessions: Sessions, anna: Person, code: str) -> None:
    with sessions.begin() as session:
        inside(session).execute(update(Collector).values(several=True))
    receipts = {anna.finishes(code) for _ in range(3)}
    assert len(receipts) == 3
    with sessions.reading() as session:
        assert count(session, Inbox) == count(session, Participation) == 3


def test_the_receipt_is_shown_before_sending(anna: Person, code: str) -> None:
    ahead = values_of(anna.answers(code), "receipt_ahead")["receipt"]
    assert values_of(anna.taps("f"), "sent")["receipt"] == ahead
    assert re.fullmatch(r"(\w{4} ){5}\w", ahead), "in groups of four, as on the pages"


def test_what_is_not_open_is_not_begun(sessions: Sessions, collecting: Collecting, anna: Person, code: str) -> None:
    with sessions.begin() as session:
        wave_of(session, collecting).opens = collecting.today + timedelta(days=3)
    assert said(anna.starts(code)) == {"not_open_yet"}
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.opens, wave.closes = None, collecting.today - timedelta(days=1)
    assert said(anna.starts(code)) == {"closed"}
    assert left(sessions) == NOTHING


def test_what_was_begun_may_be_sent_after_the_last_day(
    sessions: Sessions, collecting: Collecting, anna: Person, code: str
) -> None:
    anna.answers(code)
    with sessions.begin() as session:
        wave_of(session, collecting).closes = collecting.today - timedelta(days=1)
    assert "midway_review" in said(anna.starts(code))
    assert "sent" in said(anna.taps("f", reply=_review(anna)))


def _review(anna: Person) -> conversations.Reply:
    return anna.taps("g")


def test_agreeing_too_late_stores_nothing(sessions: Sessions, collecting: Collecting, anna: Person, code: str) -> None:
    anna.starts(code)
    with sessions.begin() as session:
        wave_of(session, collecting).closes = collecting.today - timedelta(days=1)
    assert said(anna.taps("y")) == {"closed"}
    assert left(sessions) == NOTHING


def test_begun_on_a_version_ends_on_it(sessions: Sessions, collecting: Collecting, anna: Person, code: str) -> None:
    anna.agrees(code)
    with sessions.begin() as session:
        questionnaires.publish(session, replace(CONSENTED, thanks={}))
        number = questionnaires.adopt(session, collecting.org_id, "tiny")
        inside(session).execute(update(Wave).values(version=number))
        assert number == 2
    anna.taps("=", 2)
    anna.taps("s")
    anna.taps("s")
    anna.taps("s")
    assert "Paldies." in anna.taps("f").prompts[0].text
    assert stored(sessions).version == 1


def test_a_version_that_is_gone_ends_the_conversation(
    sessions: Sessions, collecting: Collecting, anna: Person, code: str
) -> None:
    anna.agrees(code)
    with sessions.begin() as session:
        inside(session).execute(update(Draft).values(version=7))
        bots.introduce(session, BOT, "kuldiga_bot")
    assert anna.again() == SILENCE
    told = anna.types("3")
    assert said(told) == {"version_withdrawn"}
    assert told.voice.language == "lv"
    assert [button.url for button in buttons(told)] == [f"https://t.me/kuldiga_bot?start={code}"]
    assert left(sessions) == NOTHING


def test_send_tapped_twice_at_once_sends_once(sessions: Sessions, anna: Person, code: str) -> None:
    send = anna.button("f", reply=anna.answers(code))
    replies = together(4, lambda _: Person(sessions, anna.chat, now=anna.now).does(send))
    assert sum("sent" in said(each) for each in replies) == 1
    assert left(sessions) == NOTHING
    with sessions.reading() as session:
        assert count(session, Inbox) == count(session, Participation) == 1


def test_settling_leaves_no_trace_of_which_update_belonged_to_which_answers(
    sessions: Sessions, collecting: Collecting, code: str
) -> None:
    for _ in range(3):
        Person(sessions).finishes(code)
    with sessions.begin() as session:
        other = open_wave(session, CONSENTED, "town/2011").code
    Person(sessions).agrees(other)
    Person(sessions).agrees(other)
    with sessions.reading() as session:
        seen = count(session, Seen)
    assert close_and_settle(sessions, collecting).responses == 3
    with sessions.reading() as session:
        assert (count(session, Seen), count(session, Conversation), count(session, Draft)) == (seen, 2, 2)
        if session.get_bind().dialect.name == "postgresql":
            for table in ("bot_seen", "conversation", "participation"):
                writers = (
                    inside(session).connection().exec_driver_sql(f"SELECT count(DISTINCT xmin::text) FROM {table}")
                )
                assert writers.scalar() == 1, table


def test_numbers_of_updates_are_forgotten_after_two_days(sessions: Sessions, anna: Person, code: str) -> None:
    anna.starts(code)
    with sessions.begin() as session:
        keeping.purge_chats(session, anna.now + 47 * 3600)
        assert count(session, Seen) == 1
        keeping.purge_chats(session, anna.now + 49 * 3600)
        assert count(session, Seen) == 0
