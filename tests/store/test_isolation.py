"""Two layers keep organisations apart, each tested with the other switched off, for every table that has an owner."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Table, create_engine, delete, func, insert, make_url, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from surveyapp.store import tenancy
from surveyapp.store.base import Base, OrgOwned
from surveyapp.store.inserts import insert_once, table_of
from surveyapp.store.models import (
    AuditEntry,
    AuditHead,
    Door,
    LedgerEntry,
    OpenSurvey,
    OrganisationDirectory,
    PublishedResults,
    Release,
    ReleaseFile,
    ReleasePart,
)
from surveyapp.store.sessions import Sessions, make_sessions
from surveyapp.store.tenancy import NoOrganisation, tenant_tables
from tests import postgres
from tests.conftest import Database, new_postgresql

KEPT = {AuditEntry, LedgerEntry, Release, ReleaseFile, ReleasePart}
"""Nobody may change or delete their rows, of whatever organisation."""

FOR_ANYBODY = (OpenSurvey, OrganisationDirectory, PublishedResults)
"""Read before the organisation is known."""

OURS, THEIRS = uuid.UUID(int=0xA), uuid.UUID(int=0xB)
TENANTS = sorted(
    (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, OrgOwned)),
    key=lambda row: str(row.__tablename__),
)
every_table = pytest.mark.parametrize("row", TENANTS, ids=lambda row: str(row.__tablename__))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sessions]:
    """SQLite with a row of either organisation in every table, whatever it refers to."""
    url = f"sqlite:///{tmp_path_factory.mktemp('isolation') / 'survey.db'}"
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        fill(connection)
    sessions = Sessions(engine, engine)
    yield sessions
    sessions.dispose()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, postgresql: postgres.Server) -> Iterator[Sessions]:
    """PostgreSQL, migrated, with the same rows, as the service's role sees it."""
    database = new_postgresql(tmp_path_factory.mktemp("isolation"), postgresql)
    with superuser(postgresql, database) as connection:
        connection.execute(text("SET session_replication_role = replica"))
        fill(connection)
    sessions = make_sessions(database.config())
    yield sessions
    sessions.dispose()


@contextmanager
def superuser(server: postgres.Server, database: Database) -> Iterator[Connection]:
    """A transaction of somebody whom row security doesn't stop."""
    name = make_url(database.url).database or ""
    engine = create_engine(server.address(name, "postgres"))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def fill(connection: Connection) -> None:
    for row in (*TENANTS, *FOR_ANYBODY):
        for org_id in (OURS, THEIRS):
            connection.execute(insert(table_of(row)), values(table_of(row), org_id))


def values(table: Table, org_id: uuid.UUID) -> dict[str, Any]:
    """Something for every column that needs it, allowed by every check."""
    made = {column.name: something(table, column) for column in table.columns if not column.nullable}
    if table.name == "organisation":
        made["id"] = org_id
    return made | {"org_id": org_id}


def something(table: Table, column: Column[Any]) -> Any:
    known = {
        ("wave", "state"): "open",
        ("collector", "state"): "open",
        ("settled_text", "state"): "waiting",
        ("release", "state"): "made",
    }
    of_name = {
        "kind": "owner",
        "channel": "web",
        "outcome": "finished",
        "role": "analyst",
        "task": "expert",
        "actor": "job",
        "event": "made",
        "variant": "standard",
        "view": "author",
        "size": 100,
        "number": 1,
    }
    if found := known.get((table.name, column.name), of_name.get(column.name)):
        return found
    return _OF_TYPE[column.type.python_type]()


_OF_TYPE: dict[type, Any] = {
    uuid.UUID: uuid.uuid4,
    str: lambda: uuid.uuid4().hex[:8],
    bytes: lambda: uuid.uuid4().bytes,
    int: lambda: 1,
    bool: lambda: False,
    object: dict,
    date: lambda: date(2026, 1, 1),
    list: list,
}


def leaks(sessions: Sessions, row: type[OrgOwned]) -> int:
    """Rows of the others that a transaction for us sees or changes, whichever way it asks."""
    with sessions.reading(OURS) as session:
        seen = [each.org_id for each in session.scalars(select(row))]
        seen += session.scalars(select(row.org_id).where(row.org_id == THEIRS))
        seen += session.scalars(select(select(row.org_id).cte()))
        counted = session.scalars(select(func.count()).select_from(row).where(row.org_id == THEIRS)).one()
    return sum(org_id == THEIRS for org_id in seen) + counted + changed(sessions, row)


def changed(sessions: Sessions, row: type[OrgOwned]) -> int:
    if row in KEPT:
        return 0
    with sessions.begin(OURS) as session:
        statement = update(row).where(row.org_id == THEIRS).values(org_id=row.org_id)
        result: Any = session.execute(statement.execution_options(synchronize_session=False))
        gone: Any = session.execute(
            delete(row).where(row.org_id == THEIRS).execution_options(synchronize_session=False)
        )
        session.rollback()
        return int(result.rowcount) + int(gone.rowcount)


def leaks_below(sessions: Sessions, row: type[OrgOwned]) -> int:
    """The same, asked past the mapper and its filter."""
    table = table_of(row)
    with sessions.begin(OURS) as session:
        line = session.connection()
        seen = [org_id for org_id in line.scalars(select(table.c.org_id)) if org_id == THEIRS]
        theirs = update(table).where(table.c.org_id == THEIRS).values(org_id=THEIRS)
        touched = 0 if row in KEPT else line.execute(theirs).rowcount
        session.rollback()
    return len(seen) + touched


