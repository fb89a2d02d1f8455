"""R7: the disk is full. Nobody is told 'saved', the page keeps what was typed, and it goes on once there is room."""

import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveyapp.services import library, responses
from surveyapp.services.codes import digest
from surveyapp.services.responses import Submission
from surveyapp.store.models import Inbox
from surveyapp.store.sessions import Sessions, StoreUnavailable, make_sessions
from surveyapp.web import create_app
from tests.builders import inside, open_wave
from tests.serving import served

from .full_disks import SmallDisk, few_pages, small_memory
from .journals import Journal, compare
from .people import Fields, Person

WRITERS = 4
REFUSALS = 30
ENOUGH = 12


class Careful(Person):
    """Looks at the page of a refusal: is everything still there?"""

    def __init__(self, address: str, chance: random.Random, noticed: Callable[[], None]) -> None:
        super().__init__(address, chance)
        self._noticed = noticed

    def refused(self, where: str, page: str, body: str | None) -> None:
        kept = Fields(page).kept
        assert [pair for pair in parse_qsl(body or "") if pair not in kept] == []
        self._noticed()


@pytest.fixture(params=[pytest.param(small_memory, marks=pytest.mark.soak), few_pages])
def disk(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> Iterator[SmallDisk]:
    made: Callable[[Path, Path], AbstractContextManager[SmallDisk]] = request.param
    with made(tmp_path, migrated_file) as disk:
        yield disk


def whole(disk: SmallDisk) -> bool:
    with closing(sqlite3.connect(disk.database.folder / "survey.db")) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("people", [pytest.param(40, id="40"), pytest.param(300, id="300", marks=pytest.mark.soak)])
def test_a_full_disk_saves_nothing_falsely_and_recovers_by_itself(disk: SmallDisk, people: int, tmp_path: Path) -> None:
    app = create_app(disk.database.config())
    sessions: Sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        code = open_wave(session, library.load("client_satisfaction_10")).code
    disk.limit(sessions.writing_engine)
    journal, refusals, counting = Journal(tmp_path / "journal"), 0, threading.Lock()

    def noticed() -> None:
        """After some refusals somebody looks whether the database is whole, and makes room."""
        nonlocal refusals
        with counting:
            refusals += 1
            if refusals == REFUSALS:
                assert whole(disk)
                disk.enlarge()

    def answering(person: int) -> None:
        with Careful(address, random.Random(person), noticed) as somebody:
            journal.write(somebody.respond(code))

    with served(app) as address, ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(answering, range(people)))
    journal.close()
    with sessions.reading() as session:
        result = compare(journal, session)
    sessions.dispose()
    assert refusals >= REFUSALS, "the disk was never full: this shows nothing"
    assert result == {"acknowledged": people, "receipts given twice": 0, "lost": 0, "doubled": 0, "torn": 0}
    assert whole(disk)


def lost_of(sessions: Sessions) -> tuple[int, int]:
    """Of submissions to a disk that becomes full: how many were refused, and how many that were called saved are not."""
    with sessions.begin() as session:
        collecting = open_wave(session)
    told, refused = [], 0
    for number in range(250):
        one = Submission(key=number.to_bytes(16), answers={"how": 1, "words": "Paldies! " * 100}, language="lv")
        try:
            accepted = sessions.retrying(lambda session, one=one: responses.accept_submission(session, collecting, one))
            told.append(digest(accepted.receipt))
        except StoreUnavailable:
            refused += 1
            if refused == ENOUGH:
                break
    with sessions.reading() as session:
        stored = set(inside(session).scalars(select(Inbox.receipt_hash)))
    return refused, len(set(told) - stored)


@pytest.fixture
def small(tmp_path: Path, migrated_file: Path) -> Iterator[Sessions]:
    with small_memory(tmp_path, migrated_file) as disk:
        sessions = make_sessions(disk.database.config())
        yield sessions
        sessions.dispose()


def test_what_a_full_disk_did_not_take_is_refused(small: Sessions) -> None:
    refused, lost = lost_of(small)
    assert refused == ENOUGH
    assert lost == 0


def test_answered_before_the_commit_a_full_disk_loses_what_was_called_saved(
    small: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the reply doesn't wait for what becomes of COMMIT."""

    @contextmanager
    def hasty(self: Sessions, org_id: UUID | None = None) -> Iterator[Session]:
        with self._write() as session:
            yield session
            with suppress(DBAPIError):
                session.commit()

    monkeypatch.setattr(Sessions, "begin", hasty)
    _, lost = lost_of(small)
    assert lost > 10
