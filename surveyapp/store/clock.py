"""The database's clock. Machines' clocks differ; the database has one."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement


class Present(FunctionElement[int]):
    """In a statement: Unix seconds while it runs, not at the beginning of the transaction."""

    type = BigInteger()
    inherit_cache = True


@compiles(Present, "sqlite")
def _of_sqlite(present: Present, compiler: Any, **_: Any) -> str:
    return "CAST(strftime('%s', 'now') AS INTEGER)"


@compiles(Present, "postgresql")
def _of_postgresql(present: Present, compiler: Any, **_: Any) -> str:
    return "CAST(floor(EXTRACT(epoch FROM clock_timestamp())) AS BIGINT)"


def seconds(session: Session) -> int:
    """Unix seconds at this statement, not at the beginning of the transaction."""
    return session.scalars(_SECONDS).one()


_SECONDS = select(Present())


def today(session: Session) -> date:
    """The day (UTC) in which the transaction began."""
    return day_of(session.scalars(select(func.now())).one())


def day(seconds: float) -> date:
    """The day (UTC) of a moment in Unix seconds."""
    return datetime.fromtimestamp(seconds, UTC).date()


def day_of(moment: datetime) -> date:
    """The day of what the database answers: PostgreSQL with a zone, SQLite in UTC without one."""
    return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()
