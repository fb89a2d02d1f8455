"""A process that ends at a chosen statement, as if killed: everything it has sent to the database by then counts, and no more."""

import os
import signal
import sqlite3
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

Work = Callable[[], None]


def run(
    work: Work,
    counted: Path,
    end_at: int | str | None = None,
    seconds: float = 0,
    tear: Callable[[Engine], None] | None = None,
) -> bool:
    """Do the work in a process of its own; True when it came to its end.

    ``end_at``: the number of the statement at which it is killed, or how that begins; ``seconds`` after it has begun.
    ``counted``: a file that takes how many statements there were. ``tear``: does something to each engine, to show what
    a protection is worth.
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _count(counted, end_at, seconds, tear)
            work()
            code = 0
        except BaseException:  # noqa: BLE001 - nothing of the parent's may go on in the child
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status)
    assert killed or os.WEXITSTATUS(status) == 0, "the work failed by itself"
    assert not killed or os.WTERMSIG(status) == signal.SIGKILL
    return not killed


def statements(counted: Path) -> int:
    """How many statements the last run sent."""
    return counted.stat().st_size


def _count(counted: Path, end_at: int | str | None, seconds: float, tear: Callable[[Engine], None] | None) -> None:
    counted.write_bytes(b"")
    sent = counted.open("ab", buffering=0)
    lock = threading.Lock()

    def reached(statement: str) -> None:
        with lock:
            sent.write(b".")
            if sent.tell() == end_at or (isinstance(end_at, str) and statement.startswith(end_at)):
                threading.Timer(seconds, _end).start() if seconds else _end()

    _listen(reached)
    torn = set[int]()

    @event.listens_for(Engine, "engine_connect")
    def prepare(connection: Connection) -> None:
        if tear and id(connection.engine) not in torn:
            torn.add(id(connection.engine))
            tear(connection.engine)


def _listen(reached: Callable[[str], None]) -> None:
    """Hear of every statement, BEGIN, COMMIT and VACUUM included: SQLite's driver tells, for PostgreSQL SQLAlchemy does."""

    @event.listens_for(Engine, "engine_connect")
    def prepare(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            driver.set_trace_callback(reached)

    @event.listens_for(Engine, "before_cursor_execute")
    def execute(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if connection.dialect.name == "postgresql":
            reached(statement)

    @event.listens_for(Engine, "commit")
    def commit(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            reached("COMMIT")


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
