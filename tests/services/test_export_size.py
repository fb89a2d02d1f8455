"""An export takes ten times the work for ten times the rows, and no more memory. Counted, not timed."""

import hashlib
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from surveyapp.reports_in_words import pages
from surveyapp.services import frozen, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.store.releases import Release, ReleaseFile, ReleasePart
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, gathered
from tests.released_files import write

FEW, MANY, PIECE = 1500, 15_000, 16_384

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def enlarged(sessions: Sessions, people: int) -> Release:
    """A release as if so many people had answered, its rows in many small pieces."""
    name = f"town_{people}/2010"
    close_and_settle(sessions, gathered(sessions, 10, name=name))
    release = releasing.make(sessions, name, OPERATOR, Shell(pages))
    rows = "".join(f"{number},farm,{1 + number % 3},1,0,0\n" for number in range(1, people + 1))
    content = f"id,where,how,what__help,what__money,what__other\n{rows}".encode()
    with sessions.begin(release.org_id) as session:
        raw = session.connection().connection.driver_connection
        assert raw is not None
        for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{trigger}"')
        report = frozen.content(session, release, frozen.REPORT)
        _exchange(session, release, frozen.REPORT, report.replace(b'"released": 10', f'"released": {people}'.encode()))
        _exchange(session, release, frozen.RESPONSES, content)
    return release


def _exchange(session: Session, release: Release, name: str, content: bytes) -> None:
    key = {"org_id": release.org_id, "release_id": release.id, "name": name}
    session.execute(delete(ReleasePart).filter_by(**key))
    session.get_one(ReleaseFile, tuple(key.values())).sha256 = hashlib.sha256(content).digest()
    for at in range(0, len(content), PIECE):
        session.add(ReleasePart(**key, number=at // PIECE, data=content[at : at + PIECE]))


@pytest.fixture
def export(sessions: Sessions, tmp_path: Path) -> Callable[[int], None]:
    """Write the file of the release with so many rows."""
    releases = {people: enlarged(sessions, people) for people in (FEW, MANY)}

    def written(people: int) -> None:
        done = write(sessions, releases[people], tmp_path / f"{people}.csv")
        assert done.responses == people

    for people in (FEW, MANY):
        written(people)  # what is made once isn't counted below
    return written


def test_ten_times_the_rows_take_no_more_memory_and_ten_times_the_work(
    sessions: Sessions, export: Callable[[int], None]
) -> None:
    statements: list[str] = []
    event.listen(sessions.reading_engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
    peaks, asked, calls = {}, {}, {}
    for people in (FEW, MANY):
        statements.clear()
        tracemalloc.start()
        export(people)
        peaks[people] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        asked[people] = len(statements)
        made = [0]

        def count(*_: object, made: list[int] = made) -> None:
            made[0] += 1

        sys.setprofile(count)
        export(people)
        sys.setprofile(None)
        calls[people] = made[0]
    assert peaks[MANY] - peaks[FEW] < 300_000, "the rows themselves would be ten times that"
    assert 2 < calls[MANY] / calls[FEW] <= 11
    assert asked[MANY] / asked[FEW] <= 11, "one for each piece, each time the rows are read"


def test_each_piece_of_the_rows_is_read_once(sessions: Sessions, export: Callable[[int], None]) -> None:
    """And the first one before, for the names of the columns."""
    read = Counter[tuple[object, ...]]()

    def executed(connection: object, cursor: object, statement: str, values: tuple[object, ...], *_: object) -> None:
        if statement.startswith("SELECT release_part.data") and frozen.RESPONSES in values:
            read[values] += 1

    event.listen(sessions.reading_engine, "before_cursor_execute", executed)
    export(MANY)
    first, *others = sorted(read.values(), reverse=True)
    assert (first, set(others)) == (2, {1})
    assert len(others) > 10
