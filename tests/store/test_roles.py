"""On PostgreSQL the service's role may change rows and nothing else; what guards them is out of its reach."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError

from surveyapp.services import doctor
from surveyapp.store.migrating import owner_engine
from surveyapp.store.sessions import Sessions, make_sessions
from surveyapp.store.tenancy import tenant_tables
from tests import postgres
from tests.conftest import Database, new_postgresql

TENANTS = sorted(table.name for table in tenant_tables())


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, postgresql: postgres.Server) -> Database:
    return new_postgresql(tmp_path_factory.mktemp("roles"), postgresql)


@pytest.fixture(scope="module")
def runtime(database: Database) -> Iterator[Sessions]:
    sessions = make_sessions(database.config())
    yield sessions
    sessions.dispose()


@pytest.fixture(scope="module")
def owner(database: Database) -> Iterator[Engine]:
    engine = owner_engine(database.owner_url)
    yield engine
    engine.dispose()


def test_it_is_a_role_of_its_own_that_owns_nothing_and_stands_above_nobody(runtime: Sessions) -> None:
    rights = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
    with runtime.reading() as session:
        role = session.execute(text(f"SELECT rolname, {rights} FROM pg_roles WHERE rolname = current_user")).one()
        owned = session.scalars(text("SELECT tablename FROM pg_tables WHERE tableowner = current_user")).all()
        belongs = session.scalars(text("SELECT roleid FROM pg_auth_members WHERE member = current_user::regrole")).all()
    assert tuple(role) == (postgres.RUNTIME, False, False, False, False, False)
    assert (owned, belongs) == ([], [])


GUARDS = {
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY": "must be owner",
    "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY": "must be owner",
    "DROP POLICY acting_for ON {table}": "must be owner",
    "CREATE POLICY everybody ON {table} USING (true)": "must be owner",
    "ALTER TABLE {table} ADD COLUMN more text": "must be owner",
    "DROP TABLE {table} CASCADE": "must be owner",
    "TRUNCATE {table} CASCADE": "permission denied",
}
"""What somebody who has got hold of the service's role would try -> how they are refused."""


@pytest.mark.parametrize("statement", GUARDS)
def test_it_cannot_touch_what_guards_the_rows(runtime: Sessions, statement: str) -> None:
    for table in TENANTS:
        with pytest.raises(DBAPIError, match=GUARDS[statement]), runtime.begin() as session:
            session.connection().execute(text(statement.format(table=table)))


@pytest.mark.parametrize("statement", [each for each in GUARDS if "TRUNCATE" not in each])
def test_whoever_owns_the_tables_could(owner: Engine, statement: str) -> None:
    """The control: it is the role that is refused, not a mistake in what it asks."""
    with owner.connect() as connection, connection.begin() as transaction:
        connection.execute(text(statement.format(table="inbox")))
        transaction.rollback()


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("SET LOCAL session_replication_role = replica", "permission denied"),
        (f"SET ROLE {postgres.OWNER}", "permission denied"),
        (f"ALTER ROLE {postgres.RUNTIME} BYPASSRLS", "permission denied|must be superuser"),
        ("CREATE TABLE mine (name text)", "permission denied"),
        ("COPY person TO PROGRAM 'cat'", "permission denied|must be superuser"),
        ("ALTER TABLE audit DISABLE TRIGGER ALL", "must be owner"),
        ("UPDATE audit SET verb = 'nothing'", "permission denied"),
        ("DELETE FROM audit", "permission denied"),
    ],
)
def test_it_cannot_rise_run_programs_or_change_the_log(runtime: Sessions, statement: str, refusal: str) -> None:
    with pytest.raises(DBAPIError, match=refusal), runtime.begin() as session:
        session.connection().execute(text(statement))


def test_asking_past_row_security_is_an_error_and_shows_nothing(runtime: Sessions) -> None:
    for table in TENANTS:
        past = text(f"SET LOCAL row_security = off; SELECT * FROM {table}")
        with pytest.raises(DBAPIError, match="row-level security"), runtime.begin() as session:
            session.connection().execute(past)


def test_the_doctor_finds_a_superuser_and_in_production_it_does_not_start(
    database: Database, postgresql: postgres.Server, tmp_path: Path
) -> None:
    url = postgresql.address(make_url(database.url).database or "", postgresql.superuser)
    found = {}
    for address in ("http://127.0.0.1:8000", "https://survey.example.org"):
        config = Database("postgresql", url, url, tmp_path).config(PUBLIC_URL=address)
        sessions = make_sessions(config)
        (role,) = (each for each in doctor.examine(config, sessions) if each.name == "role")
        found[address] = (role.state, [each.name for each in doctor.forbids_start(config, sessions)])
        sessions.dispose()
    assert [*found.values()] == [("warning", []), ("failure", ["role"])]
