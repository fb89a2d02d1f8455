"""Settling in steps: no transaction is long, others have their turn between them, and a batch is one whoever ends it."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from surveyapp.services import batches as releases
from surveyapp.services import jobs, moving, settlements, waves
from surveyapp.services.jobs import Key
from surveyapp.services.settlements import Place
from surveyapp.store.models import Inbox, Settled, SettledText
from surveyapp.store.sessions import PRAGMAS, Sessions, make_sessions
from surveyapp.store.waves import Wave
from tests.builders import count, gathered, inside, open_wave, refused, respond, wave_of
from tests.conftest import Database


def place(database: Database, sessions: Sessions) -> Place:
    return Place(sessions, database.owner_url)


class CutShort(Exception):
    """The process ends between two steps."""


def cut_after(steps: int) -> Callable[[int, int], None]:
    told = []

    def progress(done: int, of: int) -> None:
        told.append(done)
        if len(told) == steps:
            raise CutShort

    return progress


def batches(session: Session) -> dict[int, int]:
    """Number of each batch, and how many responses it has."""
    of_batch = select(Settled.batch, func.count()).group_by(Settled.batch)
    return {row[0]: row[1] for row in inside(session).execute(of_batch)}


def test_a_batch_that_is_cut_short_is_no_batch_yet_and_is_ended_by_whoever_comes_next(
    database: Database, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 10)
    collecting = gathered(sessions, 45)

    def find(session: Session) -> Wave:
        return wave_of(session, collecting)

    with pytest.raises(CutShort):
        settlements.settle(place(database, sessions), find, progress=cut_after(3))
    with sessions.reading() as session:
        wave = find(session)
        assert (count(session, Inbox), count(session, Settled), count(session, SettledText)) == (15, 30, 30)
        refused("not_settled", releases.waiting, session, wave)
        assert jobs.pending(session, Key(wave.org_id, "rewrite", wave.id))
    settlements.rewrite(place(database, sessions), find)
    with sessions.reading() as session:
        assert batches(session) == {1: 45}
        assert (count(session, Inbox), count(session, SettledText), find(session).state) == (0, 45, "settled")
        assert releases.waiting(session, find(session)).people == 45


def test_a_part_of_a_long_wave_that_is_cut_short_is_a_batch_and_the_rest_another(
    database: Database, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 20)
    collecting = gathered(sessions, 90)

    def find(session: Session) -> Wave:
        return wave_of(session, collecting)

    with sessions.begin() as session:
        find(session).offers_withdrawal = False
    with pytest.raises(CutShort):
        settlements.settle(place(database, sessions), find, keep_open=True, progress=cut_after(2))
    with sessions.begin() as session:
        refused("not_settled", releases.waiting, session, find(session))
        refused("busy", moving.begin, session, find(session), keep_open=True)
    settlements.settle(place(database, sessions), find, keep_open=True)
    with sessions.reading() as session:
        assert batches(session) == {1: 40, 2: 30}
        assert (waves.waiting(session, find(session)), find(session).state) == (20, "open")


def test_a_batch_that_somebody_else_has_ended_gets_nothing_more(sessions: Sessions) -> None:
    collecting = gathered(sessions, 45)
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.offers_withdrawal = False
        session.flush()
        chosen = moving.begin(session, wave, keep_open=True)
        assert moving.step(session, wave, chosen[:20]) == (1, 20, 20)
        moving.end(session, wave)
        assert moving.step(session, wave, chosen[20:]) == moving.NONE
        assert batches(session) == {1: 20}


def test_files_of_a_batch_that_goes_on_are_not_called_rewritten(sessions: Sessions) -> None:
    collecting = gathered(sessions, 5)
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        waves.close(session, wave)
        moving.step(session, wave, moving.begin(session, wave)[:3])
        key = Key(wave.org_id, "rewrite", wave.id)
        moving.finish(session, wave, jobs.pending(session, key))
        assert (wave.state, bool(jobs.pending(session, key))) == ("closed", True)


def moved(database: Database, people: int, monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], list[float]]:
    """How many responses each transaction of a settling has moved, and the pauses between them."""
    sessions, each, pauses = make_sessions(database.config()), [0], []
    collecting = gathered(sessions, people)

    @event.listens_for(sessions.writing_engine, "before_cursor_execute")
    def insert(connection: object, cursor: object, statement: str, values: Sequence[object], *_: object) -> None:
        if statement.startswith("INSERT INTO settled "):
            each[-1] += len(values) if isinstance(values, list) else 1

    @event.listens_for(sessions.writing_engine, "commit")
    def commit(connection: object) -> None:
        each.append(0)

    monkeypatch.setattr(settlements.time, "sleep", pauses.append)
    settlements.settle(place(database, sessions), lambda session: wave_of(session, collecting))
    sessions.dispose()
    return [number for number in each if number], pauses


def test_no_transaction_moves_more_however_many_there_are(
    databases: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 30)
    (few, one), (many, ten) = (moved(databases(), people, monkeypatch) for people in (30, 300))
    assert (max(few), max(many)) == (30, 30)
    assert (len(few), len(many)) == (1, 10)
    assert (len(one), len(ten)) in {(0, 9), (0, 0)}, "on SQLite others have their turn between steps"


def test_others_write_between_two_steps(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who won't wait at all is let in after each step, while the batch goes on."""
    monkeypatch.setattr(moving, "AT_ONCE", 10)
    monkeypatch.setitem(PRAGMAS, "busy_timeout", "0")
    sessions, impatient = (make_sessions(sqlite_database.config()) for _ in range(2))
    collecting, sent = gathered(sessions, 30), []

    def other(done: int, of: int) -> None:
        with impatient.begin() as session:
            elsewhere = open_wave(session, name=f"village/{2010 + done}")
            sent.append(respond(session, elsewhere).outcome)

    settlements.settle(place(sqlite_database, sessions), lambda session: wave_of(session, collecting), progress=other)
    assert sent == ["created"] * 3
    impatient.dispose()
    sessions.dispose()
