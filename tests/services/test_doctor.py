"""The doctor finds what could break a promise, and is content with what is good."""

import subprocess
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, select, text, update

from surveyapp.services import disks, doctor, jobs, remains, settlements, wave_keys, waves
from surveyapp.services.doctor import LARGEST_LOG, Finding
from surveyapp.services.settlements import Place
from surveyapp.services.wave_keys import Keys
from surveyapp.store.drafts import Draft
from surveyapp.store.jobs import Job
from surveyapp.store.migrating import owner_engine
from surveyapp.store.models import Participation
from surveyapp.store.sessions import Sessions, make_sessions
from tests import postgres
from tests.builders import begin, close_and_settle, gathered, inside, open_wave, settle_at_once, wave_of
from tests.conftest import Database
from tests.faults.conftest import own_server

__all__ = ["own_server"]

HERE = {"PUBLIC_URL": "http://127.0.0.1:8000"}
PRODUCTION = {"PUBLIC_URL": "https://survey.example.org"}


def look(database: Database, sessions: Sessions, **more: str) -> dict[str, Finding]:
    """What isn't well, by name."""
    found = doctor.examine(database.config(**HERE | more), sessions)
    return {finding.name: finding for finding in found if finding.state != "ok"}


def change(database: Database, statement: str) -> None:
    engine = owner_engine(database.owner_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_good_installation_is_well(database: Database, sessions: Sessions) -> None:
    gathered(sessions, 2)
    assert look(database, sessions) == {}


def test_in_production_it_asks_for_a_proxy_and_for_somebody_to_write_to(database: Database, sessions: Sessions) -> None:
    assert set(look(database, sessions, **PRODUCTION)) == {"proxy", "statement"}
    assert set(look(database, sessions, **PRODUCTION, TRUSTED_PROXIES="1")) == {"statement"}


def test_a_database_of_another_release_is_a_failure(database: Database, sessions: Sessions) -> None:
    change(database, "UPDATE alembic_version SET version_num = '9999'")
    found = look(database, sessions)
    assert [(finding.name, finding.state) for finding in found.values()] == [("ready: schema", "failure")]


def test_a_database_that_cannot_be_reached_is_a_failure(tmp_path: Path) -> None:
    nowhere = "postgresql://surveyapp_app:secret@127.0.0.1:1/survey"
    database = Database("postgresql", nowhere, nowhere, tmp_path)
    sessions = make_sessions(database.config())
    assert set(look(database, sessions)) == {"ready: database"}


@pytest.mark.parametrize(
    ("pragma", "value"), [("synchronous", "NORMAL"), ("secure_delete", "OFF"), ("foreign_keys", 0)]
)
def test_a_connection_that_is_set_otherwise_is_a_failure(
    sqlite_database: Database, pragma: str, value: str | int
) -> None:
    sessions = make_sessions(sqlite_database.config())
    event.listen(sessions.writing_engine, "connect", lambda line, _: line.execute(f"PRAGMA {pragma}={value}"))
    assert look(sqlite_database, sessions)[f"pragma {pragma}"].state == "failure"
    sessions.dispose()


def test_a_table_that_keeps_the_order_of_arrival_is_a_failure(sqlite_database: Database) -> None:
    change(sqlite_database, "CREATE TABLE visitor (name TEXT)")
    sessions = make_sessions(sqlite_database.config())
    found = look(sqlite_database, sessions)
    sessions.dispose()
    assert found["row numbers"].state == "failure"
    assert "visitor" in found["row numbers"].words


def test_a_long_log_is_a_warning(sqlite_database: Database) -> None:
    sessions = make_sessions(sqlite_database.config())
    with sessions.reading() as reader:
        reader.connection()
        log = sqlite_database.folder / "survey.db-wal"
        with log.open("r+b") as file:
            file.truncate(LARGEST_LOG + 1)
        assert look(sqlite_database, sessions)["write-ahead log"].state == "warning"
    sessions.dispose()


def test_unfinished_answers_past_their_date_are_a_warning(database: Database, sessions: Sessions) -> None:
    with sessions.begin() as session:
        begin(session, open_wave(session))
        inside(session).execute(update(Draft).values(touched=date(2020, 1, 1)))
    assert look(database, sessions)["dates"].state == "warning"


def test_a_closed_wave_that_waits_to_be_settled_is_a_warning(database: Database, sessions: Sessions) -> None:
    collecting = gathered(sessions, 12)
    with sessions.begin() as session:
        waves.close(session, wave_of(session, collecting))
    assert "12 answers" in look(database, sessions)["settling"].words


def test_files_that_still_hold_what_was_settled_are_a_warning(database: Database, sessions: Sessions) -> None:
    collecting = gathered(sessions, 12)
    with sessions.begin() as session:
        waves.close(session, wave_of(session, collecting))
    with sessions.begin() as session:
        settle_at_once(session, wave_of(session, collecting))
    assert set(look(database, sessions)) == {"settling", "rewriting"}
    settlements.rewrite(Place(sessions, database.owner_url), lambda session: wave_of(session, collecting))
    assert look(database, sessions) == {}


def test_rows_of_a_settled_wave_that_were_written_apart_are_a_failure(
    postgresql_database: Database,
) -> None:
    sessions = make_sessions(postgresql_database.config())
    collecting = gathered(sessions, 12)
    close_and_settle(sessions, collecting)
    assert look(postgresql_database, sessions) == {}
    with sessions.begin() as session:
        row = inside(session).scalars(select(Participation)).first()
        assert row
        row.channel = "paper"
    found = look(postgresql_database, sessions)
    assert {name: (each.state, "participation" in each.words) for name, each in found.items()} == {
        "order of arrival": ("failure", True)
    }
    settlements.settle(Place(sessions, postgresql_database.owner_url), lambda session: wave_of(session, collecting))
    assert look(postgresql_database, sessions) == {}
    sessions.dispose()


def test_work_that_nobody_does_and_work_that_failed_are_warnings(database: Database, sessions: Sessions) -> None:
    collecting = gathered(sessions, 1)
    with sessions.begin() as session:
        jobs.ask(session, collecting.org_id, "settle", collecting.wave_id)
    assert look(database, sessions) == {}
    with sessions.begin() as session:
        session.execute(update(Job).values(due=Job.due - remains.PATIENCE - 1))
    assert set(look(database, sessions)) == {"worker"}
    with sessions.begin() as session:
        session.execute(update(Job).values(state="failed", reason="not_owner"))
    assert "DATABASE_OWNER_URL" in look(database, sessions)["job settle"].words


def test_a_server_that_keeps_answers_elsewhere_is_told_of(
    own_server: tuple[postgres.Server, Database],
) -> None:
    server, database = own_server
    server.run("ALTER SYSTEM SET log_min_duration_sample = 0", "ALTER SYSTEM SET archive_mode = on")
    server.run("ALTER SYSTEM SET wal_level = replica")
    restart(server)
    server.run("SELECT pg_create_physical_replication_slot('forgotten', true)")
    sessions = make_sessions(database.config())
    found = look(database, sessions)
    assert {name: each.state for name, each in found.items()} == {
        "server log_parameter_max_length": "failure",
        "server archive": "warning",
        "replication slots": "warning",
    }
    assert "forgotten" in found["replication slots"].words
    sessions.dispose()


def restart(server: postgres.Server) -> None:
    subprocess.run(
        postgres._as_postgres([*server.control, "-o", server.options, "-m", "fast", "restart"]),
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )


MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
server:/export /srv nfs4 rw 0 0
/dev/sdb1 /srv/local ext4 rw 0 0
//office/share /mnt/the\\040office cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/var/lib/survey.db", None),
        ("/srv/survey.db", "nfs4"),
        ("/srv/local/survey.db", None),
        ("/srvother/survey.db", None),
        ("/mnt/the office/survey.db", "cifs"),
    ],
)
def test_a_file_on_a_network_is_known(tmp_path: Path, file: str, kind: str | None) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    assert disks.network_kind(Path(file), tmp_path / "mounts") == kind


