"""Bringing a database to the newest version. The Alembic configuration is made in code, so a wheel needs no file."""

import time
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config as Alembic
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from surveyapp.store.sessions import sqlite_engine

_PACKAGED = Path(__file__).parent.parent / "_migrations"
MIGRATIONS = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parent.parent.parent / "migrations"
_LOCK = 0x73757276
"""PostgreSQL's advisory lock: two machines never migrate at once."""


_GRANT = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'surveyapp_app') THEN
        GRANT USAGE ON SCHEMA public TO surveyapp_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO surveyapp_app;
        IF to_regclass('public.audit') IS NOT NULL THEN
            REVOKE UPDATE, DELETE ON audit FROM surveyapp_app;
        END IF;
        IF to_regclass('public.ledger') IS NOT NULL THEN
            REVOKE UPDATE, DELETE ON ledger, release_file, release_part FROM surveyapp_app;
            REVOKE DELETE ON release FROM surveyapp_app;
        END IF;
        IF to_regnamespace('queue') IS NOT NULL THEN
            GRANT USAGE ON SCHEMA queue TO surveyapp_app;
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA queue TO surveyapp_app;
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA queue TO surveyapp_app;
        END IF;
    END IF;
END $$
"""
"""The role the service runs as may change rows and nothing else; rows of the audit log and of releases it may only add."""


class NewerDatabase(RuntimeError):
    """The database was migrated by a newer release; this one would not understand it."""


def owner_engine(url: str) -> Engine:
    """An engine for changing the schema: one connection, and on PostgreSQL no long wait for a table's lock."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _make_file(Path(parsed.database or ""))
        return sqlite_engine(parsed)
    options = "-c lock_timeout=2s -c statement_timeout=0"
    connect = {"connect_timeout": 3, "client_encoding": "utf8", "options": options}
    return create_engine(parsed, poolclass=NullPool, hide_parameters=True, connect_args=connect)


def _make_file(file: Path) -> None:
    """An SQLite file that nobody else on the machine may read; SQLite gives its log files the same rights."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)


def upgrade(url: str, wait: float = 0) -> None:
    """Migrate to the newest version. ``wait``: seconds to wait for a database that isn't there yet."""
    _change(url, lambda alembic: command.upgrade(alembic, "head"), wait)


def downgrade(url: str, revision: str) -> None:
    """Take migrations back to a revision, "base" for all of them."""
    _change(url, lambda alembic: command.downgrade(alembic, revision), 0)


def head() -> str:
    """The newest revision this release knows."""
    return str(ScriptDirectory.from_config(configuration(None)).get_current_head())


def current(connection: Connection) -> str | None:
    """The revision of a database, or None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def configuration(connection: Connection | None) -> Alembic:
    """Alembic's settings; the connection is handed to the environment."""
    alembic = Alembic()
    alembic.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    alembic.attributes["connection"] = connection
    return alembic


def _change(url: str, change: Callable[[Alembic], None], wait: float) -> None:
    engine = owner_engine(url)
    try:
        _reach(engine, wait)
        for attempt in range(5):
            try:
                _run(engine, change)
            except OperationalError:
                if attempt == 4:
                    raise
                time.sleep(1)
            else:
                return
    finally:
        engine.dispose()


def _run(engine: Engine, change: Callable[[Alembic], None]) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        known = {script.revision for script in ScriptDirectory.from_config(configuration(None)).walk_revisions()}
        present = current(connection)
        if present is not None and present not in known:
            raise NewerDatabase(present)
        change(configuration(connection))
        if engine.dialect.name == "postgresql":
            connection.execute(text(_GRANT))


def _reach(engine: Engine, wait: float) -> None:
    """Wait until the database answers."""
    until = time.monotonic() + wait
    while True:
        try:
            with engine.connect():
                return
        except OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.5)
