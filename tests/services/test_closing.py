"""A wave is closed at the very moment people begin, agree and send: who was told 'sent' counts, and nobody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.engine.prompt import Choice
from surveyapp.engine.talks import Given
from surveyapp.services import conversations, waves, web_chats
from surveyapp.services.chats import StartCode
from surveyapp.services.collectors import Collecting
from surveyapp.services.refusals import Refusal
from surveyapp.services.responses import Chosen
from surveyapp.store.models import Inbox, Participation, SettledText, WaveKey
from surveyapp.store.sessions import Sessions
from tests.builders import begin, count, inside, settle_at_once, wave_of
from tests.chats import HOME, NOTHING, NOW, Person, left, said

Sending = Callable[[], str | None]
"""Sends what somebody has answered; their words once they were told that it was received, else None."""


def closes(sessions: Sessions, collecting: Collecting) -> waves.Closed:
    return sessions.retrying(lambda session: waves.close(session, wave_of(session, collecting)))


def _starts(collecting: Collecting, anna: Person, session: Session) -> None:
    conversations.reply(session, HOME, anna.chat, StartCode(collecting.code), 1, NOW)


def _agrees(collecting: Collecting, anna: Person, session: Session) -> None:
    conversations.reply(session, HOME, anna.chat, anna.button("y"), 1, NOW)


def _opens_a_form(collecting: Collecting, anna: Person, session: Session) -> None:
    begin(session, collecting)


def _opens_a_chat(collecting: Collecting, anna: Person, session: Session) -> None:
    web_chats.open_chat(session, collecting, Chosen(language="lv"))


@pytest.mark.parametrize("begins", [_starts, _agrees, _opens_a_form, _opens_a_chat])
def test_closing_waits_for_whoever_is_beginning(
    sessions: Sessions, collecting: Collecting, anna: Person, begins: Callable[[Collecting, Person, Session], None]
) -> None:
    """Else what they begin is written after everything of the wave was deleted, and stays."""
    Person(sessions).starts(collecting.code)
    if begins is _agrees:
        anna.starts(collecting.code)
    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as session:
            begins(collecting, anna, session)
            closing = pool.submit(closes, sessions, collecting)
            assert wait([closing], 0.3).not_done
        assert closing.result().was_open
    assert left(sessions) == NOTHING
    assert said(anna.starts(collecting.code)) == {"closed"}


def sends_in_a_bot(sessions: Sessions, collecting: Collecting, number: int) -> Sending:
    person, words = Person(sessions), f"person {number}"
    send = person.button("f", reply=person.answers(collecting.code, words))

    def sending() -> str | None:
        reply = sessions.retrying(
            lambda session: conversations.reply(session, HOME, person.chat, send, number, person.now)
        )
        return words if "sent" in said(reply) else None

    return sending


def sends_on_a_page(sessions: Sessions, collecting: Collecting, number: int) -> Sending:
    """As a web chat and as a form, which send alike."""
    words = f"person {number}"
    with sessions.begin() as session:
        token = web_chats.open_chat(session, collecting, Chosen(language="lv"))
        nonce = web_chats.read_chat(session, collecting, token).talk.nonce
        for item, value in {"how": "3", "what": "help", "where": "town", "words": words}.items():
            web_chats.answer_chat(session, collecting, token, Given(nonce, item, {item: [value]}))

    def sending() -> str | None:
        send = Choice(nonce, None, "f", None)
        try:
            ended = sessions.retrying(lambda session: web_chats.answer_chat(session, collecting, token, send))
        except Refusal:
            return None
        return words if ended and ended.receipt else None

    return sending


def test_who_was_told_sent_is_settled_and_nobody_else(sessions: Sessions, collecting: Collecting) -> None:
    ways = (sends_in_a_bot, sends_on_a_page)
    *people, late, too_late = (ways[number % 2](sessions, collecting, number) for number in range(8))
    with ThreadPoolExecutor(len(people) + 1) as pool:
        sent = [pool.submit(each) for each in people[:2]]
        closing = pool.submit(closes, sessions, collecting)
        sent += [pool.submit(each) for each in people[2:]]
        assert closing.result().was_open
        assert late() is too_late() is None
        with sessions.begin() as session:
            settled = settle_at_once(session, wave_of(session, collecting))
        told = sorted(filter(None, (each.result() for each in sent)))
    with sessions.reading() as session:
        assert sorted(inside(session).scalars(select(SettledText.text))) == told
        assert settled.responses == len(told) == count(session, Participation)
        assert count(session, Inbox) == count(session, WaveKey) == 0
    assert left(sessions) == NOTHING
