"""An export takes ten times the work for ten times the rows, and no more memory. Counted, not timed."""

import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import event, insert

from surveyapp.services import releases
from surveyapp.services.collectors import Collecting
from surveyapp.store.inserts import table_of
from surveyapp.store.responses import Settled
from surveyapp.store.sessions import Sessions
from tests.builders import open_wave, wave_of

FEW, MANY = 1500, 15_000


@pytest.fixture
def waves(sessions: Sessions) -> dict[int, Collecting]:
    """Two settled waves, one with ten times the responses of the other."""
    made = {}
    for people in (FEW, MANY):
        with sessions.begin() as session:
            collecting = made[people] = open_wave(session, name=f"town_{people}/2010")
            wave = wave_of(session, collecting)
            wave.state = "settled"
            shared = {"org_id": wave.org_id, "wave_id": wave.id, "batch": 1, "period": "2010", "version": wave.version}
            rows = [
                shared | {"id": uuid4(), "columns": {}, "answers": {"how": 1 + number % 3, "what": ["help"]}}
                for number in range(people)
            ]
            session.connection().execute(insert(table_of(Settled)), rows)
    return made


@pytest.fixture
def export(sessions: Sessions, waves: dict[int, Collecting], tmp_path: Path) -> Callable[[int], None]:
    """Write the file of the wave with so many responses."""

    def write(people: int) -> None:
        with sessions.reading() as session:
            done = releases.write(session, wave_of(session, waves[people]), tmp_path / f"{people}.csv")
        assert done.responses == people

    for people in (FEW, MANY):
        write(people)  # what is made once isn't counted below
    return write


def test_ten_times_the_rows_take_no_more_memory(export: Callable[[int], None]) -> None:
    peaks = {}
    for people in (FEW, MANY):
        tracemalloc.start()
        export(people)
        peaks[people] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peaks[MANY] - peaks[FEW] < 500_000, "the rows themselves would be ten times that"


def test_ten_times_the_rows_take_as_many_statements(sessions: Sessions, export: Callable[[int], None]) -> None:
    statements: list[str] = []
    event.listen(sessions.reading_engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    asked = {}
    for people in (FEW, MANY):
        statements.clear()
        export(people)
        asked[people] = len(statements)
    assert asked[MANY] == asked[FEW] <= 8


def test_ten_times_the_rows_take_ten_times_the_work(export: Callable[[int], None]) -> None:
    calls = {}
    for people in (FEW, MANY):
        made = [0]

        def count(*_: object, made: list[int] = made) -> None:
            made[0] += 1

        sys.setprofile(count)
        export(people)
        sys.setprofile(None)
        calls[people] = made[0]
    assert 5 <= calls[MANY] / calls[FEW] <= 11


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_database_takes_ten_times_the_steps(sessions: Sessions, export: Callable[[int], None]) -> None:
    """SQLite counts the steps of its machine; with pages by LIMIT and OFFSET they would grow with the square."""
    steps: list[int] = []

    @event.listens_for(sessions.reading_engine, "checkout")
    def listen(connection, record, proxy) -> None:
        connection.set_progress_handler(lambda: steps.append(100), 100)

    done = {}
    for people in (FEW, MANY):
        steps.clear()
        export(people)
        done[people] = sum(steps)
    assert 5 <= done[MANY] / done[FEW] <= 13


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_database_sorts_no_rows_in_memory(sessions: Sessions, export: Callable[[int], None]) -> None:
    """What SQLite sorts doesn't show in Python's memory: 132,229 rows of 510 columns took it 600 MB."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    event.listen(sessions.reading_engine, "before_cursor_execute", lambda *about: asked.append((about[2], about[3])))
    export(FEW)
    with sessions.reading_engine.connect() as connection:
        plans = [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
            for statement, parameters in asked
            if statement.startswith("SELECT")
        ]
    assert len(plans) > 3
    assert not [plan for plan in plans if "ORDER BY" in plan]
