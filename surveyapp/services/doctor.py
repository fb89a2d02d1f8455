"""What could break a promise: settings, database, files and dates, looked at one by one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.orm import Session

from surveyapp.config import Config
from surveyapp.services import disks, keeping, ledger, readiness, remains, statements, wave_keys, waves
from surveyapp.services.wave_keys import Keys
from surveyapp.store import clock
from surveyapp.store.releases import Release
from surveyapp.store.sessions import PRAGMAS, Sessions, StoreUnavailable
from surveyapp.store.tenancy import elsewhere, organisations
from surveyapp.store.version import HEAD, present
from surveyapp.store.waves import Wave

LARGEST_LOG = 16 * 1024 * 1024
"""Bytes of SQLite's write-ahead log that mean that something keeps it from being emptied."""

_UNREADY = {
    "disk": "less than 200 MB are free on the disk",
    "schema": "the database was made by another release: run surveyapp upgrade",
    "clock": "this machine's clock and the database's are more than two minutes apart",
    "database": "the database can't be reached or written to",
}
_ANSWERED = {
    "journal_mode": "wal",
    "synchronous": "2",
    "foreign_keys": "1",
    "secure_delete": "1",
    "trusted_schema": "0",
    "temp_store": "2",
}
"""How SQLite answers for pragmas that were set by a word."""

_SERVER_MUST = {
    "fsync": "on",
    "full_page_writes": "on",
    "track_commit_timestamp": "off",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length_on_error": "0",
    "server_encoding": "UTF8",
}

_FORBIDS_START = (
    "schema",
    "disk",
    "pragma ",
    "role",
    "server fsync",
    "server full_page_writes",
    "server synchronous_commit",
    "server server_encoding",
)
"""Beginnings of the names of findings: such a failure would lose, tear or refuse what people send."""


class Finding(NamedTuple):
    """Something looked at. A failure breaks a promise now; a warning may."""

    name: str
    state: Literal["ok", "warning", "failure"]
    words: str


def examine(config: Config, sessions: Sessions) -> list[Finding]:
    """Look at everything; the database's own checks only where it can be reached."""
    found = [*_settings(config)]
    reasons = readiness.unready(sessions, config.instance_dir)
    found += [Finding(f"ready: {reason}", "failure", _UNREADY[reason]) for reason in reasons]
    if "database" in reasons or "schema" in reasons:
        return found
    if not reasons:
        found.append(Finding("ready", "ok", "an answer could be stored now"))
    with sessions.begin() as session:
        found += _database(session.connection(), config)
        found += _dates(session)
        found += _keys(session, Keys(config.secrets))
        found += _releases(session)
        found += [Finding(*each) for each in (*remains.of_settling(session), *remains.of_jobs(session))]
    return found


def _releases(session: Session) -> Iterator[Finding]:
    """Every release is what its ledger says."""
    touched = []
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            released = select(Wave).where(Wave.org_id == org_id, Wave.id.in_(select(Release.wave_id)))
            touched += [wave.slug for wave in session.scalars(released) if ledger.breaks(session, wave)]
    if touched:
        words = f"the ledger and what is stored differ, somebody has changed the database: waves {', '.join(touched)}"
        yield Finding("releases", "failure", words)
    else:
        yield Finding("releases", "ok", "every release is what its ledger says")


def forbids_start(config: Config, sessions: Sessions) -> list[Finding]:
    """The failures with which the service must not start. A database that can't be reached now is no failure yet."""
    try:
        with sessions.reading() as session:
            found = [*_schema(session.connection()), *_database(session.connection(), config)]
    except StoreUnavailable:
        return []
    return [each for each in found if each.state == "failure" and each.name.startswith(_FORBIDS_START)]


def _schema(connection: Connection) -> Iterator[Finding]:
    if not inspect(connection).has_table("alembic_version") or present(connection) != HEAD:
        yield Finding("schema", "failure", _UNREADY["schema"])


def _settings(config: Config) -> Iterator[Finding]:
    sqlite = config.database_url.startswith("sqlite")
    if config.production and not config.trusted_proxies:
        yield Finding(
            "proxy",
            "warning",
            "TRUSTED_PROXIES is not set: a buffering proxy is needed in front, and limits need to know it",
        )
    if sqlite and config.workers > 2:
        yield Finding("workers", "warning", "SQLite serves best with two workers; PostgreSQL is better for more")
    if config.production and not statements.read(config.instance_dir).contact:
        yield Finding("statement", "warning", "statement.yaml in the instance folder names nobody to write to")
    yield Finding(
        "settings", "ok", f"production: {'yes' if config.production else 'no'}, {'SQLite' if sqlite else 'PostgreSQL'}"
    )


