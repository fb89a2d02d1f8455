"""A chat from the link to the receipt, as a bot meets it: stored once, and afterwards nothing of it is left."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from surveyapp.engine.prompt import Choice
from surveyapp.engine.talks import CONSENT, LANGUAGE, REVIEW, Blocked, Command, Edited, Media, Text
from surveyapp.services import bots, conversations, keeping, questionnaires, waves
from surveyapp.services.chats import Chat
from surveyapp.services.collectors import Collecting
from surveyapp.services.conversations import SILENCE
from surveyapp.store.models import (
    Collector,
    Conversation,
    Door,
    Draft,
    Inbox,
    Participation,
    Reminder,
    Seen,
    Wave,
    WaveKey,
)
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, count, open_wave, respond, wave_of
from tests.chats import BOT, CONSENTED, Person, place, said, values_of


@pytest.fixture
def collecting(sessions: Sessions) -> Collecting:
    with sessions.begin() as session:
        return open_wave(session, CONSENTED)


@pytest.fixture
def code(collecting: Collecting) -> str:
    return collecting.code


@pytest.fixture
def anna(sessions: Sessions) -> Person:
    return Person(sessions)


def left(sessions: Sessions) -> dict[str, int]:
    """Rows of people who are still answering; the door that is always there is the collector's."""
    with sessions.reading() as session:
        return {row.__tablename__: count(session, row) for row in (Conversation, Draft, Door, Reminder)}


NOTHING = {"conversation": 0, "draft": 0, "door": 1, "reminder": 0}


def stored(sessions: Sessions) -> Inbox:
    with sessions.reading() as session:
        return session.scalars(select(Inbox)).one()


def test_from_the_link_to_the_receipt(sessions: Sessions, anna: Person, code: str) -> None:
    assert place(anna.starts(code)) == CONSENT
    assert left(sessions) == {"conversation": 1, "draft": 0, "door": 2, "reminder": 0}
    assert place(anna.taps("y")) == "how"
    assert left(sessions)["draft"] == 1
    answered = anna.taps("=", 2)
    assert (place(answered), answered.recorded is not None, answered.was_shown) == ("what", True, None)
    ticked = anna.taps("+", 0)
    assert (place(ticked), ticked.in_place) == ("what", True)
    anna.taps("+", 1)
    assert place(anna.taps("d")) == "where"
    shown = anna.order
    written = anna.types("Pilsēta")
    assert (place(written), written.was_shown) == ("words", shown)
    review = anna.types("Paldies!")
    assert (place(review), said(review)) == (REVIEW, {"review", "reviewed", "receipt_ahead", "send_or_change"})
    assert said(anna.taps("f")) >= {"sent", "withdraw_until"}
    response = stored(sessions)
    assert response.answers == {"how": 3, "what": ["help", "money"], "where": "town", "words": "Paldies!"}
    assert (response.channel, response.language, response.variant) == ("telegram", "lv", "standard")
    assert left(sessions) == NOTHING


def test_what_the_chat_stores_is_what_the_form_stores(
    sessions: Sessions, collecting: Collecting, anna: Person, code: str
) -> None:
    anna.finishes(code)
    with sessions.begin() as session:
        respond(session, collecting, {"how": ["3"], "what": ["help"], "where": ["town"], "words": ["Paldies!"]})
    with sessions.reading() as session:
        chat, form = sorted(session.scalars(select(Inbox)), key=lambda row: row.channel)
        assert (chat.channel, form.channel) == ("telegram", "web")
        assert list(chat.answers.items()) == list(form.answers.items())
        assert (chat.unit_id, chat.version, chat.language, chat.variant) == (
            form.unit_id,
            form.version,
            form.language,
            form.variant,
        )


def test_somebody_whose_language_is_not_offered_is_asked(sessions: Sessions, anna: Person, code: str) -> None:
    anna.chat = anna.chat._replace(language="ka")
    assert place(anna.starts(code)) == LANGUAGE
    assert place(anna.taps("l", 0)) == CONSENT
    assert anna.last.voice.language == "en"


def test_every_update_counts_once_however_often_it_arrives(sessions: Sessions, anna: Person, code: str) -> None:
    anna.starts(code)
    assert place(anna.again()) == CONSENT
    anna.taps("y")
    assert place(anna.again()) == "how"
    anna.taps("=", 0)
    first = anna.updates[-1]
    anna.taps("b")
    anna.taps("=", 2)
    assert place(anna.does(*first)) == "what"
    with sessions.reading() as session:
        assert session.scalars(select(Draft)).one().answers["how"] == 3
        assert session.scalars(select(Conversation)).one().rev == 5
        assert count(session, Seen) == 5


