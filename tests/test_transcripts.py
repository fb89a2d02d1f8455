"""Golden transcripts, replayed: the same words give the same conversation, and every channel stores the same answers."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from surveyapp.engine.answers import read
from surveyapp.playing import replayed
from surveyapp.prompts_in_words import words
from surveyapp.services.chats import Chat
from surveyapp.store.responses import Inbox
from surveyapp.store.sessions import Sessions
from surveyapp.web.respond.entered import entered
from tests.builders import inside, open_wave
from tests.chats import BOT, Person, buttons
from tests.golden import TRANSCRIPTS, Transcript
from tests.page_forms import Question
from tests.pages import Pages
from tests.test_interviews import app_of

__all__ = ("app_of",)

every_transcript = pytest.mark.parametrize("made", TRANSCRIPTS, ids=str)
stored_transcript = pytest.mark.parametrize(
    "made",
    [
        pytest.param(made, id=str(made), marks=[pytest.mark.soak] if made.is_long and made.language != "lv" else [])
        for made in TRANSCRIPTS
    ],
)
"""Of a long questionnaire one language takes every channel; the others wait for the long run."""


@every_transcript
def test_the_same_words_give_the_same_conversation(made: Transcript) -> None:
    _, transcript = replayed(made.q, made.language, made.variant, made.typed)
    assert transcript == made.file.read_text("utf-8"), "write it anew with: python -m tests.golden"


@every_transcript
def test_the_stored_answers_are_possible_ones(made: Transcript) -> None:
    for item_id, value in made.stored.items():
        item = made.q.by_id[item_id]
        if value != {"missing": "skipped"}:
            assert read(made.q, item, entered(item, {item_id: value}, made.language)) == value


@stored_transcript
@pytest.mark.parametrize("channel", ["web", "chat"])
def test_pages_store_what_the_conversation_does(
    sessions: Sessions, app_of: Callable[[], Pages], made: Transcript, channel: str
) -> None:
    with sessions.begin() as session:
        code = open_wave(session, made.q).code
    pages = app_of()
    pages.language = made.language
    address = "r" if channel == "web" else "chat"
    pages.get(f"/{address}/{code}?lang={made.language}&easy={int(made.variant == 'easy')}")
    pages.interview(answering(made))
    with sessions.reading() as session:
        wanted = select(Inbox.answers, Inbox.channel, Inbox.language, Inbox.variant)
        stored = inside(session).execute(wanted).all()
    assert stored == [(made.stored, channel, made.language, made.variant)]


def answering(made: Transcript) -> Callable[[Question], Sequence[str]]:
    """What somebody enters on a page who means the answers of a transcript."""

    def answer(question: Question) -> Sequence[str]:
        if any(value == "agree" for value, _ in question.choices):
            return ("agree",)
        item = made.q.by_id[question.name.partition("__")[0]]
        fields: dict[str, Any] = dict(entered(item, {item.id: made.stored.get(item.id)}, made.language))
        values = [value for value in fields.get(question.name, ()) if value]
        if question.choices:
            offered = [value for value, _ in question.choices]
            return [value for value in values if value in offered]
        return [value for value in values if not value.startswith("missing:")][:1]

    return answer


@stored_transcript
def test_telegram_stores_what_the_conversation_does(sessions: Sessions, made: Transcript) -> None:
    with sessions.begin() as session:
        code = open_wave(session, made.q).code
    person = Person(sessions, Chat(BOT, 5_123_456_789, made.language))
    person.starts(code)
    if made.variant == "easy":
        person.taps("e", 1)
    for line in made.typed:
        says(person, line)
    with sessions.reading() as session:
        stored = inside(session).execute(select(Inbox.answers, Inbox.channel, Inbox.language, Inbox.variant)).all()
    assert stored == [(made.stored, "telegram", made.language, made.variant)]


def says(person: Person, line: str) -> None:
    """Type a line of a transcript, or tap the button in brackets."""
    if line.startswith("["):
        reply = person.last
        assert reply.voice
        labels = {words(button.label, reply.q, reply.voice): button.choice for button in buttons(reply)}
        choice = labels[line[1:-1]]
        assert choice
        person.does(choice)
    elif line.startswith("/"):
        person.commands(*line[1:].split(" ", 1))
    else:
        person.types(line)
