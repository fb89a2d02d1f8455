"""A chat on a page: begun on agreement, found by its token alone, stored as its own channel."""

import pytest
from sqlalchemy import select

from surveyapp.engine.flow import PRESET
from surveyapp.engine.prompt import Choice
from surveyapp.engine.talks import REVIEW, Command, Given, Kept
from surveyapp.services import collectors, handovers, responses, web_chats
from surveyapp.services.collectors import Collecting
from surveyapp.services.responses import Chosen
from surveyapp.services.web_chats import Answered
from surveyapp.store.models import Conversation, Door, Draft, Inbox, Participation
from surveyapp.store.sessions import Sessions
from tests.builders import count, draft_of, inside, open_wave, refused, respond, wave_of

NOW = 1_800_000_000.0


class Guest:
    """Somebody with the page open; every post is a transaction."""

    def __init__(self, sessions: Sessions, collecting: Collecting, token: str | None = None) -> None:
        self.sessions, self.collecting = sessions, collecting
        if token is None:
            with sessions.begin() as session:
                token = web_chats.open_chat(session, collecting, Chosen(language="lv"))
        self.token = token

    def standing(self) -> web_chats.Standing | None:
        with self.sessions.reading() as session:
            return web_chats.read_chat(session, self.collecting, self.token)

    def posts(self, event: object) -> Answered | None:
        with self.sessions.begin() as session:
            return web_chats.answer_chat(session, self.collecting, self.token, event)

    def gives(self, *values: str) -> Answered | None:
        standing = self.standing()
        assert standing is not None
        return self.posts(Given(standing.talk.nonce, standing.place, {standing.place: list(values)}))

    def taps(self, verb: str, item: str | None = None, option: int | None = None) -> Answered | None:
        standing = self.standing()
        assert standing is not None
        return self.posts(Choice(standing.talk.nonce, item, verb, option))


@pytest.fixture
def collecting(sessions: Sessions) -> Collecting:
    with sessions.begin() as session:
        return open_wave(session)


@pytest.fixture
def guest(sessions: Sessions, collecting: Collecting) -> Guest:
    return Guest(sessions, collecting)


def left(sessions: Sessions) -> tuple[int, ...]:
    with sessions.reading() as session:
        return tuple(count(session, row) for row in (Conversation, Draft, Door))


def fill(guest: Guest) -> None:
    for values in (["3"], ["help"], ["town"], ["Paldies!"]):
        assert guest.gives(*values)


def test_a_chat_stores_what_the_form_stores(sessions: Sessions, collecting: Collecting, guest: Guest) -> None:
    assert left(sessions) == (1, 1, 2)
    fill(guest)
    assert guest.standing().place == REVIEW
    ended = guest.taps("f")
    assert ended.ended == "submit"
    with sessions.begin() as session:
        assert web_chats.receipt(session, collecting, guest.token) == ended.receipt
        respond(session, collecting, {"how": ["3"], "what": ["help"], "where": ["town"], "words": ["Paldies!"]})
        chat, form = sorted(inside(session).scalars(select(Inbox)), key=lambda row: row.channel)
        assert (chat.channel, form.channel) == ("chat", "web")
        assert (chat.answers, chat.language, chat.variant) == (form.answers, form.language, form.variant)
        assert {row.channel for row in inside(session).scalars(select(Participation))} == {"chat", "web"}
    assert left(sessions) == (0, 0, 1)
    assert guest.standing() is None
    assert guest.posts(Command("help")) is None


def test_a_form_that_is_posted_twice_counts_once(guest: Guest) -> None:
    first = guest.standing()
    posted = Given(first.talk.nonce, "how", {"how": ["3"]})
    assert not guest.posts(posted).quiet
    again = guest.posts(posted)
    assert (again.quiet, again.note.code, again.standing.found.rev) == (True, "already_recorded", 1)


def test_what_can_not_be_read_stays_with_its_problem(guest: Guest) -> None:
    answered = guest.gives("7")
    assert answered.note.code == "not_offered"
    assert guest.standing().place == "how"
    assert guest.standing().answers["typed"] == {"how": {"how": ["7"]}}


