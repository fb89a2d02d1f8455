"""People answer by webhook while workers of the web application are killed, and their answers get lost on the way."""

import random
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from surveyapp.engine.definition import Questionnaire
from surveyapp.store.bots import Seen
from surveyapp.store.responses import Inbox
from surveyapp.store.sessions import Sessions
from tests.builders import inside, open_wave
from tests.chats import CONSENTED
from tests.conftest import Database
from tests.faults.servers import Server, gunicorn

from .crowds import Report, crowd
from .kill_runs import Moment, Run
from .people import Manner
from .processes import bot_on, environ_of
from .serving import Served, bot_api
from .test_people import ALL_FAULTS, Q

SECRET_TOKEN = "a-secret_that-telegram-brings-along"
MOMENTS = (
    Moment(),
    Moment("sendMessage", "received"),
    Moment("update", "made", "|f|", 0.1),
    Moment("sendMessage", "done"),
)


class Workers:
    """The web application's workers, killed one at a time; its master makes new ones."""

    running = True

    def __init__(self, server: Server, chance: random.Random) -> None:
        self._server, self._chance = server, chance
        self._killed = 0

    def start(self) -> None:
        """The master has done so."""
        self._killed = 0

    def kill(self) -> None:
        self._killed += self._server.kill_one(self._chance)

    def wait_dead(self, seconds: float) -> bool:
        last = time.monotonic() + seconds
        while not self._killed and time.monotonic() < last:
            time.sleep(0.02)
        return self._killed > 0

    def stop(self) -> int:
        return 0


@pytest.fixture
def served() -> Iterator[Served]:
    """Telegram, that tries again after a twentieth of the time."""
    with bot_api(hook_factor=0.05) as running:
        yield running


@contextmanager
def hooked(database: Database, served: Served) -> Iterator[Server]:
    """The web application with a webhook of which Telegram knows."""
    environ = environ_of(database, served, TELEGRAM_WEBHOOK_SECRET=SECRET_TOKEN)
    names = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_WEBHOOK_SECRET")
    with gunicorn(database, **{name: environ[name] for name in names}) as server:
        settings = {"PUBLIC_URL": server.address, "TELEGRAM_WEBHOOK_SECRET": SECRET_TOKEN}
        with bot_on(database, served, **settings):
            served.until(lambda: bool(served.telegram.hook.url), 40)
            yield server


def killed(
    database: Database, sessions: Sessions, served: Served, q: Questionnaire, people: dict[str, Any], **run: Any
) -> Report:
    """Let people talk to the web application while its workers are killed."""
    with sessions.begin() as session:
        code = open_wave(session, q).code

    def stored() -> Iterable[dict[str, Any]]:
        with sessions.reading() as session:
            return list(inside(session).scalars(select(Inbox.answers)))

    def applied() -> Iterable[int]:
        with sessions.reading() as session:
            return list(session.scalars(select(Seen.update_id)))

    with hooked(database, served) as server:
        served.telegram.faults.set(ALL_FAULTS)
        gathered = served.do(crowd, served.telegram, q, code, **people)
        workers = Workers(server, random.Random(0))
        return Run(served, gathered, workers, stored, applied, moments=MOMENTS, **run).go()


@pytest.mark.soak
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_killed_workers_and_lost_answers_cost_nothing(database: Database, sessions: Sessions, served: Served) -> None:
    manner = Manner((0.2, 0.5), patience=5, in_order=False)
    people = {"count": 4, "seed": 11, "manner": manner, "habits": {"double", "typing", "old"}}
    report = killed(database, sessions, served, CONSENTED, people, kills=1, seconds=240)
    assert report.clean, report.told()
    assert report.kills == 1
    assert served.telegram.hook.most_at_once == 1
    assert served.telegram.hook.retried


@pytest.mark.soak
def test_60_people_and_five_kills(database: Database, sessions: Sessions, served: Served) -> None:
    people = {"count": 60, "seed": 12, "at_once": 10, "manner": Manner((0.5, 1.5), patience=8, in_order=False)}
    report = killed(database, sessions, served, Q, people, kills=5, seconds=1500)
    assert report.clean, report.told()
    assert report.kills == 5
