"""A hundred thousand people and a million: settled, released, counted again and exported in little memory, and no trace is left.

Times are printed, not asserted.
"""

import hashlib
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import NullPool, create_engine, insert, make_url, text

from surveyapp.services import exporting, frozen, ledger, settlements
from surveyapp.services.settlements import Place
from surveyapp.services.waves import find_wave
from surveyapp.store.inserts import table_of
from surveyapp.store.models import Inbox, Settled
from surveyapp.store.sessions import Sessions, make_sessions
from tests.builders import count, open_wave, wave_of
from tests.conftest import Database
from tests.released.people import WAVE, Q, person, release

DIFFERENT = 20_000
"""So many different people are drawn up; more of them are the same again."""

MOST = {"settle": 1_000_000, "release": 700_000, "export": 500_000}
"""Kilobytes. SQLite rewrites a file of a million responses in memory, so that no copy of it lies in a temporary folder."""


def arrive(sessions: Sessions, people: int) -> None:
    """Many people quickly, whose wave is over."""
    chance = random.Random(people)
    drawn = [person(chance) for _ in range(min(people, DIFFERENT))]
    with sessions.begin() as session:
        wave = wave_of(session, open_wave(session, Q, WAVE))
        wave.state = "closed"
        told = {"version": wave.version, "language": "lv", "channel": "web", "variant": "standard"}
        shared = {"org_id": wave.org_id, "wave_id": wave.id, "unit_id": None, "assisted": False, "late": False} | told
        for start in range(0, people, 5000):
            rows = [
                shared
                | {"id": uuid4(), "answers": drawn[number % len(drawn)], "receipt_hash": os.urandom(32)}
                | {"content_hash": os.urandom(32)}
                for number in range(start, min(start + 5000, people))
            ]
            session.connection().execute(insert(table_of(Inbox)), rows)


def settle(database: Database, sessions: Sessions) -> None:
    """As the worker does it, but that nobody else has to have their turn."""
    settlements.time.sleep = lambda seconds: None
    settlements.settle(Place(sessions, database.owner_url), lambda session: find_wave(session, WAVE))


def export(sessions: Sessions, file: Path) -> None:
    with sessions.reading() as session:
        made = exporting.only(exporting.chosen(session, find_wave(session, WAVE)))
        data, language = exporting.data_of(session, made, "analyst", None)
        exporting.write(data, language, file, exporting.Options())


def apart(work: Callable[[], object]) -> int:
    """Do something in another process; the most memory it took, in kilobytes."""
    number = os.fork()
    if number == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status, used = os.wait4(number, 0)
    assert status == 0
    return used.ru_maxrss


def told(database: Database) -> dict[str, int]:
    """What a server would tell whoever reads all of it: who wrote which rows, and answers in its statistics."""
    if database.engine == "sqlite":
        return {"writers": 1, "statistics": 0}
    engine = create_engine(make_url(database.owner_url).set(username="postgres"), poolclass=NullPool)
    of_inbox = "tablename = 'inbox' AND attname IN ('answers', 'receipt_hash', 'content_hash')"
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
        return {
            "writers": connection.execute(text("SELECT count(DISTINCT xmin::text) FROM settled")).scalar_one(),
            "statistics": connection.execute(text(f"SELECT count(*) FROM pg_stats WHERE {of_inbox}")).scalar_one(),
        }


@pytest.mark.soak
@pytest.mark.parametrize("people", [100_000, 1_000_000])
def test_a_large_wave_is_settled_released_and_exported_in_little_memory(
    database: Database, sessions: Sessions, people: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def opened() -> Sessions:
        return make_sessions(database.config())

    file = tmp_path / "responses.csv"
    apart(lambda: arrive(opened(), people))
    work = {
        "settle": lambda: settle(database, opened()),
        "release": lambda: release(opened()),
        "export": lambda: export(opened(), file),
    }
    for name, each in work.items():
        began = time.monotonic()
        most = apart(each)
        with capsys.disabled():
            took = f"{time.monotonic() - began:.0f} s, {most // 1024} MB"
            sys.stdout.write(f"\n{database.engine}, {people:,} people: {name} {took}\n")
        assert most < MOST[name]
    assert told(database) == {"writers": 1, "statistics": 0}
    with sessions.reading() as session:
        wave = find_wave(session, WAVE)
        assert (count(session, Inbox), count(session, Settled), wave.state) == (0, people, "settled")
        assert ledger.breaks(session, wave) == []
        made = frozen.releases_of(session, wave)[0]
        frozen_bytes = hashlib.sha256(b"".join(frozen.chunks(session, made, frozen.RESPONSES))).digest()
    with file.open("rb") as content:
        assert hashlib.file_digest(content, "sha256").digest() == frozen_bytes
        content.seek(0)
        assert sum(1 for _ in content) == people + 1