def test_where_nobody_can_tell_nothing_is_claimed(tmp_path: Path) -> None:
    assert disks.network_kind(Path("/srv/survey.db"), tmp_path / "no such list") is None


def test_a_database_on_a_network_forbids_the_start(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disks, "network_kind", lambda file: "nfs4")
    sessions = make_sessions(sqlite_database.config())
    assert look(sqlite_database, sessions)["disk"].state == "failure"
    assert [each.name for each in doctor.forbids_start(sqlite_database.config(), sessions)] == ["disk"]
    sessions.dispose()


def test_keys_of_waves_open_and_end_with_their_waves(database: Database, sessions: Sessions) -> None:
    first, second = {"SECRET_KEY": "f" * 40}, {"SECRET_KEY": "s" * 40}
    with sessions.begin() as session:
        collecting = open_wave(session)
        wave_keys.key_of_wave(session, Keys(["f" * 40]), collecting.org_id, collecting.wave_id)
    assert look(database, sessions, **first) == {}
    lost = look(database, sessions, **second)["keys of waves"]
    assert (lost.state, "SECRET_KEY_OLD" in lost.words) == ("failure", True)
    assert look(database, sessions, **second, SECRET_KEY_OLD="f" * 40)["keys of waves"].state == "warning"
    with sessions.begin() as session:
        wave_of(session, collecting).state = "closed"
    assert look(database, sessions, **first)["keys of waves"].state == "failure"
