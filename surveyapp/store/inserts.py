"""Inserting what may be there already: insert first and see what happened, never look first."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp.store.base import Base
from surveyapp.store.limits import Counter
from surveyapp.store.prepared import Prepared
from surveyapp.store.tenancy import own

_COUNTING = {"preserve_rowcount": True}
"""SQLAlchemy otherwise drops the row count of an insert on PostgreSQL and answers -1."""

_INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def insert_once(session: Session, row: type[Base], **values: Any) -> bool:
    """Insert a row unless one with the same key is there; True when it was inserted.

    Waits for another transaction that is inserting the same key, and then sees what became of it.
    """
    own(session, row, values)
    return _once(session.get_bind().dialect.name, row).run(session, **values) == 1


@cache
def _once(database: str, row: type[Base]) -> Prepared:
    begun: Any = _INSERTS[database](table_of(row))
    return Prepared(begun.on_conflict_do_nothing())


def insert_or_replace(session: Session, row: type[Base], values: dict[str, Any], if_there: ColumnElement[bool]) -> bool:
    """Insert a row; where one with its key is there, replace it if the condition holds. True when ``values`` stand now.

    One statement: of several that try at once, each sees what the one before has left.
    """
    own(session, row, values)
    begun = _insert(session, row).values(values)
    keys = [column.name for column in table_of(row).primary_key]
    changed = {name: begun.excluded[name] for name in values if name not in keys}
    statement = begun.on_conflict_do_update(index_elements=keys, set_=changed, where=if_there)
    result = session.connection().execute(statement, execution_options=_COUNTING)
    assert isinstance(result, CursorResult)  # noqa: S101 - for mypy: what an insert always returns
    return result.rowcount == 1


def insert_or_change(session: Session, row: type[Base], values: dict[str, Any], changed: dict[str, Any]) -> None:
    """Insert a row; where one with its key is there, change these columns, by values or expressions of what is there."""
    own(session, row, values)
    keys = [column.name for column in table_of(row).primary_key]
    statement = _insert(session, row).values(values).on_conflict_do_update(index_elements=keys, set_=changed)
    session.connection().execute(statement)


def add_up(session: Session, bucket: bytes, ends: int) -> int:
    """Count one more try in a window and return how many there are. Others of the same window wait for this one."""
    begun = _insert(session, Counter).values(bucket=bucket, ends=ends, tries=1)
    statement = begun.on_conflict_do_update(
        index_elements=["bucket", "ends"], set_={"tries": Counter.tries + 1}
    ).returning(Counter.tries)
    tries: int = session.connection().execute(statement).scalar_one()
    return tries


def _insert(session: Session, row: type[Base]) -> Any:
    return _INSERTS[session.get_bind().dialect.name](table_of(row))


def table_of(row: type[Base]) -> Table:
    """The table of a mapped class, for statements that need no objects."""
    table = row.__table__
    assert isinstance(table, Table)  # noqa: S101 - for mypy: a mapped class may also stand on a join
    return table
