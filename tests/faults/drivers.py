"""The product's own SQLite engine on a disk that loses power.

SQLAlchemy makes few calls on a driver; here they reach apsw. Everything above is the product's: pragmas, transactions,
statements.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw
from sqlalchemy import Engine, event, make_url

from surveyapp.store.sessions import sqlite_engine

from .power import Disk, PowerCut


def engine_on(disk: Disk, file: Path) -> Engine:
    """What ``sqlite_engine`` makes, its connections opened on the disk."""
    engine = sqlite_engine(make_url(f"sqlite:///{file}"))

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, record: Any, args: Sequence[Any], more: Any) -> "Driver":
        return Driver(disk, args[0])

    return engine


class Driver:
    """A connection as SQLAlchemy expects one of the standard library's, autocommitting as the product asks."""

    def __init__(self, disk: Disk, file: str) -> None:
        self._disk = disk
        self._connection = apsw.Connection(file, vfs=disk.name)

    @contextmanager
    def working(self) -> Iterator[apsw.Connection]:
        """Failures as the standard library names them; without power nothing is ever answered."""
        try:
            yield self._connection
        except apsw.Error as error:
            if not self._disk.dark:
                raise sqlite3.OperationalError(str(error)) from error
        if self._disk.dark:
            raise PowerCut

    def cursor(self) -> "Cursor":
        return Cursor(self)

    def execute(self, statement: str) -> "Cursor":
        return self.cursor().execute(statement)

    def create_function(self, name: str, arguments: int, function: Any, **more: Any) -> None:
        self._connection.create_scalar_function(name, function, arguments, **more)

    def commit(self) -> None:
        if self._connection.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self._connection.in_transaction and not self._disk.dark:
            self.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close(force=True)


class Cursor:
    """Runs a statement to its end and keeps the rows."""

    arraysize, lastrowid = 1, None

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._rows: Iterator[Any] = iter(())
        self.description: Any = None
        self.rowcount = -1

    def execute(self, statement: str, values: Sequence[Any] = ()) -> "Cursor":
        with self._driver.working() as connection:
            running = connection.cursor()
            running.exec_trace = self._describe
            self._rows = iter(running.execute(statement, tuple(values)).fetchall())
            self.rowcount = connection.changes()
        return self

    def executemany(self, statement: str, several: Sequence[Sequence[Any]]) -> None:
        for values in several:
            self.execute(statement, values)

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def close(self) -> None:
        self._rows = iter(())

    def _describe(self, running: apsw.Cursor, statement: str, values: Any) -> bool:
        self.description = running.description or None
        return True
