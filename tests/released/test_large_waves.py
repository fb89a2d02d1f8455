"""A hundred thousand people and a million: released, frozen and counted again under 700 MB. Times are printed, not asserted."""

import os
import random
import sys
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import insert

from surveyapp.services import frozen, ledger
from surveyapp.services.waves import find_wave
from surveyapp.store.inserts import table_of
from surveyapp.store.models import Settled
from surveyapp.store.sessions import Sessions, make_sessions
from tests.builders import open_wave, wave_of
from tests.conftest import Database
from tests.released.people import WAVE, Q, person, release

DIFFERENT = 20_000
"""So many different people are drawn up; more of them are the same again."""

MOST = 700_000
"""Kilobytes."""


def settle(sessions: Sessions, people: int) -> None:
    """Many people quickly."""
    chance = random.Random(people)
    drawn = [person(chance) for _ in range(min(people, DIFFERENT))]
    with sessions.begin() as session:
        wave = wave_of(session, open_wave(session, Q, WAVE))
        wave.state = "settled"
        shared = {"org_id": wave.org_id, "wave_id": wave.id, "batch": 1, "period": "2010", "columns": {}}
        for start in range(0, people, 5000):
            rows = [
                shared | {"id": uuid4(), "version": wave.version, "answers": drawn[number % len(drawn)]}
                for number in range(start, min(start + 5000, people))
            ]
            session.connection().execute(insert(table_of(Settled)), rows)


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


@pytest.mark.soak
@pytest.mark.parametrize("people", [100_000, 1_000_000])
def test_a_large_wave_is_released_in_little_memory(
    database: Database, sessions: Sessions, people: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert apart(lambda: settle(make_sessions(database.config()), people))
    began = time.monotonic()
    most = apart(lambda: release(make_sessions(database.config())))
    with capsys.disabled():
        sys.stdout.write(f"\n{database.engine}, {people} people: {time.monotonic() - began:.0f} s, {most // 1024} MB\n")
    assert most < MOST
    with sessions.reading() as session:
        wave = find_wave(session, WAVE)
        assert ledger.breaks(session, wave) == []
        made = frozen.releases_of(session, wave)[0]
        lines = sum(piece.count(b"\n") for piece in frozen.chunks(session, made, frozen.RESPONSES))
        assert lines == people + 1
