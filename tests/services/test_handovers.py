"""Answers move between form, web chat and bot with a code that works once, for a quarter of an hour, for one purpose."""

import pytest
from sqlalchemy import select

from surveyapp.engine.flow import PRESET
from surveyapp.engine.talks import CONSENT
from surveyapp.services import codes, handovers, keeping, responses, web_chats
from surveyapp.services.collectors import Collecting
from surveyapp.services.responses import Chosen
from surveyapp.store.models import Conversation, Door, Draft, Handover, Inbox
from surveyapp.store.sessions import Sessions
from tests.builders import answer, begin, count, draft_of, inside
from tests.chats import NOW, Person, buttons, place, said, values_of


def left(sessions: Sessions) -> tuple[int, ...]:
    with sessions.reading() as session:
        return tuple(count(session, row) for row in (Conversation, Draft, Door))


def code_of(anna: Person) -> str:
    """The code the bot gives for going on on a page."""
    said_now = anna.commands("web")
    assert next(button.url for button in buttons(said_now)) == "http://127.0.0.1:8000/resume"
    return str(values_of(said_now, "handover")["code"])


def begun_form(sessions: Sessions, collecting: Collecting) -> str:
    with sessions.begin() as session:
        token = begin(session, collecting)
        draft, first = draft_of(session, collecting, token), collecting.questionnaire.items[:1]
        draft = responses.answer_page(session, collecting, draft, first, {"how": ["3"]}).draft
        responses.short_code(session, collecting, draft)
        return token


def telegram_code(sessions: Sessions, collecting: Collecting, token: str) -> str:
    with sessions.begin() as session:
        return handovers.offer(session, collecting.org_id, token, handovers.TELEGRAM, NOW)


def test_from_the_bot_to_a_page(sessions: Sessions, collecting: Collecting, anna: Person) -> None:
    anna.agrees(collecting.code)
    anna.taps("=", 2)
    code = code_of(anna)
    assert place(anna.taps("g")) == "what"
    with sessions.begin() as session:
        resumed = handovers.to_page(session, f"{code[:4].lower()} {code[4:]}", anna.now)
        draft = draft_of(session, collecting, resumed.token)
        assert (resumed.code, draft.answers["how"], draft.answers[PRESET]["channel"]) == (collecting.code, 3, "web")
    assert left(sessions) == (0, 1, 1)
    assert said(anna.types("help")) == {"nothing_open"}
    with sessions.begin() as session:
        draft = answer(session, collecting, resumed.token)
        responses.send(session, collecting, draft)
        assert inside(session).scalars(select(Inbox)).one().channel == "web"


def test_from_a_page_to_the_bot(sessions: Sessions, collecting: Collecting, anna: Person) -> None:
    token = begun_form(sessions, collecting)
    code = telegram_code(sessions, collecting, token)
    arrived = anna.starts(f"r_{code}")
    assert (place(arrived), "welcome_back" in said(arrived), arrived.voice.language) == ("what", True, "lv")
    with sessions.reading() as session:
        assert responses.read_draft(session, collecting, token) is None
        assert inside(session).scalars(select(Draft)).one().answers[PRESET]["channel"] == "telegram"
    assert left(sessions) == (1, 1, 2)
    for _ in range(3):
        anna.commands("skip")
    assert "sent" in said(anna.taps("f"))
    with sessions.reading() as session:
        response = inside(session).scalars(select(Inbox)).one()
        assert (response.channel, response.answers["how"]) == ("telegram", 3)
    assert left(sessions) == (0, 0, 1)


def test_from_a_web_chat_to_the_bot(sessions: Sessions, collecting: Collecting, anna: Person) -> None:
    with sessions.begin() as session:
        token = web_chats.open_chat(session, collecting, Chosen(language="en"))
        draft = web_chats.read_chat(session, collecting, token).draft
        code = handovers.offer(session, collecting.org_id, draft.token, handovers.TELEGRAM, NOW)
    assert place(anna.starts(f"r_{code}")) == "how"
    with sessions.reading() as session:
        assert web_chats.read_chat(session, collecting, token) is None
    assert left(sessions) == (1, 1, 2)


