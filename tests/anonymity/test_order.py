"""Nothing settled tells in which order people came, to somebody with the whole database (anonymity §9.5)."""

import random
from collections.abc import Iterator
from statistics import mean
from uuid import UUID, uuid1

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from surveyapp.services import moving, settlements
from surveyapp.services.collectors import Collecting
from surveyapp.services.settlements import Place
from surveyapp.store.migrating import owner_engine
from surveyapp.store.sessions import Sessions
from surveyapp.store.waves import Wave
from tests.builders import wave_of
from tests.conftest import Database

from .seen import TABLES, Attacker, arrived, tells

PEOPLE = 120


@pytest.fixture
def attacker(database: Database) -> Iterator[Attacker]:
    made = Attacker(database)
    yield made
    made.close()


def settle(database: Database, sessions: Sessions, collecting: Collecting, *, keep_open: bool = False) -> None:
    place = Place(sessions, database.owner_url)
    settlements.settle(place, lambda session: wave_of(session, collecting), keep_open=keep_open)


def told(attacker: Attacker) -> set[str]:
    """Everything that gives the order of arrival away: table and way of looking."""
    found = {f"{table} by {way}" for table in TABLES for way, order in attacker.orders(table).items() if tells(order)}
    return found | {f"{table} by writers" for table in TABLES if attacker.writers(table) > 1}


def test_the_detector_knows_order_from_chance() -> None:
    chance, people = random.Random(1), list(range(PEOPLE))
    assert tells(people)
    assert tells(people[::-1])
    assert tells([each for pair in zip(people[::2], people[1::2], strict=True) for each in pair[::-1]])
    shuffled = [chance.sample(people, PEOPLE) for _ in range(1000)]
    assert not any(map(tells, shuffled))


def test_nothing_tells_the_order_of_arrival(database: Database, sessions: Sessions, attacker: Attacker) -> None:
    settle(database, sessions, arrived(sessions, PEOPLE))
    assert {table: len(attacker.orders(table)["scan"]) for table in TABLES} == dict.fromkeys(TABLES, PEOPLE)
    assert told(attacker) == set()


def test_texts_and_rows_stand_in_orders_of_their_own(
    database: Database, sessions: Sessions, attacker: Attacker
) -> None:
    settle(database, sessions, arrived(sessions, PEOPLE))
    way = "place" if database.engine == "sqlite" else "ctid"
    rows, texts = (attacker.orders(table)[way] for table in ("settled", "settled_text"))
    assert not tells([rows.index(each) for each in texts])


def test_steps_tell_neither_order_nor_which_rows_were_moved_together(
    database: Database, sessions: Sessions, attacker: Attacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 30)
    settle(database, sessions, arrived(sessions, PEOPLE))
    assert told(attacker) == set()


def test_midway_neither_what_is_settled_nor_what_is_left_tells(
    database: Database, sessions: Sessions, attacker: Attacker
) -> None:
    collecting = arrived(sessions, PEOPLE)
    with sessions.begin() as session:
        wave_of(session, collecting).offers_withdrawal = False
    settle(database, sessions, collecting, keep_open=True)
    assert told(attacker) == set()
    assert attacker.writers("inbox") == 1
    assert not tells_who_is_left(attacker)


def tells_who_is_left(attacker: Attacker) -> bool:
    """Those who wait are the first or the last who came: their middle is further from everybody's than five times what chance does."""
    left = set(range(PEOPLE)) - set(attacker.orders("settled")["scan"])
    by_chance = (PEOPLE**2 / 12 / len(left) * (PEOPLE - len(left)) / PEOPLE) ** 0.5
    return abs(mean(left) - mean(range(PEOPLE))) > 5 * by_chance


def test_ids_are_random_and_nowhere_the_same(database: Database, sessions: Sessions, attacker: Attacker) -> None:
    collecting = arrived(sessions, 20)
    before = attacker.ids()["inbox"]
    settle(database, sessions, collecting)
    held = attacker.ids() | {"before": before}
    assert {UUID(bytes=each).version for table in ("settled", "settled_text") for each in held[table]} == {4}
    every = [each for table in held.values() for each in table]
    assert len(every) == len(set(every)) == 5 * 20


# The controls: each of these would be found.


def test_answers_as_they_arrive_tell(sessions: Sessions, attacker: Attacker, database: Database) -> None:
    arrived(sessions, PEOPLE)
    if database.engine == "postgresql":
        assert {"submission_key by ctid", "participation by ctid", "participation by writers"} <= told(attacker)


def test_rows_that_are_not_written_anew_tell(
    database: Database, sessions: Sessions, attacker: Attacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.engine == "postgresql":
        monkeypatch.setattr(moving, "_forget_order", lambda *_: None)
        settle(database, sessions, arrived(sessions, PEOPLE))
        assert {"submission_key by ctid", "participation by xmin", "submission_key by writers"} <= told(attacker)


def test_steps_that_are_not_written_anew_tell(
    database: Database, sessions: Sessions, attacker: Attacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.engine == "postgresql":
        monkeypatch.setattr(moving, "AT_ONCE", 30)
        monkeypatch.setattr(moving, "_forget_order", lambda *_: None)
        settle(database, sessions, arrived(sessions, PEOPLE))
        assert {"settled by writers", "settled_text by writers"} <= told(attacker)


def test_a_table_with_row_numbers_tells(sqlite_database: Database) -> None:
    engine = owner_engine(sqlite_database.owner_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE settled_text"))
        connection.execute(text("CREATE TABLE settled_text (id TEXT PRIMARY KEY, text TEXT)"))
        for person in range(PEOPLE):
            values = {"id": random.Random(person).randbytes(16).hex(), "text": f"person {person} wrote this"}
            connection.execute(text("INSERT INTO settled_text VALUES (:id, :text)"), values)
    engine.dispose()
    attacker = Attacker(sqlite_database)
    assert tells(attacker.orders("settled_text")["rowid"])
    attacker.close()


def as_they_came(session: Session, wave: Wave, **_: bool) -> list[UUID]:
    return list(session.connection().execute(text("SELECT id FROM inbox ORDER BY ctid")).scalars())


def test_rows_that_are_not_shuffled_tell(
    database: Database, sessions: Sessions, attacker: Attacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has no place for the order, whatever it is."""
    if database.engine == "postgresql":
        monkeypatch.setattr(moving, "_chosen", as_they_came)
        monkeypatch.setattr(moving, "_forget_order", lambda *_: None)
        settle(database, sessions, arrived(sessions, PEOPLE))
        assert {"settled by scan", "settled by ctid", "settled by xmin"} <= told(attacker)


def test_who_is_settled_first_would_tell(
    database: Database, sessions: Sessions, attacker: Attacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.engine == "postgresql":
        monkeypatch.setattr(moving, "_chosen", lambda session, wave, **_: as_they_came(session, wave)[:-20])
        collecting = arrived(sessions, PEOPLE)
        with sessions.begin() as session:
            wave_of(session, collecting).offers_withdrawal = False
        settle(database, sessions, collecting, keep_open=True)
        assert tells_who_is_left(attacker)


def test_ids_with_a_clock_in_them_are_found(
    database: Database, sessions: Sessions, attacker: Attacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "uuid4", uuid1)
    settle(database, sessions, arrived(sessions, 3))
    assert {UUID(bytes=each).version for each in attacker.ids()["settled"]} == {1}
