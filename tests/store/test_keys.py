"""Keys of organisations' tables start with the organisation: no row points across, and none is found without it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint, Table, UniqueConstraint

from surveyapp.store.models import Base
from surveyapp.store.tenancy import tenant_tables

TENANTS = [table for table in Base.metadata.sorted_tables if table in tenant_tables()]
WHOLE_SERVICE = {"programme": {"slug"}, "collector": {"code"}, "inbox": {"receipt_hash"}}
"""What people type must be one thing in the whole service: a name, a code, a receipt. Nothing points there."""


def keys(table: Table) -> Iterator[tuple[str, ...]]:
    """The columns of every key, and of what a foreign one points to where that is an organisation's, too."""
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            yield tuple(column.name for column in constraint.columns)
        elif isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table in TENANTS:
            yield tuple(column.name for column in constraint.columns)
            yield tuple(element.column.name for element in constraint.elements)
    yield from (tuple(column.name for column in index.columns) for index in table.indexes if index.unique)


@pytest.mark.parametrize("table", TENANTS, ids=str)
def test_every_key_starts_with_the_organisation(table: Table) -> None:
    assert {found[0] for found in keys(table)} == {"org_id"} | WHOLE_SERVICE.get(table.name, set())
    assert not table.c.org_id.nullable