def test_the_last_update_again_is_met_with_silence_and_creates_nothing(
    sessions: Sessions, anna: Person, code: str
) -> None:
    anna.finishes(code)
    assert anna.again() == SILENCE
    assert anna.does(*anna.updates[0]) == SILENCE
    assert left(sessions) == NOTHING
    with sessions.reading() as session:
        assert count(session, Inbox) == count(session, Participation) == 1


def test_numbers_that_begin_anew_are_numbers_like_any_other(anna: Person, code: str) -> None:
    """After a quiet week a channel counts from somewhere else, lower perhaps."""
    anna.starts(code)
    assert place(anna.does(anna.button("y"), 17)) == "how"
    assert place(anna.does(anna.button("=", 2), 3)) == "what"


def test_two_bots_count_for_themselves(sessions: Sessions, anna: Person, code: str) -> None:
    other = Person(sessions, Chat(BOT + 1, anna.chat.chat, "lv"))
    anna.does(anna.button("y", reply=anna.starts(code)), 12345)
    other.does(other.button("y", reply=other.starts(code)), 12345)
    assert (place(anna.last), place(other.last)) == ("how", "how")
    with sessions.reading() as session:
        assert count(session, Draft) == 2


def test_a_text_counts_only_after_its_question_was_shown(sessions: Sessions, anna: Person, code: str) -> None:
    anna.agrees(code)
    early = anna.does(Text("3", anna.order - 1))
    assert (place(early), "too_early" in said(early)) == ("how", True)
    assert place(anna.types("3")) == "what"


def test_a_showing_that_comes_late_binds_nothing_to_the_next_question(
    sessions: Sessions, anna: Person, code: str
) -> None:
    slow = anna.agrees(code)
    anna.taps("=", 2)
    with sessions.begin() as session:
        session.execute(update(Conversation).values(talk=_without_shown(session)))
        conversations.showed(session, slow.binding, anna.order + 10)
        conversations.showed(session, slow.binding._replace(key=secrets.token_bytes(32)), 1)
        assert "shown" not in session.scalars(select(Conversation.talk)).one()
        conversations.showed(session, anna.last.binding, 40)
        conversations.showed(session, anna.last.binding, 30)
        assert session.scalars(select(Conversation.talk)).one()["shown"] == 40


def _without_shown(session: object) -> dict[str, object]:
    talk = dict(session.scalars(select(Conversation.talk)).one())
    talk.pop("shown", None)
    return talk


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
        outcomes = [row.outcome for row in session.scalars(select(Participation))]
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
        session.execute(update(Collector).values(several=True))
    receipts = {anna.finishes(code) for _ in range(3)}
    assert len(receipts) == 3
    with sessions.reading() as session:
        assert count(session, Inbox) == count(session, Participation) == 3


def test_taps_on_old_buttons_change_nothing(sessions: Sessions, anna: Person, code: str) -> None:
    asked = anna.agrees(code)
    anna.taps("=", 2)
    with sessions.reading() as session:
        before = session.scalars(select(Conversation)).one().rev
    assert said(anna.taps("=", 2, reply=asked)) == {"already_recorded"}
    assert said(anna.does(Choice("00000000", "how", "=", 1))) == {"earlier_questionnaire"}
    changing = anna.taps("=", 0, reply=asked)
    assert "already_answered" in said(changing)
    with sessions.reading() as session:
        assert session.scalars(select(Draft)).one().answers["how"] == 3
        assert session.scalars(select(Conversation)).one().rev == before + 1
    anna.taps("!", 0)
    with sessions.reading() as session:
        assert session.scalars(select(Draft)).one().answers["how"] == 1


def test_another_questionnaire_pauses_the_first(sessions: Sessions, anna: Person, code: str) -> None:
    first = anna.agrees(code)
    with sessions.begin() as session:
        second = open_wave(session, CONSENTED, "town/2011").code
    anna.agrees(second)
    assert place(anna.types("1")) == "what"
    with sessions.reading() as session:
        assert sorted(row.paused for row in session.scalars(select(Conversation))) == [False, True]
    assert place(anna.taps("=", 2, reply=first)) == "what"
    anna.taps("d")
    with sessions.reading() as session:
        answers = [row.answers for row in session.scalars(select(Draft))]
        assert sorted(each["how"] for each in answers) == [1, 3]
        assert [each["how"] for each in answers if "what" in each] == [3]


def test_stopping_keeps_the_place(sessions: Sessions, anna: Person, code: str) -> None:
    anna.agrees(code)
    anna.taps("=", 2)
    assert "paused" in said(anna.commands("stop"))
    assert "paused" in said(anna.again())
    back = anna.types("Help")
    assert (place(back), said(back) & {"too_early", "paused"}) == ("what", set())
    with sessions.reading() as session:
        assert "what" not in session.scalars(select(Draft)).one().answers
    anna.commands("stop")
    assert place(anna.taps("g")) == "what"
    assert "midway" in said(anna.starts(code))
    assert "midway" in said(anna.starts())


