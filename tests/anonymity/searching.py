"""Everything that a copy of the machine holds, searched byte for byte."""

import io
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from tests import postgres
from tests.conftest import Database


class Everything:
    """All bytes of a machine on which a database is."""

    def __init__(self, database: Database, server: postgres.Server | None, log: io.StringIO) -> None:
        self._database, self._server, self._log = database, server, log

    def holds(self, canaries: dict[str, bytes]) -> set[str]:
        """Which of the canaries are anywhere."""
        found = {name for name, canary in canaries.items() if any(canary in kept for kept in self._files())}
        return found | self.said(canaries) | self._in_statistics(canaries)

    def said(self, canaries: dict[str, bytes]) -> set[str]:
        """Which of them have been logged."""
        said = self._log.getvalue().encode()
        return {name for name, canary in canaries.items() if canary in said}

    def _files(self) -> Iterator[bytes]:
        if self._server is None:
            yield from (file.read_bytes() for file in self._database.folder.iterdir() if file.is_file())
            return
        with self._superuser().connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))
            number = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
            folder = Path(connection.scalar(text("SHOW data_directory")) or "") / "base" / str(number.scalar_one())
        yield from (file.read_bytes() for file in folder.iterdir())

    def _in_statistics(self, canaries: dict[str, bytes]) -> set[str]:
        if self._server is None:
            return set()
        with self._superuser().connect() as connection:
            rows = connection.execute(text("SELECT s::text FROM pg_statistic s")).scalars().all()
        held = "\n".join(rows)
        return {name for name, canary in canaries.items() if as_shown(canary) in held}

    def _superuser(self) -> Engine:
        return create_engine(make_url(self._database.owner_url).set(username="postgres"), poolclass=NullPool)


def as_shown(canary: bytes) -> str:
    """As PostgreSQL writes it in a statistic: words as they are, other bytes in hexadecimal."""
    return canary.decode() if canary.isascii() else canary.hex()
