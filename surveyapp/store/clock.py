"""The database's clock. Machines' clocks differ; the database has one."""

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session


def seconds(session: Session) -> int:
    """Unix seconds at this statement, not at the beginning of the transaction."""
    if session.get_bind().dialect.name == "sqlite":
        return session.scalars(select(cast(func.strftime("%s", "now"), Integer))).one()
    return int(session.scalars(select(func.extract("epoch", func.clock_timestamp()))).one())
