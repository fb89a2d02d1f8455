"""What was released can't be touched unseen: the database refuses it, and whoever gets round that is found out."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from surveyapp.services import analysing, audit, doctor, frozen, ledger, publishing, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.services.waves import find_wave
from surveyapp.store.migrating import owner_engine
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, gathered, refused
from tests.conftest import Database
from tests.postgres import OWNER
from tests.web.manage.test_looking import noted

WAVE = "town/2010"
TABLES = ("ledger", "release_part", "release_file", "release")


@pytest.fixture
def owner(database: Database) -> Iterator[Engine]:
    """Somebody whom on PostgreSQL not even row security stops."""
    engine = owner_engine(database.owner_url.replace(OWNER, "postgres"))
    yield engine
    engine.dispose()


@pytest.fixture
def release(sessions: Sessions) -> Release:
    """Made, not published."""
    close_and_settle(sessions, gathered(sessions, 12))
    return releasing.make(sessions, WAVE, OPERATOR, Shell(lambda report: {}))


def test_what_pages_read_of_a_release_is_read_once_in_a_process(sessions: Sessions, release: Release) -> None:
    with sessions.reading(release.org_id) as session:
        report, tables = analysing.report_of(session, release), analysing.tables_of(session, [release])
        assert report is not None
        with noted(sessions) as seen:
            assert analysing.report_of(session, release) == report
            assert analysing.tables_of(session, [release]) == tables
        assert seen == []


def tamper(engine: Engine, *statements: str) -> None:
    """Switch the refusals off, as somebody can who owns the database, and change something."""
    with engine.begin() as connection:
        for table in TABLES:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
            else:
                for name in ("unchanged", "kept", "not_replaced"):
                    connection.execute(text(f"DROP TRIGGER {table}_{name}"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0


@pytest.mark.parametrize(
    "statement",
    [
        *(f"DELETE FROM {table}" for table in TABLES),
        "UPDATE ledger SET event = 'withdrawn'",
        "UPDATE release_part SET data = ''",
        "UPDATE release_file SET size = 1",
        "UPDATE release SET n = 11",
        "UPDATE release SET policy_sha256 = ''",
    ],
)
@pytest.mark.usefixtures("release")
def test_the_database_refuses_to_change_what_was_made(sessions: Sessions, owner: Engine, statement: str) -> None:
    engines = [owner, sessions.writing_engine]
    for engine in engines if owner.dialect.name == "sqlite" else engines[:1]:
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))


CHANGED = {
    "UPDATE release_part SET data = (SELECT prev FROM ledger) WHERE name = 'data/responses.csv'": "file at 1",
    "UPDATE release_file SET sha256 = prev FROM ledger WHERE name = 'data/tables.csv'": "file at 1",
    "DELETE FROM release_part WHERE name = 'report.json'": "file at 1",
    "UPDATE release SET state = 'published', public = true": "state at 1",
    "UPDATE ledger SET details = '{}'": "changed at 1",
    "DELETE FROM ledger": "file at 0",
}
"""What somebody does behind the back of the service -> what is found."""


@pytest.mark.parametrize("statement", CHANGED)
def test_whatever_was_touched_is_found_and_nothing_is_published(
    database: Database, sessions: Sessions, owner: Engine, release: Release, statement: str
) -> None:
    assert doctor.Finding("releases", "ok", "every release is what its ledger says") in doctor.examine(
        database.config(), sessions
    )
    tamper(owner, statement)
    with sessions.begin() as session:
        wave = find_wave(session, WAVE)
        assert CHANGED[statement] in [f"{each.code} at {each.number}" for each in ledger.breaks(session, wave)]
        there = frozen.find(session, release.org_id, release.id)
        assert there is not None
        there.state, there.analyst, there.public = "made", False, False
        if "state" not in CHANGED[statement]:
            refused("ledger_broken", publishing.publish, session, there, "public", OPERATOR)
    if "state" not in CHANGED[statement]:
        found = {each.name: each.state for each in doctor.examine(database.config(), sessions)}
        assert found["releases"] == "failure"
    if "responses" in statement:
        with sessions.reading(release.org_id) as session:
            refused("frozen_file_changed", frozen.content, session, there, frozen.RESPONSES)


def test_what_becomes_of_a_release_is_in_the_ledger_and_in_the_log(sessions: Sessions, release: Release) -> None:
    with sessions.begin() as session:
        wave = find_wave(session, WAVE)
        there = frozen.find(session, release.org_id, release.id)
        assert there is not None
        for profile in frozen.PROFILES:
            publishing.publish(session, there, profile, OPERATOR)
        refused("note_needed", publishing.withdraw, session, there, " \n", OPERATOR)
        publishing.withdraw(session, there, "Wrong  year\n", OPERATOR)
        refused("release_withdrawn", publishing.publish, session, there, "public", OPERATOR)
        refused("release_withdrawn", publishing.withdraw, session, there, "Again", OPERATOR)
    with sessions.reading() as session:
        wave = find_wave(session, WAVE)
        told = ledger.entries(session, wave)
        assert [(each.number, each.event) for each in told] == list(
            enumerate(("made", "published", "published", "withdrawn"), 1)
        )
        assert told[0].details["n"] == 12
        assert set(told[0].details["files"]) == {frozen.RESPONSES, frozen.TABLES, frozen.REPORT, frozen.ZIP}
        assert ledger.breaks(session, wave) == []
        logged = [each for each in session.scalars(audit.entries(wave.org_id)) if each.object_id == release.id]
        assert [each.details["ledger"] for each in reversed(logged)] == [each.hash.hex() for each in told]
        there = frozen.find(session, release.org_id, release.id)
        assert there is not None
        assert (there.state, there.note) == ("withdrawn", "Wrong year")
