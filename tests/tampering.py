"""Somebody who owns the database and changes the log behind the back of the service."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from surveyapp.store.migrating import owner_engine
from tests.conftest import Database
from tests.postgres import OWNER

OFF = {
    "sqlite": ("DROP TRIGGER audit_unchanged", "DROP TRIGGER audit_kept", "DROP TRIGGER audit_not_replaced"),
    "postgresql": ("ALTER TABLE audit DISABLE TRIGGER ALL",),
}
"""How they switch its refusal off."""


@contextmanager
def almighty(database: Database) -> Iterator[Engine]:
    """Somebody whom on PostgreSQL not even row security stops."""
    engine = owner_engine(database.owner_url.replace(OWNER, "postgres"))
    yield engine
    engine.dispose()


def tamper(database: Database, *statements: str, **values: object) -> list[int]:
    """Switch the refusal off and change the log; how many rows each statement has changed."""
    with almighty(database) as engine:
        with engine.begin() as connection:
            for off in OFF[database.engine]:
                connection.execute(text(off))
        with engine.begin() as connection:
            return [connection.execute(text(each), values).rowcount for each in statements]