def test_a_code_works_once(sessions: Sessions, collecting: Collecting, anna: Person) -> None:
    code = telegram_code(sessions, collecting, begun_form(sessions, collecting))
    assert place(anna.starts(f"r_{code}")) == "what"
    assert place(anna.again()) == "what"
    assert said(Person(sessions).starts(f"r_{code}")) == {"code_unknown"}


def test_a_link_opened_again_shows_where_the_person_stands(
    sessions: Sessions, collecting: Collecting, anna: Person
) -> None:
    code = telegram_code(sessions, collecting, begun_form(sessions, collecting))
    anna.starts(f"r_{code}")
    assert "midway" in said(anna.starts(f"r_{code.lower()}"))
    assert place(anna.taps("g")) == "what"
    assert said(anna.starts(f"r_{codes.new_code()}")) == {"code_unknown"}
    for _ in range(3):
        anna.commands("skip")
    assert "sent" in said(anna.taps("f"))
    assert said(anna.starts(f"r_{code}")) == {"code_unknown"}


def test_a_code_whose_answer_got_lost_leads_to_the_same_page_for_two_minutes(
    sessions: Sessions, collecting: Collecting, anna: Person
) -> None:
    anna.agrees(collecting.code)
    anna.taps("=", 2)
    code, other = code_of(anna), code_of(anna)
    with sessions.begin() as session:
        first = handovers.to_page(session, code, anna.now)
    with sessions.begin() as session:
        assert handovers.to_page(session, code, anna.now + 119) == first
        assert draft_of(session, collecting, first.token).answers["how"] == 3
        assert handovers.to_page(session, other, anna.now + 119) is None
        assert handovers.to_page(session, code, anna.now + 120) is None
    assert left(sessions) == (0, 1, 1)


def test_an_old_code_does_not_lead_to_where_the_answers_went_next(
    sessions: Sessions, collecting: Collecting, anna: Person
) -> None:
    anna.agrees(collecting.code)
    page = code_of(anna)
    with sessions.begin() as session:
        token = handovers.to_page(session, page, anna.now).token
    back = telegram_code(sessions, collecting, token)
    anna.now = NOW
    assert place(anna.starts(f"r_{back}")) == "how"
    with sessions.begin() as session:
        assert handovers.to_page(session, page, anna.now) is None
    assert left(sessions) == (1, 1, 2)


def test_a_code_is_too_old_after_a_quarter_of_an_hour(sessions: Sessions, collecting: Collecting) -> None:
    token = begun_form(sessions, collecting)
    code = telegram_code(sessions, collecting, token)
    with sessions.begin() as session:
        assert handovers.take(session, code, handovers.TELEGRAM, NOW + 15 * 60) is None
        assert handovers.take(session, code, handovers.TELEGRAM, NOW + 15 * 60 - 1)


def test_a_code_is_for_one_purpose(sessions: Sessions, collecting: Collecting, anna: Person) -> None:
    token = begun_form(sessions, collecting)
    code = telegram_code(sessions, collecting, token)
    with sessions.begin() as session:
        assert handovers.to_page(session, code, NOW) is None
        assert draft_of(session, collecting, token)
    anna.agrees(collecting.code)
    assert said(Person(sessions).starts(f"r_{code_of(anna)}")) == {"code_unknown"}


def test_guessing_ends_after_ten_tries(sessions: Sessions, collecting: Collecting, anna: Person) -> None:
    code = telegram_code(sessions, collecting, begun_form(sessions, collecting))
    anna.pace = 5
    guesses = [said(anna.starts(f"r_{codes.new_code()}")) for _ in range(11)]
    assert guesses == [{"code_unknown"}] * 10 + [{"too_many_codes"}]
    assert said(anna.starts(f"r_{code}")) == {"too_many_codes"}
    assert place(Person(sessions).starts(f"r_{code}")) == "what"


