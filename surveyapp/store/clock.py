"""The database's clock. Machines' clocks differ; the database has one."""

from datetime import UTC, date, datetime

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session


def seconds(session: Session) -> int:
    """Unix seconds at this statement, not at the beginning of the transaction."""
    if session.get_bind().dialect.name == "sqlite":
        return session.scalars(_SQLITE).one()
    return int(session.scalars(_POSTGRESQL).one())


_SQLITE = select(cast(func.strftime("%s", "now"), Integer))
_POSTGRESQL = select(func.extract("epoch", func.clock_timestamp()))


def today(session: Session) -> date:
    """The day (UTC) in which the transaction began."""
    return day_of(session.scalars(select(func.now())).one())


def day_of(moment: datetime) -> date:
    """The day of what the database answers: PostgreSQL with a zone, SQLite in UTC without one."""
    return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()
