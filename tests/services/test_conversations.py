"""A chat from the link to the receipt, as a bot meets it: stored once, and afterwards nothing of it is left."""

import pytest
from sqlalchemy import select

from surveyapp.engine.talks import CONSENT, REVIEW
from surveyapp.store.models import Conversation, Door, Draft, Inbox, Reminder
from surveyapp.store.sessions import Sessions
from tests.builders import count, open_wave
from tests.chats import CONSENTED, Person, place, said


@pytest.fixture
def code(sessions: Sessions) -> str:
    with sessions.begin() as session:
        return open_wave(session, CONSENTED).code


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
