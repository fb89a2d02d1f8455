"""The doctor finds what could break a promise, and is content with what is good."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, text, update

from surveyapp.services import disks, doctor, wave_keys, waves
from surveyapp.services.doctor import LARGEST_LOG, Finding
from surveyapp.services.wave_keys import Keys
from surveyapp.store.drafts import Draft
from surveyapp.store.migrating import owner_engine
from surveyapp.store.sessions import Sessions, make_sessions
from tests.builders import begin, gathered, inside, open_wave, wave_of
from tests.conftest import Database

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
    finding = look(database, sessions)["settling"]
    assert "12 answers" in finding.words


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
