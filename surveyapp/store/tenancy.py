"""Whose rows a transaction sees: one organisation's, said once, and another's only for the length of a block.

Two layers, each enough by itself: every statement of the mapped classes is filtered here, and PostgreSQL's row
security is told the organisation for this transaction only. A setting of the connection would outlive it in a pool.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Table, Uuid, bindparam, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ExecutableOption

from surveyapp.store.base import Base, OrgOwned
from surveyapp.store.people import Belonging
from surveyapp.store.programmes import Directory

_ORG, _FILTER, _LINE, _DOOR, _SAVED = "organisation", "filter", "connection", "door", "savepoints"
"""Keys of ``Session.info``: who is acted for, the filter to their rows, the connection once there is one, a door to open
with it, and who was acted for at each savepoint."""
_ACTING = "acting"
"""Option of a session's connection: its ``Session.info``."""


class NoOrganisation(Exception):
    """Rows of an organisation were asked for, and nobody has said which one's."""


class OtherOrganisation(Exception):
    """A transaction that acts for one organisation was about to touch another's rows."""


def acting_for(session: Session, org_id: UUID) -> None:
    """Say once whose rows this transaction is about. Raises OtherOrganisation when it was about another's."""
    present = session.info.get(_ORG)
    if present is None:
        _turn(session, org_id)
    elif present != org_id:
        raise OtherOrganisation


def organisation_of(session: Session) -> UUID | None:
    """Who is acted for now."""
    present: UUID | None = session.info.get(_ORG)
    return present


@contextmanager
def elsewhere(session: Session, org_id: UUID) -> Iterator[None]:
    """Act for another organisation within the block: for a chat, whose conversations may be with several, and to keep house."""
    before = session.info.get(_ORG)
    if before == org_id:
        yield
        return
    session.flush()
    _turn(session, org_id)
    try:
        yield
        session.flush()
    except DBAPIError:
        # The transaction is lost, and the database takes no more statements in it.
        session.info.pop(_ORG, None)
        raise
    except BaseException:
        _turn(session, before)
        raise
    _turn(session, before)


def organisations(session: Session) -> list[UUID]:
    """Every organisation that has a programme or a member, in no particular order."""
    return list(session.scalars(select(Directory.org_id).union(select(Belonging.org_id))))


def through(session: Session, purpose: str, token_hash: bytes) -> UUID | None:
    """Act for the organisation a door leads to, and tell which it is; None where there is no such door.

    On PostgreSQL the door is opened by the same message that begins the transaction, where nothing came before it.
    """
    if session.get_bind().dialect.name == "sqlite":
        found = _look(session.connection(), purpose, token_hash)
    elif _LINE in session.info or session.info.get(_ORG):
        found = session.connection().execute(_OPEN, {"purpose": purpose, "token_hash": token_hash}).scalar()
    else:
        session.info[_DOOR] = (purpose, token_hash)
        session.connection()
        found = session.info.pop(_DOOR)
    if found is not None:
        if session.info.get(_ORG, found) != found:
            raise OtherOrganisation
        session.info[_ORG] = found
    return found


def end_reading(session: Session) -> None:
    """End a reading on PostgreSQL: a rollback of psycopg's own forgets what was prepared, and all is planned anew."""
    if _LINE in session.info and session.info[_LINE].dialect.name == "postgresql":
        session.info[_LINE].connection.driver_connection.pgconn.exec_(b"ROLLBACK")


def own(session: Session, row: type[Base], values: dict[str, Any]) -> None:
    """Look that a row about to be written below the mapper is the acting organisation's. Raises as the filter does."""
    if issubclass(row, OrgOwned):
        _same(session, values["org_id"])


@contextmanager
def worded(connection: Connection, statement: str) -> Iterator[None]:
    """Turn the driver's errors into SQLAlchemy's, as it does itself for what it executes."""
    base = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except base as error:
        raise DBAPIError.instance(statement, None, error, base, dialect=connection.dialect) from error


def look_at_change(session: Session) -> None:
    """Refuse as ``guard`` does, for what goes to the driver at once and changes an organisation's rows."""
    if _ORG not in session.info:
        raise NoOrganisation


def connection_of(session: Session) -> Connection:
    """The connection of the transaction, which begins with it. SQLAlchemy works out anew each time which one it is."""
    begun: Connection | None = session.info.get(_LINE)
    return session.connection() if begun is None else begun


def watch(sessions: type[Session]) -> None:
    """Filter every statement of such sessions, and let the organisation end with their transactions."""
    event.listen(sessions, "after_begin", _begun)
    event.listen(sessions, "after_transaction_create", _saved)
    event.listen(sessions, "after_soft_rollback", _rolled_back)
    event.listen(sessions, "after_transaction_end", _ended)
    event.listen(sessions, "do_orm_execute", _filtered)
    event.listen(sessions, "before_flush", _checked)


def guard(engine: Engine) -> None:
    """Refuse to change or delete rows below the mapper where a session acts for nobody.

    PostgreSQL would touch none of them and say nothing, SQLite everybody's. Raises NoOrganisation.
    """
    event.listen(engine, "before_execute", _acting)


def tenant_tables() -> set[Table]:
    """The tables whose rows belong to one organisation."""
    mapped = (mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, OrgOwned))
    return {mapper.local_table for mapper in mapped if isinstance(mapper.local_table, Table)}


_TURN = text("SELECT set_config('app.org', :org, true)")
_OPEN = text(
    "SELECT org_id, set_config('app.org', CAST(org_id AS text), true) FROM door "
    "WHERE purpose = :purpose AND token_hash = :token_hash"
)


