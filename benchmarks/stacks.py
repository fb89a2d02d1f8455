"""What a service may stand on: SQLite or PostgreSQL, gunicorn or granian."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks import floor, plain
from surveyapp.store.migrating import upgrade
from tests import postgres


@dataclass(frozen=True)
class Store:
    """A migrated, empty database: ``environ`` tells a server of it."""

    name: str
    url: str
    environ: dict[str, str] = field(default_factory=dict)


@contextmanager
def stores(folder: Path) -> Iterator[list[Store]]:
    """SQLite, and PostgreSQL where this machine has it, for as long as the block lasts."""
    with ExitStack() as stack:
        found = [_sqlite(folder)]
        try:
            server = stack.enter_context(postgres.server())
        except postgres.NoServer:
            yield found
            return
        server.run(f"CREATE DATABASE bench OWNER {postgres.OWNER}")
        owner = server.address("bench", postgres.OWNER)
        upgrade(owner)
        with psycopg.connect(owner, autocommit=True) as connection:
            for table in (floor.TABLE, plain.TABLE):
                connection.execute(table)
            connection.execute(f"GRANT SELECT, INSERT, UPDATE ON floor_answer, floor_plain TO {postgres.RUNTIME}")
        yield [*found, _store("PostgreSQL", server.address("bench"), folder)]


def _sqlite(folder: Path) -> Store:
    url = f"sqlite:///{folder / 'web.db'}"
    upgrade(url)
    return _store("SQLite", url, folder)


def _store(name: str, url: str, folder: Path) -> Store:
    place = tempfile.mkdtemp(dir=folder)
    return Store(name, url, {"DATABASE_URL": url, "INSTANCE_DIR": place, "FLOOR_DATABASE": url})