@every_table
def test_the_filter_alone_shows_nothing_of_others(bare: Sessions, row: type[OrgOwned]) -> None:
    assert leaks(bare, row) == 0
    with bare.reading(OURS) as session:
        assert [each.org_id for each in session.scalars(select(row))] == [OURS]


@every_table
def test_without_an_organisation_the_filter_refuses_to_ask(bare: Sessions, row: type[OrgOwned]) -> None:
    with bare.reading() as session:
        with pytest.raises(StatementError, match="an_organisation"):
            session.scalars(select(row))
        with pytest.raises(NoOrganisation):
            session.execute(delete(row))
        with pytest.raises(NoOrganisation):
            session.execute(select(table_of(row)))
        with pytest.raises(NoOrganisation):
            insert_once(session, row, org_id=OURS)


@every_table
@pytest.mark.parametrize("engine", ["bare", "served"])
def test_below_the_mapper_nothing_is_changed_where_nobody_is_acted_for(
    engine: str, row: type[OrgOwned], request: pytest.FixtureRequest
) -> None:
    """PostgreSQL would touch no row and say nothing, SQLite everybody's."""
    table = table_of(row)
    with request.getfixturevalue(engine).begin() as session:
        for statement in (update(table).values(org_id=OURS), delete(table)):
            with pytest.raises(NoOrganisation):
                session.connection().execute(statement)


@every_table
def test_without_the_filter_and_row_security_everything_is_seen(
    bare: Sessions, row: type[OrgOwned], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: SQLite has the first layer only."""
    monkeypatch.setattr(tenancy, "with_loader_criteria", lambda *_, **__: _NOTHING)
    assert leaks(bare, row) > 0
    assert leaks_below(bare, row) > 0


_NOTHING = tenancy.with_loader_criteria(Door, lambda of: of.org_id == of.org_id)


@every_table
def test_row_security_alone_shows_nothing_of_others(served: Sessions, row: type[OrgOwned]) -> None:
    assert leaks_below(served, row) == 0
    with served.reading(OURS) as session:
        assert list(session.connection().scalars(select(table_of(row).c.org_id))) == [OURS]


@every_table
def test_row_security_shows_nothing_where_nobody_is_acted_for(served: Sessions, row: type[OrgOwned]) -> None:
    with served.reading() as session:
        assert session.connection().scalars(select(table_of(row).c.org_id)).all() == []


@every_table
def test_row_security_refuses_a_row_for_others(served: Sessions, row: type[OrgOwned]) -> None:
    for context in (OURS, None):
        with pytest.raises(DBAPIError, match="row-level security"), served.begin(context) as session:
            session.connection().execute(insert(table_of(row)), values(table_of(row), THEIRS))


@every_table
def test_row_security_is_forced_upon_the_owner_too(served: Sessions, row: type[OrgOwned]) -> None:
    forced = text("SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = to_regclass(:name)")
    with served.reading() as session:
        assert session.connection().scalar(forced, {"name": row.__tablename__}) is True


@pytest.mark.parametrize("row", FOR_ANYBODY)
def test_what_anybody_may_read_only_its_organisation_writes(served: Sessions, row: type[Base]) -> None:
    """Whoever acts for nobody reads all of it, for what anybody may open and to find an organisation by its name."""
    table = table_of(row)
    with served.reading() as session:
        assert set(session.scalars(select(table.c.org_id))) == {OURS, THEIRS}
    for context in (OURS, None):
        with pytest.raises(DBAPIError, match="row-level security"), served.begin(context) as session:
            session.execute(insert(table), values(table, THEIRS))
    with served.begin(OURS) as session:
        for change in (update(table).values(org_id=OURS), delete(table)):
            result: Any = session.execute(change.where(table.c.org_id == THEIRS))
            assert result.rowcount == 0


def test_without_policies_the_filter_stands_alone_and_the_rest_is_seen(
    tmp_path: Path, postgresql: postgres.Server
) -> None:
    """The control of both: PostgreSQL whose row security was switched off."""
    database = new_postgresql(tmp_path, postgresql)
    with superuser(postgresql, database) as connection:
        connection.execute(text("SET session_replication_role = replica"))
        fill(connection)
        for table in tenant_tables():
            connection.execute(text(f"ALTER TABLE {table.name} DISABLE ROW LEVEL SECURITY"))
    sessions = make_sessions(database.config())
    assert {row.__tablename__: leaks(sessions, row) for row in TENANTS} == {row.__tablename__: 0 for row in TENANTS}
    assert all(leaks_below(sessions, row) > 0 for row in TENANTS)
    sessions.dispose()


def test_the_organisation_ends_with_the_transaction(served: Sessions) -> None:
    """One connection, used again and again: what one transaction was told, the next doesn't know."""
    with served.begin(OURS) as session:
        first = session.connection().scalar(text("SELECT pg_backend_pid()"))
        assert session.connection().scalar(text("SELECT current_setting('app.org', true)")) == str(OURS)
    with served.begin() as session:
        assert session.connection().scalar(text("SELECT pg_backend_pid()")) == first
        assert not session.connection().scalar(text("SELECT current_setting('app.org', true)"))
        assert session.connection().scalars(select(table_of(AuditHead).c.org_id)).all() == []
        session.rollback()
        assert tenancy.organisation_of(session) is None
