"""Whatever people do, in whatever order and however often it arrives: nothing breaks, and the store stays in order."""

import random
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from surveyapp.engine.talks import Blocked, Edited, Media
from surveyapp.services import handovers
from surveyapp.store.models import Conversation, Door, Draft, Inbox, Participation, SubmissionKey
from surveyapp.store.sessions import Sessions
from tests.builders import count, inside, open_wave
from tests.chats import CONSENTED, Person, buttons, said, values_of

WORDS = (
    "3",
    "labi",
    "1, 2",
    "Izlaist",
    "atpakaļ",
    "jā",
    "nē",
    "Paldies!",
    "/start",
    "stop",
    "",
    "🙂",
    "\x00",
    "x" * 5000,
)
COMMANDS = ("skip", "back", "done", "send", "keep", "change", "stop", "delete", "language", "simple", "web", "help")


def something(chance: random.Random, person: Person, codes: Sequence[str]) -> None:
    """One thing somebody might do; taps on old buttons and repeated deliveries are likely."""
    old = [button.choice for reply in person.seen for button in buttons(reply) if button.choice]
    recent = [button.choice for button in buttons(person.last) if button.choice]
    onward = [choice for choice in recent if choice.verb in "y=df"] or recent
    what = chance.random()
    if what < 0.4 and recent:
        person.does(chance.choice(onward if what < 0.3 else recent))
    elif what < 0.5 and old:
        person.does(chance.choice(old))
    elif what < 0.65:
        person.types(chance.choice(WORDS))
    elif what < 0.75:
        told = person.commands(chance.choice(COMMANDS), chance.choice(("", "jā", "2")))
        if "handover" in said(told) and chance.random() < 0.3:
            with person.sessions.begin() as session:
                handovers.to_page(session, str(values_of(told, "handover")["code"]), person.now)
    elif what < 0.87 and person.updates:
        person.does(*chance.choice(person.updates))
    elif what < 0.98:
        person.starts(chance.choice((*codes, *codes, "", "r_23456789", "22222222")))
    else:
        person.does(chance.choice((Blocked(), Edited(), Media())))
    person.seen = [*person.seen, person.last][-6:]


def check(sessions: Sessions) -> None:
    """Each conversation has its door, each draft of a chat its conversation, each response its mark and its key."""
    with sessions.reading() as session:
        doors = session.scalars(select(Door.object_id).filter_by(purpose="conversation")).all()
        there = inside(session).execute(select(Conversation.id, Conversation.draft_id, Conversation.talk)).all()
        assert sorted(doors) == sorted(row.id for row in there)
        assert all((row.draft_id is not None) == (row.talk.get("phase") == "asking") for row in there)
        finished = session.scalars(select(func.count()).select_from(Participation).filter_by(outcome="finished")).one()
        assert count(session, Inbox) == count(session, SubmissionKey) == finished
        moved = count(session, Draft) - sum(row.draft_id is not None for row in there)
        assert moved >= 0


@pytest.mark.parametrize("seed", range(2))
def test_nothing_people_do_breaks_anything(sessions: Sessions, seed: int) -> None:
    chance = random.Random(seed)
    with sessions.begin() as session:
        codes = [open_wave(session, CONSENTED, f"town/{year}").code for year in (2010, 2011)]
    people = [Person(sessions, pace=3600) for _ in range(4)]
    for _ in range(40):
        for person in people:
            something(chance, person, codes)
        check(sessions)
    with sessions.reading() as session:
        assert count(session, Inbox) <= len(people) * len(codes)
        assert count(session, Inbox) > 0
