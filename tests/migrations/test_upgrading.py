"""Upgrading as operators meet it: twice at once, refused, waiting, and from an installed wheel."""

import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Engine, NullPool, Table, create_engine, event, inspect, text

from surveyapp.cli import main
from surveyapp.store import migrating, version
from surveyapp.store.migrating import downgrade, head, owner_engine, upgrade
from surveyapp.store.models import Base
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, gathered, open_wave, respond
from tests.conftest import SECRET, Database
from tests.elsewhere import build_wheel

MACHINES = 4


@pytest.fixture
def owner(database: Database) -> Iterator[Engine]:
    engine = owner_engine(database.owner_url)
    yield engine
    engine.dispose()


def environ(database: Database) -> dict[str, str]:
    return {
        "DATABASE_URL": database.url,
        "DATABASE_OWNER_URL": database.owner_url,
        "SECRET_KEY": SECRET,
        "INSTANCE_DIR": str(database.folder),
    }


def test_the_release_knows_its_newest_migration() -> None:
    assert head() == version.HEAD


def test_machines_that_upgrade_at_once_all_succeed(database: Database, sessions: Sessions) -> None:
    downgrade(database.owner_url, "base")
    start = threading.Barrier(MACHINES)

    def machine(_: int) -> None:
        start.wait()
        upgrade(database.owner_url)

    with ThreadPoolExecutor(MACHINES) as pool:
        list(pool.map(machine, range(MACHINES)))
    gathered(sessions, 1)


@pytest.mark.soak
def test_without_the_lock_machines_get_in_each_others_way(
    database: Database, owner: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: each machine migrates for itself, having seen the same empty database."""
    downgrade(database.owner_url, "base")
    seen = threading.Barrier(2)
    change = migrating.configuration

    def together(connection: object) -> object:
        if connection is not None:
            seen.wait(timeout=20)
        return change(connection)

    def unlocked(engine: Engine) -> None:
        def without(
            connection: object, cursor: object, statement: str, values: object, *_: object
        ) -> tuple[str, object]:
            if statement == "BEGIN IMMEDIATE":
                return "BEGIN", values
            return ("SELECT 1", {}) if "pg_advisory" in statement else (statement, values)

        event.listen(engine, "before_cursor_execute", without, retval=True)

    def machine(_: int) -> Exception | None:
        engine = owner_engine(database.owner_url)
        unlocked(engine)
        try:
            migrating._run(engine, lambda alembic: migrating.command.upgrade(alembic, "head"))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the lock prevents
            return error
        finally:
            engine.dispose()
        return None

    monkeypatch.setattr(migrating, "configuration", together)
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(machine, range(2)))
    assert any(ended)


def test_every_row_is_there_after_an_upgrade_that_had_nothing_to_do(
    database: Database, sessions: Sessions, owner: Engine
) -> None:
    close_and_settle(sessions, gathered(sessions, 12))
    with sessions.begin() as session:
        respond(session, open_wave(session, name="town/2011"))
    sessions.dispose()
    before = rows(owner)
    assert min(before[name] for name in ("settled", "settled_text", "inbox", "wave", "unit", "document")) > 0
    upgrade(database.owner_url)
    assert rows(owner) == before


def rows(owner: Engine) -> dict[str, int]:
    """Of all organisations, which on PostgreSQL not even the owner sees."""
    url = owner.url.set(username="postgres") if owner.dialect.name == "postgresql" else owner.url
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return {table.name: len(connection.execute(table.select()).all()) for table in Base.metadata.sorted_tables}


def test_every_key_in_the_database_is_the_models(owner: Engine) -> None:
    """The comparison of Alembic leaves primary keys out."""
    there = inspect(owner)
    for table in Base.metadata.sorted_tables:
        assert there.get_pk_constraint(table.name)["constrained_columns"] == [*table.primary_key.columns.keys()]
        assert foreign_keys(owner, table) == {
            (key.referred_table.name, tuple(key.column_keys)) for key in table.foreign_key_constraints
        }


def foreign_keys(engine: Engine, table: Table) -> set[tuple[str, tuple[str, ...]]]:
    found = inspect(engine).get_foreign_keys(table.name)
    return {(key["referred_table"], tuple(key["constrained_columns"])) for key in found}


def test_the_command_refuses_a_database_of_a_newer_release_in_one_sentence(database: Database, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    ended = CliRunner().invoke(main, ["upgrade"], env=environ(database))
    assert ended.exit_code == 1
    assert ended.output.strip() == "Error: the database belongs to a newer release; install that one"


def test_the_command_waits_for_a_database_that_comes_later(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[float] = []
    monkeypatch.setattr(migrating.time, "sleep", tried.append)
    nowhere = environ(database) | {"DATABASE_OWNER_URL": "postgresql://surveyapp_owner:secret@127.0.0.1:1/survey"}
    ended = CliRunner().invoke(main, ["upgrade", "--wait", "0.2"], env=nowhere)
    assert ended.exit_code == 1
    assert tried
    assert CliRunner().invoke(main, ["upgrade", "--wait", "5"], env=environ(database)).exit_code == 0


def test_an_installed_wheel_carries_every_migration(tmp_path: Path) -> None:
    zipfile.ZipFile(build_wheel(tmp_path)).extractall(tmp_path / "installed")
    program = f"""
import sys
sys.path.insert(0, {str(tmp_path / "installed")!r})
from surveyapp.store import migrating
assert str(migrating.MIGRATIONS) == {str(tmp_path / "installed" / "surveyapp" / "_migrations")!r}, migrating.MIGRATIONS
migrating.upgrade("sqlite:///{tmp_path / "survey.db"}")
print(migrating.head())
"""
    ended = subprocess.run([sys.executable, "-c", program], check=True, cwd=tmp_path, capture_output=True, text=True)
    assert ended.stdout.strip() == head()
    known = {script.revision for script in ScriptDirectory(str(migrating.MIGRATIONS)).walk_revisions()}
    packed = ScriptDirectory(str(tmp_path / "installed" / "surveyapp" / "_migrations")).walk_revisions()
    assert {script.revision for script in packed} == known
