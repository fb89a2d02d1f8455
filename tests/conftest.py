"""Databases to test on, and a last line that says what the suite ran on."""

import itertools
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import make_url

from surveyapp.config import Config
from surveyapp.store.migrating import upgrade
from surveyapp.store.sessions import Sessions, make_sessions
from surveyapp.web import create_app

from . import postgres
from .needs import unavailable

RAN_ON: dict[str, str] = {}
FIGURES: dict[str, str] = {}
SECRET = "a secret of the tests that is long enough"
TEMPLATE = "template_survey"


@dataclass(frozen=True)
class Database:
    """A migrated, empty database: ``url`` as the service sees it, ``owner_url`` as whoever migrates it does."""

    engine: str
    url: str
    owner_url: str
    folder: Path

    def config(self, **more: str) -> Config:
        """Settings for a service on this database."""
        environ = {"DATABASE_URL": self.url, "DATABASE_OWNER_URL": self.owner_url, "SECRET_KEY": SECRET}
        return Config.from_env({**environ, "INSTANCE_DIR": str(self.folder), **more})


@contextmanager
def application(config: Config) -> Iterator[Flask]:
    """The application with these settings, as long as the block lasts."""
    made = create_app(config)
    yield made
    made.extensions["surveyapp"].sessions.dispose()


POSTGRESQL_IN_SOAK = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True
)
"""What takes long and is hardly about the engine: on SQLite in every run, on both in ``make soak``."""

LONG_ON_POSTGRESQL = (
    "tests/bots/test_exports.py",
    "tests/bots/test_interviews.py::test_by_polling",
    "tests/faults/test_a5_guesses.py",
    "tests/faults/test_r13_clocks.py",
    "tests/faults/test_r13_killed_jobs.py",
    "tests/released/test_attacks.py",
    "tests/services/test_reviewing.py::test_the_words_as_they_were_written_are_nowhere",
    "tests/test_interviews.py",
    "tests/test_transcripts.py",
    "tests/web/analyse/test_results.py",
    "tests/web/analyse/test_rows.py",
    "tests/web/analyse/test_staff.py",
    "tests/web/manage/test_looking.py",
    "tests/web/test_chat.py",
)
"""The same for whole files, and for stories whose names begin like this."""


LONGEST = "tests/web/test_bad_input.py"
"""Begins first: three of four workers would wait for it at the end."""


MEMORY, ROOM = Path("/dev/shm"), 6 * 1024**3
"""A folder that is kept in memory, and the bytes that four processes may need there."""


def pytest_configure(config: pytest.Config) -> None:
    """Draw the same examples in every run, so that none fails by luck; the long run looks for new ones.

    Where there is room, files are kept in memory: what is written is synced as often, and nobody waits for a disk.
    """
    settings.register_profile("the same", derandomize=True)
    long = config.option.markexpr.startswith("soak")
    settings.load_profile("default" if long else "the same")
    if not long and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is to run on PostgreSQL in the long run only, before it is decided what runs, and what begins first."""
    for item in items:
        if "postgresql" in item.name and item.nodeid.startswith(LONG_ON_POSTGRESQL):
            item.add_marker(pytest.mark.soak)
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Templates are compiled once for all applications of a run: else that is half of what a small test takes."""
    folder = tmp_path_factory.mktemp("templates")
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(folder))}


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Server]:
    """One server for the whole run."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres.server())
        except postgres.NoServer:
            unavailable("there is no PostgreSQL server on this machine")
        RAN_ON["PostgreSQL"] = server.run()
        server.run(f"CREATE DATABASE {TEMPLATE} OWNER {postgres.OWNER}")
        upgrade(server.address(TEMPLATE, postgres.OWNER))
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file to be copied."""
    file = tmp_path_factory.mktemp("template") / "survey.db"
    upgrade(f"sqlite:///{file}")
    RAN_ON["SQLite"] = sqlite3.sqlite_version
    return file


def new_sqlite(folder: Path, template: Path) -> Database:
    """A database file of one's own."""
    file = folder / "survey.db"
    shutil.copy(template, file)
    return Database("sqlite", f"sqlite:///{file}", f"sqlite:///{file}", folder)


def new_postgresql(folder: Path, server: postgres.Server) -> Database:
    """A database of one's own on the test server."""
    name = f"survey_{secrets.token_hex(6)}"
    server.create(name, TEMPLATE)
    return Database("postgresql", server.address(name), server.address(name, postgres.OWNER), folder)


@contextmanager
def own_postgresql(folder: Path, server: postgres.Server) -> Iterator[Database]:
    """The same as long as the block lasts: it has its room in memory."""
    database = new_postgresql(folder, server)
    yield database
    server.drop(make_url(database.url).database or "")


@contextmanager
def own(request: pytest.FixtureRequest, folder: Path) -> Iterator[Database]:
    """A database on the engine that a fixture is asked for."""
    if request.param == "sqlite":
        yield new_sqlite(folder, request.getfixturevalue("migrated_file"))
    else:
        with own_postgresql(folder, request.getfixturevalue("postgresql")) as database:
            yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, once on each engine."""
    with own(request, tmp_path) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Makes empty databases, as many as a test needs, on each engine."""
    made = itertools.count()
    with ExitStack() as stack:

        def make() -> Database:
            folder = tmp_path / f"database-{next(made)}"
            folder.mkdir()
            return stack.enter_context(own(request, folder))

        yield make


@pytest.fixture
def sqlite_database(tmp_path: Path, migrated_file: Path) -> Database:
    """An empty SQLite database, for what doesn't depend on the engine."""
    return new_sqlite(tmp_path, migrated_file)


@pytest.fixture
def postgresql_database(tmp_path: Path, postgresql: postgres.Server) -> Iterator[Database]:
    """An empty database of PostgreSQL, for what SQLite doesn't have."""
    with own_postgresql(tmp_path, postgresql) as made:
        yield made


@pytest.fixture
def sessions(database: Database) -> Iterator[Sessions]:
    """Sessions on an empty database, once on each engine."""
    made = make_sessions(database.config())
    yield made
    made.dispose()


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    """The application on an empty database."""
    with application(database.config()) as made:
        yield made


@pytest.fixture
def sqlite_app(sqlite_database: Database) -> Iterator[Flask]:
    """The same on SQLite, for what doesn't depend on the engine."""
    with application(sqlite_database.config()) as made:
        yield made


@pytest.fixture
def figures() -> dict[str, str]:
    """What a test has measured, by name, for whoever reads the end of the run."""
    return FIGURES


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells what it ran on, and what it measured."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput |= {"ran_on": RAN_ON, "figures": FIGURES}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear what a worker ran on, and what it measured."""
    output = getattr(node, "workeroutput", {})
    RAN_ON.update(output.get("ran_on", {}))
    FIGURES.update(output.get("figures", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured, and name what the suite ran on."""
    for name, figures in sorted(FIGURES.items()):
        terminalreporter.write_line(f"{name}: {figures}")
    ran = ", ".join(f"{name} {version}" for name, version in sorted(RAN_ON.items())) or "no database and no browser"
    terminalreporter.write_line(f"ran on: {ran}")