def test_starting_again_forgets_the_answers_and_old_buttons(sessions: Sessions, anna: Person, code: str) -> None:
    asked = anna.agrees(code)
    anna.taps("=", 2)
    anna.starts(code)
    assert place(anna.taps("r")) == CONSENT
    assert left(sessions) == {"conversation": 1, "draft": 0, "door": 2, "reminder": 0}
    assert said(anna.taps("=", 2, reply=asked)) == {"earlier_questionnaire"}
    assert len({anna.finishes(code)}) == 1


def test_a_language_chosen_midway_loses_nothing(sessions: Sessions, anna: Person, code: str) -> None:
    anna.agrees(code)
    anna.taps("=", 2)
    anna.commands("language")
    assert place(anna.taps("l", 0)) == "what"
    with sessions.reading() as session:
        draft = session.scalars(select(Draft)).one()
        assert (draft.language, draft.answers["preset"]["language"], draft.answers["how"]) == ("en", "en", 3)


def test_the_receipt_is_shown_before_sending(anna: Person, code: str) -> None:
    ahead = values_of(anna.answers(code), "receipt_ahead")["receipt"]
    assert values_of(anna.taps("f"), "sent")["receipt"] == ahead


def test_an_update_without_a_conversation_creates_no_row(sessions: Sessions, anna: Person, code: str) -> None:
    assert said(anna.types("hello")) == {"nothing_open"}
    assert said(anna.does(Media())) == {"nothing_open"}
    assert said(anna.does(Choice("00000000", None, "y"))) == {"earlier_questionnaire"}
    assert said(anna.commands("help")) == {"help"}
    assert said(anna.commands("privacy")) == {"privacy"}
    assert anna.does(Edited()) == SILENCE
    assert anna.does(Blocked()) == SILENCE
    assert anna.does(Choice("00000000", None, "t")).clear
    assert said(anna.starts("22222222")) == {"unknown_code"}
    assert said(anna.starts("' OR 1=1")) == {"unknown_code"}
    assert left(sessions) == NOTHING


def test_a_bare_start_names_what_is_open(sessions: Sessions, anna: Person, code: str) -> None:
    assert said(anna.starts()) == {"nothing_open"}
    with sessions.begin() as session:
        bots.introduce(session, BOT, "survey_bot")
        bots.introduce(session, BOT, "survey_bot")
    assert said(anna.starts()) == {"choose_questionnaire"}
    row = anna.last.prompts[0].rows[0][0]
    assert (row.label, row.url) == ("Mazs", f"https://t.me/survey_bot?start={code}")


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
        session.execute(update(Wave).values(version=number))
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
        session.execute(update(Draft).values(version=7))
    assert said(anna.types("3")) == {"version_withdrawn"}
    assert left(sessions) == NOTHING


def test_two_deliveries_at_once_begin_one_conversation(sessions: Sessions, anna: Person, code: str) -> None:
    """Texts and taps of one person come through two queues of a webhook."""
    _together(4, lambda _: Person(sessions, anna.chat).starts(code))
    assert left(sessions)["conversation"] == 1


def test_send_tapped_twice_at_once_sends_once(sessions: Sessions, anna: Person, code: str) -> None:
    send = anna.button("f", reply=anna.answers(code))
    replies = _together(4, lambda _: Person(sessions, anna.chat, now=anna.now).does(send))
    assert sum("sent" in said(each) for each in replies) == 1
    assert left(sessions) == NOTHING
    with sessions.reading() as session:
        assert count(session, Inbox) == count(session, Participation) == 1


def _together(many: int, work: object) -> list[conversations.Reply]:
    start = threading.Barrier(many)

    def one(number: int) -> conversations.Reply:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


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
                writers = session.connection().exec_driver_sql(f"SELECT count(DISTINCT xmin::text) FROM {table}")
                assert writers.scalar() == 1, table


def test_numbers_of_updates_are_forgotten_after_two_days(sessions: Sessions, anna: Person, code: str) -> None:
    anna.starts(code)
    with sessions.begin() as session:
        keeping.purge_chats(session, anna.now + 47 * 3600)
        assert count(session, Seen) == 1
        keeping.purge_chats(session, anna.now + 49 * 3600)
        assert count(session, Seen) == 0


def test_a_command_nobody_knows_gets_help(anna: Person, code: str) -> None:
    anna.agrees(code)
    assert "help" in said(anna.does(Command("dance")))
