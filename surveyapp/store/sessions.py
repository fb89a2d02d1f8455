"""Engines with the settings the promises rest on, and sessions whose transactions the caller owns."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from select import POLLIN, poll
from types import TracebackType
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from surveyapp.config import Config
from surveyapp.store.tenancy import acting_for, end_reading, guard, watch

PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "busy_timeout": "10000",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "trusted_schema": "OFF",
    "temp_store": "MEMORY",
}
"""FULL, not NORMAL: a power cut loses what NORMAL called saved. secure_delete overwrites what is deleted."""

_POSTGRESQL = {
    "statement_timeout": "5s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "30s",
}
_EVERY_ENGINE: dict[str, Any] = {"hide_parameters": True, "json_deserializer": msgspec.json.decode}
"""Python's own reader of JSON takes three times as long, which is a fifth of an export."""

_TRIES = 3
_AGAIN = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03"})
"""PostgreSQL: serialisation failure, deadlock, lock not available, shut down, crashed, starting."""

T = TypeVar("T")


class StoreUnavailable(Exception):
    """The store can't keep anything now; nothing was stored, and the same work may be tried again."""


class OrgSession(Session):
    """A session that sees the rows of the organisation it acts for."""


watch(OrgSession)


class Sessions:
    """Two ways into the database: ``begin`` to change it, ``reading`` to look."""

    def __init__(self, writing: Engine, reading: Engine) -> None:
        self.writing_engine = writing
        self.reading_engine = reading
        for engine in {writing, reading}:
            guard(engine)
        self._write = sessionmaker(writing, class_=OrgSession, expire_on_commit=False)
        self._read = sessionmaker(reading, class_=OrgSession, expire_on_commit=False)

    @contextmanager
    def begin(self, org_id: UUID | None = None) -> Iterator[Session]:
        """A transaction that is committed at the end of the block, durably, or rolled back.

        ``org_id``: the organisation it acts for, where that is known beforehand (``tenancy``).
        """
        with _AVAILABILITY, self._write() as session, session.begin():
            if org_id is not None:
                acting_for(session, org_id)
            yield session

    @contextmanager
    def reading(self, org_id: UUID | None = None) -> Iterator[Session]:
        """A transaction in which nothing can be changed. ``org_id``: as for ``begin``."""
        with _AVAILABILITY, self._read() as session:
            if org_id is not None:
                acting_for(session, org_id)
            yield session
            end_reading(session)

    def retrying(self, work: Callable[[Session], T], org_id: UUID | None = None) -> T:
        """Do the whole of some idempotent work in one transaction, up to three times if the store is disturbed.

        A connection may be lost at COMMIT with the work done: trying again must then find it done.
        ``org_id``: as for ``begin``. Raises StoreUnavailable when the third try fails too.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                with self.begin(org_id) as session:
                    return work(session)
            except StoreUnavailable:
                if attempt == _TRIES:
                    raise
                time.sleep(random.uniform(0.02, 0.1) * attempt)  # noqa: S311 - spreads tries, guards nothing
        raise AssertionError

    def dispose(self) -> None:
        """Close all connections."""
        self.writing_engine.dispose()
        self.reading_engine.dispose()

    def forget(self) -> None:
        """In a forked child: drop the parent's connections without closing them."""
        self.writing_engine.dispose(close=False)
        self.reading_engine.dispose(close=False)


class _Availability:
    """Turns what is wrong with the store into StoreUnavailable. Has no state: one is enough for all."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and is_disturbance(error)):
            raise StoreUnavailable from error


_AVAILABILITY = _Availability()


def is_disturbance(error: DBAPIError) -> bool:
    """The failure is the store's and may pass: busy, full, restarting, lost. Never a fault of the data."""
    if error.connection_invalidated:
        return True
    if getattr(error.orig, "sqlstate", None) in _AGAIN:
        return True
    return isinstance(error, OperationalError) or isinstance(error.orig, sqlite3.OperationalError)


def make_sessions(config: Config) -> Sessions:
    """Sessions on the database of the settings."""
    url = make_url(config.database_url)
    if url.get_backend_name() == "sqlite":
        return Sessions(sqlite_engine(url), sqlite_engine(url, read_only=True))
    engine = postgresql_engine(url, pgbouncer=config.pgbouncer)
    return Sessions(engine, engine)


def sqlite_engine(url: URL, *, read_only: bool = False) -> Engine:
    """SQLite with the pragmas on every connection; a writer takes its lock at once and so never has to give up midway."""
    engine = create_engine(url, **_EVERY_ENGINE, connect_args={"isolation_level": None})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        for name, value in PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        """Below SQLAlchemy, for which one word is a statement like any other: a third of what a transaction costs."""
        word = "BEGIN" if read_only else "BEGIN IMMEDIATE"
        try:
            connection.connection.cursor().execute(word)
        except sqlite3.OperationalError as error:
            raise OperationalError(word, None, error) from error

    return engine


def postgresql_engine(url: URL, *, pgbouncer: bool = False) -> Engine:
    """PostgreSQL with short patience; behind PgBouncer without prepared statements and session settings."""
    connect: dict[str, Any] = {"connect_timeout": 3, "client_encoding": "utf8"}
    if pgbouncer:
        connect["prepare_threshold"] = None
    else:
        connect["options"] = " ".join(f"-c {name}={value}" for name, value in _POSTGRESQL.items())
    engine = create_engine(url, **_EVERY_ENGINE, pool_size=5, max_overflow=5, pool_timeout=5, connect_args=connect)
    _look_whether_it_lives(engine)
    return engine


_UNUSED = 30
"""Seconds after which a connection may have been forgotten by what lies between, which tells nobody."""


def _look_whether_it_lives(engine: Engine) -> None:
    """Replace connections that have ended since they were last used, as ``pool_pre_ping`` does, which asks every time.

    A server that ends a connection says so, and nothing else has anything to say on one that waits: the database is
    asked only where there is something to read, or where nobody has used the connection for long.
    """

    @event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, proxy: Any) -> None:
        now = time.monotonic()
        unused = now - record.info.get(look, now)
        record.info[look] = now
        said = poll()
        said.register(connection.pgconn.socket, POLLIN)
        if unused < _UNUSED and not said.poll(0):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error
