"""The database's clock. Machines' clocks differ; the database has one."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, select
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


class Day(FunctionElement[date]):
    """In a statement: the day (UTC) in which the transaction began."""

    type = Date()
    inherit_cache = True


@compiles(Day, "sqlite")
def _day_of_sqlite(day: Day, compiler: Any, **_: Any) -> str:
    return "CURRENT_DATE"


@compiles(Day, "postgresql")
def _day_of_postgresql(day: Day, compiler: Any, **_: Any) -> str:
    return "CAST(now() AT TIME ZONE 'UTC' AS date)"


def seconds(session: Session) -> int:
    """Unix seconds at this statement, not at the beginning of the transaction."""
    return session.scalars(_SECONDS).one()


_SECONDS = select(Present())


def today(session: Session) -> date:
    """The day (UTC) in which the transaction began."""
    return session.scalars(_TODAY).one()


_TODAY = select(Day())


def day(seconds: float) -> date:
    """The day (UTC) of a moment in Unix seconds."""
    return datetime.fromtimestamp(seconds, UTC).date()
