"""Statements that are compiled once for each database and then run by its driver, for what every page asks.

SQLAlchemy looks each statement up in its cache, describes its result anew and keeps what was asked: for one row that takes
three times as long as asking. Values are bound and read by the columns' types as SQLAlchemy does it, whoever listens to
statements hears of these too, and errors are the same. Like all that goes through the connection, these aren't filtered:
the organisation stands in the statement.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Dialect
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import Select
from sqlalchemy.types import TypeEngine

from surveyapp.store.tenancy import changes_rows, connection_of, look_at_change, worded

T = TypeVar("T")
Convert = Callable[[Any], Any]
Statement = Select[*tuple[Any, ...]] | UpdateBase

_MOST_MADE = 256


class _Compiled(NamedTuple):
    """Words for a driver. ``fixed``: values that stand in the statement; ``order``: of the values, where they have no names.

    ``binds``: name -> what makes of a value the driver's. ``reads``: place in a row -> what makes of the driver's value ours.
    """

    words: str
    fixed: Mapping[str, Any]
    order: tuple[str, ...] | None
    binds: Mapping[str, Convert]
    row: Callable[..., Any]
    reads: tuple[tuple[int, Convert], ...]

    def bound(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver wants them."""
        given = {**self.fixed, **values}
        for name, convert in self.binds.items():
            given[name] = convert(given[name])
        return given if self.order is None else [given[name] for name in self.order]

    def read(self, found: Any) -> Any:
        """A row of the driver with the types of its columns, by name."""
        row = list(found)
        for place, convert in self.reads:
            row[place] = convert(row[place])
        return self.row(*row)


class Prepared:
    """A statement of one row. Its values are given by the names of its parameters, or of the columns they are written to."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._changes = changes_rows(statement)
        self._compiled: dict[tuple[str, ...], _Compiled] = {}
        self._made: dict[tuple[Any, ...], Any] = {}

    def first(self, session: Session, **values: Any) -> Any:
        """The first row, with its columns by name, or None."""
        compiled, cursor = self._run(session, values)
        found = cursor.fetchone()
        return None if found is None else compiled.read(found)

    def made(self, session: Session, make: Callable[[Any], T], **values: Any) -> T | None:
        """What ``make`` made of the first row, once for as long as the row stays the same; None where there is no row.

        For what is read again and again and hardly ever changes. Every column must be something Python can hash, and
        nobody may change what was made.
        """
        compiled, cursor = self._run(session, values)
        found = cursor.fetchone()
        if found is None:
            return None
        kept: T | None = self._made.get(row := tuple(found))
        if kept is None:
            if len(self._made) >= _MOST_MADE:
                self._made.clear()
            kept = self._made[row] = make(compiled.read(row))
        return kept

    def run(self, session: Session, **values: Any) -> int:
        """How many rows were inserted, changed or deleted. Raises NoOrganisation as ``tenancy.guard``."""
        _, cursor = self._run(session, values)
        return int(cursor.rowcount)

    def _run(self, session: Session, values: dict[str, Any]) -> tuple[_Compiled, Any]:
        connection = connection_of(session)
        if self._changes:
            look_at_change(session)
        key = (connection.dialect.name, *values)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = _compile(self._statement, connection.dialect, list(values))
        return compiled, _executed(connection, compiled.words, compiled.bound(values))


def _executed(connection: Connection, words: str, values: Any) -> Any:
    told = connection.engine.dispatch
    with worded(connection, words):
        cursor: Any = connection.connection.cursor()
        for listener in told.before_cursor_execute:
            listener(connection, cursor, words, values, None, False)
        cursor.execute(words, values)
        for listener in told.after_cursor_execute:
            listener(connection, cursor, words, values, None, False)
    return cursor


def _compile(statement: Statement, dialect: Dialect, names: list[str]) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect, column_keys=names)
    assert not getattr(compiled, "insert_prefetch", None)  # noqa: S101 - a default of Python's would be left out
    columns = statement.exported_columns
    binds = {name: _impl(bind.type, dialect).bind_processor(dialect) for bind, name in compiled.bind_names.items()}
    reads = [_impl(column.type, dialect).result_processor(dialect, None) for column in columns]
    return _Compiled(
        words=str(compiled),
        fixed={name: value for name, value in compiled.params.items() if name not in names},
        order=tuple(compiled.positiontup) if compiled.positional else None,
        binds={name: convert for name, convert in binds.items() if convert},
        row=namedtuple("Row", map(str, columns.keys())),  # noqa: PYI024 - the names come from the statement
        reads=tuple((place, convert) for place, convert in enumerate(reads) if convert),
    )


def _impl(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