def _database(connection: Connection, config: Config) -> Iterator[Finding]:
    if connection.dialect.name == "sqlite":
        yield from _pragmas(connection)
        yield from _row_numbers(connection)
        yield from _files(Path(connection.engine.url.database or ""))
        yield from (Finding(*each) for each in remains.in_sqlite(connection))
    else:
        yield from _server(connection)
        yield from (Finding(*each) for each in remains.in_postgresql(connection))
        yield from _role(connection, config)


def _pragmas(connection: Connection) -> Iterator[Finding]:
    for name, wanted in (PRAGMAS | _ANSWERED).items():
        present = str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
        if present == wanted:
            yield Finding(f"pragma {name}", "ok", present)
        else:
            yield Finding(f"pragma {name}", "failure", f"{present}, should be {wanted}")


def _row_numbers(connection: Connection) -> Iterator[Finding]:
    """A hidden row number would keep the order in which answers arrived."""
    tables = connection.exec_driver_sql("PRAGMA table_list").mappings().all()
    numbered = [
        row["name"]
        for row in tables
        if row["type"] == "table" and not row["wr"] and not row["name"].startswith(("sqlite_", "alembic_"))
    ]
    words = (
        f"these tables keep the order of arrival: {', '.join(numbered)}"
        if numbered
        else "no table keeps the order of arrival"
    )
    yield Finding("row numbers", "failure" if numbered else "ok", words)


def _files(file: Path) -> Iterator[Finding]:
    log = file.with_name(f"{file.name}-wal")
    if kind := disks.network_kind(file):
        yield Finding("disk", "failure", f"the database is on a network file system ({kind}), which can break it")
    size = log.stat().st_size if log.exists() else 0
    state: Literal["ok", "warning"] = "warning" if size > LARGEST_LOG else "ok"
    yield Finding("write-ahead log", state, f"{size} bytes")


def _server(connection: Connection) -> Iterator[Finding]:
    for name, wanted in _SERVER_MUST.items():
        present = connection.execute(text("SELECT current_setting(:name, true)"), {"name": name}).scalar()
        if present is not None and present != wanted:
            yield Finding(f"server {name}", "failure", f"{present}, should be {wanted}")
    commit = connection.execute(text("SHOW synchronous_commit")).scalar()
    if commit == "off":
        yield Finding("server synchronous_commit", "failure", f"{commit}: a crash loses what was called saved")
    yield Finding("server", "ok", str(connection.execute(text("SHOW server_version")).scalar()))


def _role(connection: Connection, config: Config) -> Iterator[Finding]:
    role = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    if connection.execute(text(role)).scalar():
        state: Literal["warning", "failure"] = "failure" if config.production else "warning"
        yield Finding("role", state, "the service runs as a superuser or past row security; give it a role of its own")


def _dates(session: Session) -> Iterator[Finding]:
    old = keeping.purgeable(session, clock.today(session))
    words = (
        f"{old} unfinished answers are past their date; they go when the next form is begun"
        if old
        else "nothing is past its date"
    )
    yield Finding("dates", "warning" if old else "ok", words)
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            yield from _unsettled(session, org_id)


def _unsettled(session: Session, org_id: UUID) -> list[Finding]:
    """An organisation's waves that are over, and still hold answers which can be joined to receipts or were not finished."""
    closed = session.scalars(select(Wave).filter_by(org_id=org_id, state="closed")).all()
    words = "a closed wave still holds {} answers and isn't settled: settle {}"
    return [Finding("settling", "warning", words.format(waves.waiting(session, wave), wave.slug)) for wave in closed]


def _keys(session: Session, keys: Keys) -> Iterator[Finding]:
    """Keys with which chats are known: each opens, under the present secret, and none outlives its wave."""
    found = wave_keys.examined(session, keys)
    if found.left:
        yield Finding("keys of waves", "failure", f"{found.left} waves that are over still have their key: settle them")
    elif found.unreadable:
        words = f"{found.unreadable} keys of waves don't open: give the earlier SECRET_KEY in SECRET_KEY_OLD"
        yield Finding("keys of waves", "failure", words)
    elif found.old:
        words = f"{found.old} keys of waves stand under an earlier SECRET_KEY: start the bot before it is taken away"
        yield Finding("keys of waves", "warning", words)
    else:
        yield Finding("keys of waves", "ok", "every key opens, and none outlives its wave")
