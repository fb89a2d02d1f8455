"""R13: whoever settles a wave or makes its release is killed at any statement; another ends the work, and it is done once.

A batch of 24 takes three steps here.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from surveyapp.jobs import Worker
from surveyapp.services import frozen, jobs, moving, waves
from surveyapp.services.collectors import Collecting
from surveyapp.services.jobs import Kind
from surveyapp.services.settlements import Place
from surveyapp.store.jobs import Job
from surveyapp.store.models import Inbox, Participation, Settled, SettledText, SubmissionKey
from surveyapp.store.sessions import Sessions, make_sessions
from tests.builders import close_and_settle, count, gathered, inside, wave_of
from tests.conftest import Database

from . import ends
from .doomed import tear

PEOPLE = 24
AT_ONCE = 9
DELAYS = (0.0, 0.0, 0.001, 0.01)
"""Seconds after the beginning of a statement: at once for half of them, in the middle of a long one for others."""


def asked(database: Database, kind: Kind) -> Collecting:
    """A wave that is to be settled, or released, by the worker."""
    sessions = make_sessions(database.config())
    collecting = gathered(sessions, PEOPLE)
    if kind == "release":
        close_and_settle(sessions, collecting)
    with sessions.begin() as session:
        if kind == "settle":
            waves.close(session, wave_of(session, collecting))
        jobs.ask(session, collecting.org_id, kind, collecting.wave_id)
    sessions.dispose()
    return collecting


def worker(database: Database) -> Callable[[], None]:
    def work() -> None:
        sessions = make_sessions(database.config())
        Worker(Place(sessions, database.owner_url), "anna").work()
        sessions.dispose()

    return work


def look(sessions: Sessions, collecting: Collecting, kind: Kind, *, over: bool) -> None:
    """What is there is whole, whatever the moment; at the end everything is there, once."""
    with sessions.reading() as session:
        wave, settled = wave_of(session, collecting), count(session, Settled)
        assert settled + count(session, Inbox) == PEOPLE, "lost or doubled"
        assert settled in {0, PEOPLE} or (wave.settling and settled % AT_ONCE == 0), "half a step"
        assert set(inside(session).scalars(select(Settled.batch).distinct())) <= {1}
        texts = [
            *inside(session).scalars(select(SettledText.text)),
            *map(_words, inside(session).scalars(select(Inbox))),
        ]
        assert sorted(texts) == sorted(f"person {each}" for each in range(PEOPLE)), "texts lost or doubled"
        assert count(session, SubmissionKey) == count(session, Participation) == PEOPLE
        rewriting = jobs.pending(session, jobs.Key(wave.org_id, "rewrite", wave.id))
        assert wave.state == "closed" or not rewriting, "settled was said too early"
        made = frozen.releases_of(session, wave)
        assert len(made) <= 1
        for each in made:
            for name in frozen.files_of(session, each):
                assert b"".join(frozen.chunks(session, each, name)), "half a file"
        if over:
            assert wave.state == "settled"
            assert len(made) == (kind == "release")
            assert session.scalars(select(Job.state).where(Job.kind == kind)).one() == "done"


def _words(waiting: Inbox) -> str:
    return str(waiting.answers["words"])


def points(total: int, how_many: int, chance: random.Random) -> list[int]:
    """Statements at which to end, spread over all of them."""
    return [chance.randint(1 + part * total // how_many, (part + 1) * total // how_many) for part in range(how_many)]


def lived_through(make: Callable[[], Database], folder: Path, kind: Kind, how_many: int) -> int:
    """So many workers are killed, each at another statement, and followed by another; returns how many were."""
    chance, counted, killed = random.Random(how_many), folder / "statements", 0
    first = make()
    collecting = asked(first, kind)
    assert ends.run(worker(first), counted)
    for point in points(ends.statements(counted), how_many, chance):
        database = make()
        collecting = asked(database, kind)
        killed += not ends.run(worker(database), counted, point, chance.choice(DELAYS))
        sessions = make_sessions(database.config())
        look(sessions, collecting, kind, over=False)
        assert ends.run(worker(database), counted)
        look(sessions, collecting, kind, over=True)
        sessions.dispose()
    return killed


@pytest.fixture(autouse=True)
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", AT_ONCE)


@pytest.mark.parametrize(
    ("kind", "how_many"),
    [
        ("settle", 3),
        ("release", 1),
        pytest.param("settle", 50, marks=pytest.mark.soak),
        pytest.param("release", 50, marks=pytest.mark.soak),
    ],
)
def test_whoever_is_killed_is_followed_by_somebody_who_ends_the_work(
    databases: Callable[[], Database], tmp_path: Path, kind: Kind, how_many: int
) -> None:
    assert lived_through(databases, tmp_path, kind, how_many) > how_many // 2


def test_without_one_transaction_for_a_batch_half_of_one_is_found(
    databases: Callable[[], Database], tmp_path: Path
) -> None:
    """The control: every statement is kept by itself, and the process ends before the texts are written."""
    database = databases()
    collecting = asked(database, "settle")
    assert not ends.run(worker(database), tmp_path / "statements", "INSERT INTO settled_text", tear=tear)
    sessions = make_sessions(database.config())
    with pytest.raises(AssertionError):
        look(sessions, collecting, "settle", over=False)
    sessions.dispose()
