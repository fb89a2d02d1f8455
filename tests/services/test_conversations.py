"""A chat from the link to the review, as a bot meets it: every update counts once, and where it belongs."""

import secrets

from sqlalchemy import select, update

from surveyapp.engine.prompt import Choice
from surveyapp.engine.talks import CONSENT, LANGUAGE, REVIEW, Blocked, Command, Edited, Media, Text
from surveyapp.services import bots, conversations
from surveyapp.services.chats import Chat, Reply
from surveyapp.services.collectors import Collecting
from surveyapp.services.conversations import SILENCE
from surveyapp.store.models import (
    Conversation,
    Draft,
    Inbox,
    Seen,
)
from surveyapp.store.sessions import Sessions
from tests.builders import count, inside, open_wave, respond
from tests.chats import BOT, CONSENTED, NOTHING, Person, left, place, said, stored, together


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
        chat, form = sorted(inside(session).scalars(select(Inbox)), key=lambda row: row.channel)
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
        assert inside(session).scalars(select(Draft)).one().answers["how"] == 3
        assert inside(session).scalars(select(Conversation)).one().rev == 5
        assert count(session, Seen) == 5


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
        inside(session).execute(update(Conversation).values(talk=_without_shown(session)))
        conversations.showed(session, slow.binding, anna.order + 10)
        conversations.showed(session, slow.binding._replace(key=secrets.token_bytes(32)), 1)
        assert "shown" not in inside(session).scalars(select(Conversation.talk)).one()
        conversations.showed(session, anna.last.binding, 40)
        conversations.showed(session, anna.last.binding, 30)
        assert inside(session).scalars(select(Conversation.talk)).one()["shown"] == 40


def _without_shown(session: object) -> dict[str, object]:
    talk = dict(inside(session).scalars(select(Conversation.talk)).one())
    talk.pop("shown", None)
    return talk


def test_taps_on_old_buttons_change_nothing(sessions: Sessions, anna: Person, code: str) -> None:
    asked = anna.agrees(code)
    anna.taps("=", 2)
    with sessions.reading() as session:
        before = inside(session).scalars(select(Conversation)).one().rev
    assert said(anna.taps("=", 2, reply=asked)) == {"already_recorded"}
    assert said(anna.does(Choice("00000000", "how", "=", 1))) == {"earlier_questionnaire"}
    changing = anna.taps("=", 0, reply=asked)
    assert "earlier_question" in said(changing)
    with sessions.reading() as session:
        assert inside(session).scalars(select(Draft)).one().answers["how"] == 3
        assert inside(session).scalars(select(Conversation)).one().rev == before + 1
    anna.taps("!", 0)
    with sessions.reading() as session:
        assert inside(session).scalars(select(Draft)).one().answers["how"] == 1


def test_another_questionnaire_pauses_the_first(sessions: Sessions, anna: Person, code: str) -> None:
    first = anna.agrees(code)
    with sessions.begin() as session:
        second = open_wave(session, CONSENTED, "town/2011").code
    anna.agrees(second)
    assert place(anna.types("1")) == "what"
    with sessions.reading() as session:
        assert sorted(row.paused for row in inside(session).scalars(select(Conversation))) == [False, True]
    assert place(anna.taps("=", 2, reply=first)) == "what"
    anna.taps("d")
    with sessions.reading() as session:
        answers = [row.answers for row in inside(session).scalars(select(Draft))]
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
        assert "what" not in inside(session).scalars(select(Draft)).one().answers
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
        draft = inside(session).scalars(select(Draft)).one()
        assert (draft.language, draft.answers["preset"]["language"], draft.answers["how"]) == ("en", "en", 3)


def test_an_update_without_a_conversation_creates_no_row(sessions: Sessions, anna: Person, code: str) -> None:
    assert said(anna.types("hello")) == {"nothing_open"}
    assert said(anna.does(Media())) == {"nothing_open"}
    assert said(anna.does(Choice("00000000", None, "y"))) == {"earlier_questionnaire"}
    assert said(anna.commands("help")) == {"help"}
    assert said(anna.commands("privacy")) == {"privacy"}
    assert anna.does(Edited()) == SILENCE
    assert anna.does(Blocked()) == SILENCE
    assert anna.does(Choice("00000000", None, "t")) == Reply(clear=True)
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


def test_two_deliveries_at_once_begin_one_conversation(sessions: Sessions, anna: Person, code: str) -> None:
    """Texts and taps of one person come through two queues of a webhook."""
    together(4, lambda _: Person(sessions, anna.chat).starts(code))
    assert left(sessions)["conversation"] == 1


def test_a_command_nobody_knows_gets_help(anna: Person, code: str) -> None:
    anna.agrees(code)
    assert "help" in said(anna.does(Command("dance")))
