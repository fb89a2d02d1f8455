"""A database can be made, taken back and made again; what the migrations make is what the models say."""

import sqlite3
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from surveyapp.store.migrating import NewerDatabase, current, downgrade, head, owner_engine, upgrade
from surveyapp.store.models import Base, Inbox, Settled, SubmissionKey
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, count, gathered
from tests.conftest import Database


@pytest.fixture
def owner(database: Database) -> Iterator[Engine]:
    engine = owner_engine(database.owner_url)
    yield engine
    engine.dispose()


def schema(engine: Engine) -> dict[str, object]:
    """Columns, keys and indexes of every table, by name."""
    there = inspect(engine)
    return {
        table: (
            sorted((column["name"], str(column["type"]), column["nullable"]) for column in there.get_columns(table)),
            there.get_pk_constraint(table)["constrained_columns"],
            sorted((key["constrained_columns"], key["referred_table"]) for key in there.get_foreign_keys(table)),
            sorted(str(index["column_names"]) for index in there.get_indexes(table)),
            sorted(str(check["name"]) for check in there.get_check_constraints(table)),
        )
        for table in sorted(there.get_table_names())
    }


def test_the_newest_migration_makes_what_the_models_say(owner: Engine) -> None:
    with owner.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert current(connection) == head()


def test_taken_back_and_made_again_the_schema_is_the_same(database: Database, owner: Engine) -> None:
    before = schema(owner)
    downgrade(database.owner_url, "base")
    assert set(schema(owner)) <= {"alembic_version"}
    upgrade(database.owner_url)
    assert schema(owner) == before


def test_a_database_with_data_is_taken_back_and_made_again(database: Database, sessions: Sessions) -> None:
    close_and_settle(sessions, gathered(sessions, 12))
    sessions.dispose()
    downgrade(database.owner_url, "base")
    upgrade(database.owner_url)
    gathered(sessions, 3)
    with sessions.reading() as session:
        assert count(session, Inbox) == count(session, SubmissionKey) == 3
        assert count(session, Settled) == 0


def test_migrating_a_database_that_is_there_already_changes_nothing(database: Database, sessions: Sessions) -> None:
    gathered(sessions, 3)
    upgrade(database.owner_url)
    with sessions.reading() as session:
        assert count(session, Inbox) == 3


def test_a_database_of_a_newer_release_is_left_alone(database: Database, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase):
        upgrade(database.owner_url)


def test_no_table_keeps_the_order_of_arrival(sqlite_database: Database) -> None:
    connection = sqlite3.connect(sqlite_database.folder / "survey.db")
    listed = connection.execute("PRAGMA table_list").fetchall()
    connection.close()
    with_rowid = {
        row[1] for row in listed if row[2] == "table" and not row[4] and not row[1].startswith(("sqlite_", "alembic_"))
    }
    assert with_rowid == set()
    assert {table.name for table in Base.metadata.sorted_tables} <= {row[1] for row in listed}
