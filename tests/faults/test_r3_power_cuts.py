"""R3: the power is cut at any write or sync. What anybody was told is saved is there when the lights come back."""

import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import apsw
import pytest
from sqlalchemy import Engine, event, select

from surveyapp.services import keeping, responses
from surveyapp.services.codes import digest
from surveyapp.services.collectors import Collecting
from surveyapp.store.base import Base
from surveyapp.store.models import Inbox, Participation, SubmissionKey
from surveyapp.store.sessions import Sessions, make_sessions
from tests.builders import answer, begin, count, draft_of, inside, open_wave
from tests.conftest import Database

from .drivers import engine_on
from .power import Disk, PowerCut

TIDIED_EVERY = 25
LONGEST = 400
"""Writes and syncs until the light goes out, at most: some forty answers."""


@dataclass
class Town:
    """Everybody who answers: the receipts they were given, and whoever was in the middle of it."""

    chance: random.Random
    told: dict[bytes, tuple[Any, ...]] = field(default_factory=dict)
    under_way: str | None = None
    lost: list[int] = field(default_factory=list)
    stored: dict[str, int] = field(default_factory=dict)

    def answer_until_dark(self, sessions: Sessions, collecting: Collecting) -> None:
        """One after the other, each step a transaction as on the form; now and then the files are tidied."""
        while True:
            with sessions.begin() as session:
                token = begin(session, collecting)
            raw = {"how": [str(self.chance.randint(1, 3))], "words": ["Paldies! " * self.chance.randint(1, 60)]}
            with sessions.begin() as session:
                answer(session, collecting, token, raw)
            self.under_way = token
            self.send(sessions, collecting, token)
            if self.chance.randrange(TIDIED_EVERY) == 0:
                keeping.clean_up(sessions.writing_engine)

    def send(self, sessions: Sessions, collecting: Collecting, token: str) -> None:
        with sessions.begin() as session:
            draft = draft_of(session, collecting, token)
        accepted = sessions.retrying(lambda session: responses.send(session, collecting, draft))
        self.told[digest(accepted.receipt)] = written(draft.answers)
        self.under_way = None

    def come_back(self, sessions: Sessions, collecting: Collecting) -> None:
        """The lights are on: everybody looks for their answers, and whoever was interrupted goes on."""
        with sessions.reading() as session:
            stored = {row.receipt_hash: written(row.answers) for row in inside(session).scalars(select(Inbox))}
        missing = self.told.keys() - stored.keys()
        self.lost.append(len(missing))
        for each in missing:
            del self.told[each]
        assert all(stored[receipt] == answers for receipt, answers in self.told.items())
        if self.under_way is not None:
            self._go_on(sessions, collecting, self.under_way)

    def _go_on(self, sessions: Sessions, collecting: Collecting, token: str) -> None:
        """Send what was kept, or see the receipt of what had arrived after all; it is lost if it is neither."""
        with sessions.begin() as session:
            kept = responses.read_draft(session, collecting, token, to_change=True)
            sent = responses.receipt(session, collecting, token)
        if kept and "how" in kept.answers:
            self.send(sessions, collecting, token)
        elif sent:
            with sessions.reading() as session:
                arrived = inside(session).scalars(select(Inbox.answers).filter_by(receipt_hash=digest(sent))).one()
            self.told[digest(sent)] = written(arrived)
        else:
            self.lost[-1] += 1
        self.under_way = None


def written(answers: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a person chose and wrote."""
    return answers["how"], answers["words"]


def examine(engine: Engine) -> None:
    """The file is whole and no row points nowhere."""
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []


def live_through(
    database: Database, collecting: Collecting, cuts: int, change: Callable[[Engine], None] = lambda engine: None
) -> Town:
    """So many evenings that end in a power cut; the next begins with what that left on the disk, the last has light."""
    chance, folder = random.Random(cuts), database.folder
    town = Town(chance)
    for evening in range(cuts + 1):
        disk = Disk(folder, chance, chance.randrange(1, LONGEST) if evening < cuts else sys.maxsize)
        engine = engine_on(disk, folder / "survey.db")
        change(engine)
        sessions = Sessions(engine, engine)
        try:
            examine(engine)
            town.come_back(sessions, collecting)
            if evening < cuts:
                town.answer_until_dark(sessions, collecting)
            town.stored = {row.__name__: rows(sessions, row) for row in (Inbox, SubmissionKey, Participation)}
        except PowerCut:
            folder = disk.leave(database.folder / str(evening))
        finally:
            sessions.dispose()
            apsw.unregister_vfs(disk.name)
    return town


def rows(sessions: Sessions, row: type[Base]) -> int:
    with sessions.reading() as session:
        return count(session, row)


@pytest.fixture
def collecting(sqlite_database: Database) -> Collecting:
    """A wave opened before the evenings begin."""
    sessions = make_sessions(sqlite_database.config())
    with sessions.begin() as session:
        opened = open_wave(session)
    sessions.dispose()
    return opened


@pytest.mark.parametrize("cuts", [pytest.param(100, id="100"), pytest.param(600, id="600", marks=pytest.mark.soak)])
def test_power_cuts_lose_and_double_nothing(sqlite_database: Database, collecting: Collecting, cuts: int) -> None:
    town = live_through(sqlite_database, collecting, cuts)
    assert len(town.told) > 3 * cuts
    assert sum(town.lost) == 0, town.lost
    assert set(town.stored.values()) == {len(town.told)}, town.stored


def test_without_a_sync_at_each_commit_power_cuts_lose_what_was_called_saved(
    sqlite_database: Database, collecting: Collecting
) -> None:
    """The control: the same evenings with synchronous=NORMAL, which leaves the syncing to the next checkpoint."""

    def less_sure(engine: Engine) -> None:
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=NORMAL"))

    town = live_through(sqlite_database, collecting, 40, less_sure)
    assert sum(map(bool, town.lost)) > 20, town.lost
