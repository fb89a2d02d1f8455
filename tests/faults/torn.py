"""The product with its transactions taken away: each statement is kept by itself, with a moment after the key.

Only the control of the test with killed workers serves this.
"""

import time
from typing import Any

from sqlalchemy import Connection, Engine, event

from surveyapp.store.sessions import Sessions
from surveyapp.web import create_app

A_MOMENT = 1.5


def tear(engine: Engine) -> None:
    """Have every statement of an engine commit itself."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("COMMIT"))
    else:
        event.listen(engine, "connect", lambda connection, _: setattr(connection, "autocommit", True))

    @event.listens_for(engine, "after_cursor_execute")
    def linger(connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO submission_key"):
            time.sleep(A_MOMENT)


app = create_app()
sessions: Sessions = app.extensions["surveyapp"].sessions
tear(sessions.writing_engine)
