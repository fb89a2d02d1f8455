"""People answer while the bot is killed at the moments that matter: nothing is lost, wrong, missing or there twice."""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import select

from surveyapp.store.bots import Seen
from surveyapp.store.conversations import Conversation
from surveyapp.store.drafts import Draft
from surveyapp.store.responses import Inbox
from surveyapp.store.sessions import Sessions
from tests.builders import count, inside, open_wave
from tests.conftest import Database

from .crowds import Report, crowd
from .kill_runs import BotProcess, Moment, Run
from .people import Manner
from .processes import MODULE, environ_of
from .serving import Served
from .test_people import ALL_FAULTS, Q

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def killed(database: Database, sessions: Sessions, served: Served, people: dict[str, Any], **run: Any) -> Report:
    """Let people talk to the product's own process while it is killed."""
    with sessions.begin() as session:
        code = open_wave(session, Q).code

    def stored() -> Iterable[dict[str, Any]]:
        with sessions.reading() as session:
            return list(inside(session).scalars(select(Inbox.answers)))

    def applied() -> Iterable[int]:
        with sessions.reading() as session:
            return list(session.scalars(select(Seen.update_id)))

    bot = BotProcess(MODULE, environ_of(database, served), database.folder / "bot.log")
    gathered = served.do(crowd, served.telegram, Q, code, **people)
    report = Run(served, gathered, bot, stored, applied, **run).go()
    assert served.token.partition(":")[2] not in bot._log.read_text("utf-8")
    assert " ERROR " not in bot._log.read_text("utf-8")
    return report


def nothing_is_left(sessions: Sessions, report: Report) -> None:
    """Who has finished or left for good has no conversation any more."""
    with sessions.reading() as session:
        assert count(session, Conversation) <= report.left
        assert count(session, Draft) <= report.left


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True)
def test_kills_and_faults_cost_nothing(database: Database, sessions: Sessions, served: Served) -> None:
    served.telegram.faults.set(ALL_FAULTS)
    people = {"count": 8, "seed": 7, "manner": Manner(patience=4)}
    report = killed(database, sessions, served, people, kills=2, seconds=240)
    assert report.clean, report.told()
    assert report.kills == 2
    nothing_is_left(sessions, report)


@pytest.mark.soak
def test_150_people_and_ten_kills(database: Database, sessions: Sessions, served: Served) -> None:
    people = {"count": 150, "seed": 1, "manner": Manner(patience=5)}
    report = killed(database, sessions, served, people, kills=10, seconds=900)
    assert report.clean, report.told()
    assert report.kills == 10
    nothing_is_left(sessions, report)


@pytest.mark.soak
def test_100_people_six_kills_and_every_fault(database: Database, sessions: Sessions, served: Served) -> None:
    served.telegram.faults.set(ALL_FAULTS)
    people = {"count": 100, "seed": 2, "manner": Manner(patience=5)}
    report = killed(database, sessions, served, people, kills=6, seconds=900)
    assert report.clean, report.told()
    assert report.kills == 6
    nothing_is_left(sessions, report)


STEPS = tuple(
    Moment(method, when)
    for method in ("editMessageText", "getUpdates", "answerCallbackQuery", "sendMessage")
    for when in ("received", "done")
)
"""Noted and not confirmed; fetched and not kept; kept and not acknowledged; acknowledged and not replied; sent and not noted."""


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True)
def test_r11_killed_between_every_two_steps(database: Database, sessions: Sessions, served: Served) -> None:
    """The bot's half of R11."""
    people = {"count": 3, "seed": 4, "manner": Manner((0.3, 0.8), patience=5)}
    report = killed(database, sessions, served, people, kills=len(STEPS), moments=STEPS, share=0.7)
    assert report.clean, report.told()
    assert report.moments == [f"{step.method} {step.when}" for step in STEPS]
    nothing_is_left(sessions, report)
