"""The product whose workers are killed at the worst moment: the key is spent, the answers are not yet there."""

import os
import signal
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event

from surveyapp.web import create_app

DEATHS = 4


def app(*, torn: bool) -> Flask:
    """``torn``: without transactions, so that each statement is kept by itself."""
    made = create_app()
    parts = made.extensions["surveyapp"]
    engine: Engine = parts.sessions.writing_engine
    if torn:
        tear(engine)
    die_after_the_key(engine, parts.config.instance_dir)
    return made


def tear(engine: Engine) -> None:
    """Have every statement of an engine commit itself."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("COMMIT"))
    else:
        event.listen(engine, "after_cursor_execute", keep_at_once)


def keep_at_once(connection: Connection, *_: Any) -> None:
    """Commit on PostgreSQL, and go on for the same organisation."""
    line: Any = connection.connection.driver_connection
    org = line.pgconn.exec_(b"SELECT current_setting('app.org', true)").get_value(0, 0) or b""
    line.pgconn.exec_(b"COMMIT; BEGIN; SELECT set_config('app.org', '" + org + b"', true)")


def die_after_the_key(engine: Engine, folder: Path) -> None:
    """The first few that get as far take their whole worker with them."""

    @event.listens_for(engine, "after_cursor_execute")
    def die(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO submission_key"):
            deaths = folder / f"death-{os.getpid()}"
            if len(list(folder.glob("death-*"))) < DEATHS:
                deaths.touch()
                os.kill(os.getpid(), signal.SIGKILL)
