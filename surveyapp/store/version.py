"""Which schema this release needs. Kept apart from Alembic, which a process that serves need not load."""

from sqlalchemy import Connection, text

HEAD = "0016"
"""The newest migration; a test compares it with the migrations there are."""


def present(connection: Connection) -> str | None:
    """The migration a database is at. Raises ProgrammingError or OperationalError for one that was never upgraded."""
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if revision is None else str(revision)