@pytest.mark.parametrize("typed", ["", "r_", "1", "O0IL1OI0", "'; DROP", "A" * 500])
def test_what_is_no_code_is_a_wrong_code(sessions: Sessions, anna: Person, typed: str) -> None:
    assert said(anna.starts(f"r_{typed}")) == {"code_unknown"}
    with sessions.begin() as session:
        assert handovers.to_page(session, typed, NOW) is None


def test_a_code_of_answers_that_were_sent_meanwhile_leads_nowhere(
    sessions: Sessions, collecting: Collecting, anna: Person
) -> None:
    token = begun_form(sessions, collecting)
    code = telegram_code(sessions, collecting, token)
    with sessions.begin() as session:
        responses.send(session, collecting, draft_of(session, collecting, token))
    assert said(anna.starts(f"r_{code}")) == {"code_unknown"}


def test_of_several_codes_one_moves_the_answers(sessions: Sessions, collecting: Collecting, anna: Person) -> None:
    token = begun_form(sessions, collecting)
    first, second = (telegram_code(sessions, collecting, token) for _ in range(2))
    assert place(anna.starts(f"r_{first}")) == "what"
    assert said(Person(sessions).starts(f"r_{second}")) == {"code_unknown"}
    assert left(sessions) == (1, 1, 2)


def test_whoever_has_answered_brings_nothing_more(sessions: Sessions, collecting: Collecting, anna: Person) -> None:
    anna.finishes(collecting.code)
    token = begun_form(sessions, collecting)
    code = telegram_code(sessions, collecting, token)
    assert said(anna.starts(f"r_{code}")) == {"already_answered"}
    with sessions.begin() as session:
        assert draft_of(session, collecting, token).answers["how"] == 3


def test_what_arrives_takes_the_place_of_what_was_there(
    sessions: Sessions, collecting: Collecting, anna: Person
) -> None:
    anna.agrees(collecting.code)
    anna.taps("=", 0)
    code = telegram_code(sessions, collecting, begun_form(sessions, collecting))
    anna.starts(f"r_{code}")
    with sessions.reading() as session:
        assert inside(session).scalars(select(Draft)).one().answers["how"] == 3
    assert left(sessions) == (1, 1, 2)


def test_before_agreeing_there_is_nothing_to_take_along(collecting: Collecting, anna: Person) -> None:
    assert place(anna.starts(collecting.code)) == CONSENT
    told = anna.commands("web")
    assert said(told) >= {"begin_on_the_website"}
    assert next(button.url for button in buttons(told)) == f"http://127.0.0.1:8000/r/{collecting.code}"


def test_no_code_and_no_token_is_stored(sessions: Sessions, collecting: Collecting) -> None:
    token = begun_form(sessions, collecting)
    code = telegram_code(sessions, collecting, token)
    with sessions.reading() as session:
        row = session.scalars(select(Handover)).one()
        kept = row.code_hash + row.sealed
        assert code.encode() not in kept
        assert codes.digest(token) not in kept
        assert codes.unseal(row.sealed, code) == token


def test_codes_nobody_used_go(sessions: Sessions, collecting: Collecting) -> None:
    token = begun_form(sessions, collecting)
    telegram_code(sessions, collecting, token)
    with sessions.begin() as session:
        keeping.purge_chats(session, NOW + 15 * 60)
        assert count(session, Handover) == 0


def test_a_bot_address_opened_as_a_form_is_stored_as_the_form(sessions: Sessions, collecting: Collecting) -> None:
    here = collecting.through("telegram")
    assert here.preset["channel"] == "telegram"
    assert (here.on_a_page().channel, here.on_a_page().preset) == ("web", collecting.preset)
    assert collecting.through("paper").on_a_page().channel == "paper"
