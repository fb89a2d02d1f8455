"""Ready means that an answer could be stored now: tried for real, without leaving a trace."""

from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, text

from surveyapp.services import readiness
from surveyapp.services.readiness import LEAST_FREE, free_bytes, unready
from surveyapp.store.limits import Counter
from surveyapp.store.migrating import owner_engine
from surveyapp.store.sessions import Sessions
from surveyapp.web import create_app
from tests.builders import count
from tests.conftest import Database


class Usage(NamedTuple):
    """As the standard library tells of a disk."""

    total: int
    used: int
    free: int


def with_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))


def test_a_good_store_is_ready_and_the_probe_leaves_nothing(sessions: Sessions, database: Database) -> None:
    probed = []
    event.listen(sessions.writing_engine, "after_cursor_execute", lambda *each: probed.append(each[2]))
    assert unready(sessions, database.folder) == ()
    assert any(statement.startswith("INSERT") for statement in probed)
    with sessions.reading() as session:
        assert count(session, Counter) == 0


def test_a_store_that_takes_nothing_is_not_ready(sessions: Sessions, database: Database) -> None:
    """It can be read and it can't be written: looking would not have told."""
    engine = owner_engine(database.owner_url)
    with engine.begin() as connection:
        if database.engine == "sqlite":
            refuse = "CREATE TRIGGER no BEFORE INSERT ON limit_counter BEGIN SELECT RAISE(FAIL, 'full'); END"
            connection.execute(text(refuse))
        else:
            connection.execute(text("REVOKE INSERT ON limit_counter FROM surveyapp_app"))
    engine.dispose()
    assert unready(sessions, database.folder) == ("database",)


def test_a_store_of_another_release_is_not_ready(sessions: Sessions, database: Database) -> None:
    engine = owner_engine(database.owner_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert unready(sessions, database.folder) == ("schema",)


@pytest.mark.parametrize(("free", "reasons"), [(LEAST_FREE, ()), (LEAST_FREE - 1, ("disk",))])
def test_below_200_megabytes_the_disk_is_not_ready(
    sessions: Sessions, database: Database, monkeypatch: pytest.MonkeyPatch, free: int, reasons: tuple[str, ...]
) -> None:
    assert LEAST_FREE == 200_000_000
    with_free(monkeypatch, free)
    assert unready(sessions, database.folder) == reasons


def test_a_clock_that_differs_from_the_databases_is_not_ready(sessions: Sessions, database: Database) -> None:
    with time_machine.travel("2030-01-01T12:00:00Z"):
        assert unready(sessions, database.folder) == ("clock",)


def test_the_disk_of_a_folder_that_is_not_there_yet_is_its_parents(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "not" / "yet") > 0


@pytest.fixture
def app(database: Database) -> Flask:
    return create_app(database.config())


def test_the_address_says_neither_why_nor_what_runs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (app.test_client().get("/readyz").status_code, app.test_client().get("/readyz").text) == (200, "ok\n")
    with_free(monkeypatch, 0)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.text, answer.headers["Retry-After"]) == (503, "not ready\n", "5")
    assert app.test_client().get("/healthz").status_code == 200
    app.extensions["surveyapp"].sessions.dispose()


def test_alive_without_a_database(tmp_path: Path) -> None:
    nowhere = "postgresql://surveyapp_app:secret@127.0.0.1:1/survey"
    app = create_app(Database("postgresql", nowhere, nowhere, tmp_path).config())
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").status_code == 503