def test_a_chat_can_begin_again_and_be_deleted(sessions: Sessions, guest: Guest) -> None:
    before = guest.standing()
    guest.gives("3")
    guest.taps("r")
    after = guest.standing()
    assert (after.place, set(after.answers)) == ("how", {PRESET})
    assert after.talk.nonce != before.talk.nonce
    assert guest.taps("k").note.code == "delete_sure"
    assert guest.taps("k", None, 1).ended == "erase"
    assert left(sessions) == (0, 0, 1)


def test_the_form_does_not_open_at_the_address_of_a_chat(
    sessions: Sessions, collecting: Collecting, guest: Guest
) -> None:
    """And a chat not at another collector's: there is one writer."""
    with sessions.begin() as session:
        assert responses.read_draft(session, collecting, guest.token) is None
        elsewhere = open_wave(session, name="town/2011")
        assert web_chats.read_chat(session, elsewhere, guest.token) is None
        assert web_chats.receipt(session, collecting, guest.token) is None


def test_a_chat_goes_on_as_a_form_and_the_form_as_a_chat(
    sessions: Sessions, collecting: Collecting, guest: Guest
) -> None:
    guest.gives("3")
    with sessions.begin(collecting.org_id) as session:
        code = web_chats.short_code(session, guest.standing(), guest.token)
    before = guest.standing()
    with sessions.begin(collecting.org_id) as session:
        web_chats.to_form(session, before, guest.token)
        draft = draft_of(session, collecting, guest.token)
        assert (draft.answers["how"], draft.answers[PRESET]["channel"], draft.code) == (3, "web", code)
        assert responses.resume(session, code) == (collecting.code, guest.token)
    assert left(sessions) == (0, 1, 2)
    assert guest.standing() is None
    assert guest.posts(Command("skip")) is None
    with sessions.begin(collecting.org_id) as session:
        web_chats.from_form(session, collecting, draft)
        assert responses.read_draft(session, collecting, guest.token) is None
        assert responses.resume(session, code) == (collecting.code, guest.token)
    assert left(sessions) == (1, 1, 3)
    assert guest.standing().place == "what"
    assert guest.standing().answers[PRESET]["channel"] == "chat"
    assert web_chats.draft_of(guest.standing(), guest.token).code == code


def test_what_was_entered_survives_another_button(guest: Guest) -> None:
    there = guest.standing()
    guest.posts(Kept(there.talk.nonce, "how", {"how": ["2"]}))
    guest.taps("l", None, 0)
    after = guest.standing()
    assert (after.place, after.answers["how"], after.talk.language, after.draft.language) == ("how", 2, "en", "en")


def test_a_chat_moves_to_another_device_by_a_code(sessions: Sessions, collecting: Collecting, guest: Guest) -> None:
    guest.gives("3")
    with sessions.begin() as session:
        code = handovers.offer(session, collecting.org_id, guest.standing().draft.token, handovers.PAGE, NOW)
    with sessions.begin() as session:
        moved = handovers.to_page(session, code, NOW + 60)
        assert handovers.to_page(session, code, NOW + 61) == moved
        assert draft_of(session, collecting, moved.token).answers["how"] == 3
    assert guest.standing() is None
    assert left(sessions) == (0, 1, 1)


def test_an_address_of_paper_stays_paper(collecting: Collecting) -> None:
    assert web_chats.as_chat(collecting.through("paper")).channel == "paper"
    assert web_chats.as_chat(collecting.through("telegram")).channel == "chat"


def test_a_chat_is_not_begun_where_nothing_is_open(sessions: Sessions, collecting: Collecting, guest: Guest) -> None:
    fill(guest)
    with sessions.begin() as session:
        wave_of(session, collecting).state = "closed"
        session.flush()
        closed = collectors.find(session, collecting.code, closed_too=True)
        refused("closed", web_chats.open_chat, session, closed, Chosen(language="lv"))
    with sessions.begin() as session:
        confirm = guest.standing()
        send = Choice(confirm.talk.nonce, None, "f", 1)
        refused("closed", web_chats.answer_chat, session, closed, guest.token, send)
    assert left(sessions) == (1, 1, 2)
