"""Disks that are full: a small one of memory where mounting is allowed, or a database that may not grow."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import Engine, event

from tests.conftest import Database, new_sqlite

SMALL, LARGE = "3m", "64m"
_PAGES_LEFT, _NO_LIMIT = 0, 1_000_000


class SmallDisk(Protocol):
    """A database that soon finds no more room."""

    database: Database

    def limit(self, engine: Engine) -> None:
        """From now on the connections of an engine feel it."""

    def enlarge(self) -> None:
        """Make room."""


class _Memory:
    def __init__(self, folder: Path, template: Path) -> None:
        self._folder = folder
        self.database = new_sqlite(folder, template)

    def limit(self, engine: Engine) -> None:
        """The disk is the limit."""

    def enlarge(self) -> None:
        subprocess.run(["mount", "-o", f"remount,size={LARGE}", str(self._folder)], check=True)


@contextmanager
def small_memory(folder: Path, template: Path) -> Iterator[SmallDisk]:
    """A disk of three megabytes."""
    place = folder / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here; the database that may not grow stands in for a small disk")
    try:
        yield _Memory(place, template)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


class _FewPages:
    def __init__(self, folder: Path, template: Path) -> None:
        self.database = new_sqlite(folder, template)
        self._pages = _NO_LIMIT

    def limit(self, engine: Engine) -> None:
        with engine.connect() as connection:
            self._pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + _PAGES_LEFT

        @event.listens_for(engine, "checkout")
        def remember(connection: object, *_: object) -> None:
            connection.execute(f"PRAGMA max_page_count={self._pages}")

    def enlarge(self) -> None:
        self._pages = _NO_LIMIT


@contextmanager
def few_pages(folder: Path, template: Path) -> Iterator[SmallDisk]:
    """A database that may not grow any more."""
    yield _FewPages(folder, template)