def _turn(session: Session, org_id: UUID | None) -> None:
    session.info.pop(_ORG, None)
    if org_id:
        session.info[_ORG] = org_id
    if _LINE in session.info and session.get_bind().dialect.name == "postgresql":
        session.connection().execute(_TURN, {"org": str(org_id or "")})


def _look(connection: Connection, purpose: str, token_hash: bytes) -> UUID | None:
    """Below SQLAlchemy, like the beginning of a transaction: it precedes every page."""
    wanted = "SELECT org_id FROM door WHERE token_hash = ? AND purpose = ?"
    with worded(connection, wanted):
        row = connection.connection.cursor().execute(wanted, (token_hash, purpose)).fetchone()
    return UUID(row[0]) if row else None


def _begun(session: Session, transaction: Any, connection: Connection) -> None:
    """Tell PostgreSQL who is acted for, or which door leads to them, with the message that begins the transaction."""
    if _LINE in session.info:
        return
    session.info[_LINE] = connection
    connection.execution_options(**{_ACTING: session.info})
    if connection.dialect.name != "postgresql":
        return
    if _DOOR in session.info:
        purpose, token_hash = session.info[_DOOR]
        found = _begin_with(connection, _opening(purpose, token_hash))
        session.info[_DOOR] = UUID(found.decode()) if found else None
    elif org_id := session.info.get(_ORG):
        _begin_with(connection, f"SELECT set_config('app.org', '{UUID(str(org_id))}', true)")


def _opening(purpose: str, token_hash: bytes) -> str:
    """The question for a door, without parameters, which a message of several statements can't have."""
    assert purpose.isalpha()  # noqa: S101 - ours, and the rest is hexadecimal
    return (
        "SELECT org_id, set_config('app.org', org_id::text, true) FROM door "  # noqa: S608 - see above
        f"WHERE purpose = '{purpose}' AND token_hash = '\\x{token_hash.hex()}'"
    )


def _begin_with(connection: Connection, statement: str) -> bytes | None:
    """Begin the transaction and run a statement in one round trip; the first value of its first row, if there is one.

    psycopg sees that the transaction has begun and doesn't begin it again.
    """
    driver: Any = connection.connection.driver_connection
    words = f"BEGIN; {statement}"
    with worded(connection, words):
        result = driver.pgconn.exec_(words.encode())
        errors = connection.dialect.loaded_dbapi.errors
        if result.status != _ROWS:
            raise errors.error_from_result(result)
    value: bytes | None = result.get_value(0, 0) if result.ntuples else None
    return value


_ROWS = 2
"""libpq's PGRES_TUPLES_OK."""


def _saved(session: Session, transaction: Any) -> None:
    if transaction.nested:
        session.info.setdefault(_SAVED, {})[transaction] = session.info.get(_ORG)


def _rolled_back(session: Session, previous: Any) -> None:
    """Going back to a savepoint has undone what PostgreSQL was told after it: here, too."""
    if previous.nested:
        session.info.pop(_ORG, None)
        if org_id := session.info[_SAVED].get(previous):
            session.info[_ORG] = org_id


def _ended(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        for name in (_ORG, _FILTER, _LINE, _DOOR, _SAVED):
            session.info.pop(name, None)


def _filtered(state: ORMExecuteState) -> None:
    org_id = state.session.info.get(_ORG)
    if not state.is_orm_statement:
        _refuse_tables(state.statement)
    elif state.is_insert:
        if state.bind_mapper is not None and issubclass(state.bind_mapper.class_, OrgOwned):
            raise NoOrganisation
    elif org_id is None:
        state.statement = state.statement.options(_NOBODY)
    else:
        state.statement = state.statement.options(_only(state.session.info, org_id))


def _only(info: dict[str, Any], org_id: UUID) -> ExecutableOption:
    """The filter to an organisation's rows, which is made once for all statements of a transaction: it costs as much as one."""
    made: tuple[UUID, ExecutableOption] | None = info.get(_FILTER)
    if made is None or made[0] != org_id:
        made = org_id, with_loader_criteria(OrgOwned, lambda of: of.org_id == org_id, include_aliases=True)
        info[_FILTER] = made
    return made[1]


_NOBODY = with_loader_criteria(
    OrgOwned, lambda of: of.org_id == bindparam("an_organisation", type_=Uuid(), required=True), include_aliases=True
)
"""Nobody gives this value, so that a statement about an organisation's rows fails before it reaches the database."""


def _refuse_tables(statement: Any) -> None:
    """What isn't about mapped classes can't be filtered here: it goes through the connection, in the modules that may."""
    tenants = tenant_tables()
    if any(part in tenants for part in visitors.iterate(statement) if isinstance(part, Table)):
        raise NoOrganisation


def _acting(connection: Connection, statement: Any, many: Any, one: Any, options: Mapping[str, Any]) -> None:
    if _ORG not in options.get(_ACTING, {_ORG}) and changes_rows(statement):
        raise NoOrganisation


def changes_rows(statement: Any) -> bool:
    """Whether it changes or deletes rows that belong to an organisation; those it inserts say whose they are."""
    return statement.is_dml and not statement.is_insert and statement.table in tenant_tables()


def _checked(session: Session, context: UOWTransaction, instances: Any) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, OrgOwned):
            _same(session, row.org_id)


def _same(session: Session, org_id: UUID) -> None:
    present = session.info.get(_ORG)
    if present is None:
        raise NoOrganisation
    if present != org_id:
        raise OtherOrganisation
