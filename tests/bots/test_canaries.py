"""Whatever somebody writes, wherever they put it: no log of the bot or of the web application holds a word of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from surveyapp.store.sessions import Sessions
from tests.builders import open_wave
from tests.chats import CONSENTED
from tests.conftest import Database

from .errors import ApiError
from .processes import Answering, bot_on, hooked, until
from .serving import Served

CANARY = "canary7f3a"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def sings_everywhere(served: Served, code: str) -> Answering:
    """Put the word into every field that Telegram brings along, readable or not."""
    canary = Answering(served, code, first_name=CANARY)
    hand = canary.hand
    hand.write(f"/start {CANARY}")
    canary.agrees()
    question = hand.newest()
    for data in (CANARY, f"{CANARY}|how|=|1", f"00000000|{CANARY}|=|1"):
        hand.tap(question, data)
    for words in (CANARY * 400, f"/{CANARY}", f"/delete {CANARY}", f"/change {CANARY}", f"\x00{CANARY}"):
        sent = hand.write(words)
    hand.edit(sent, f"{CANARY} again")
    hand.send("contact")
    odd: tuple[dict[str, Any], ...] = (
        {"message_id": CANARY, "chat": CANARY, "text": CANARY},
        {"message_id": 1, "date": 0, "chat": {"id": CANARY, "type": "private"}, "from": {"id": CANARY}, "text": CANARY},
    )
    for body in odd:
        served.do(served.telegram.updates.add, "message", body, (canary.id, "texts"))
    served.phone(group=-100_200_300, first_name=CANARY).invite()
    return canary


@contextmanager
def polling(database: Database, served: Served) -> Iterator[None]:
    with bot_on(database, served):
        yield


@ON_SQLITE
@pytest.mark.parametrize("way", [polling, hooked])
def test_no_log_repeats_what_people_write(
    database: Database, sessions: Sessions, served: Served, way: Callable[..., Any]
) -> None:
    with sessions.begin() as session:
        code = open_wave(session, CONSENTED).code
    with way(database, served):
        canary = sings_everywhere(served, code)
        until(lambda: said(database).count("can't be read") == 2)
        served.do(served.telegram.faults.plan, "sendMessage", ApiError(400, "Bad Request: can't parse entities"))
        canary.hand.write(CANARY)
        until(lambda: "was refused" in said(database))
        Answering(served, code, first_name=CANARY).finishes(f"I live with {CANARY}")
    wanted = (CANARY, str(canary.id), served.token, code)
    assert [word for word in wanted if word in said(database)] == []


def said(database: Database) -> str:
    """All that any process has logged."""
    return "".join(file.read_text("utf-8") for file in database.folder.glob("*.log"))
