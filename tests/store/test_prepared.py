"""What goes to the driver at once is bound, read, refused and told of as if SQLAlchemy had executed it."""

import uuid
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, event, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from surveyapp.services.collectors import joined
from surveyapp.store.inserts import table_of
from surveyapp.store.models import AuditHead, Collector, Programme, Version, Wave
from surveyapp.store.prepared import Prepared
from surveyapp.store.sessions import Sessions
from surveyapp.store.tenancy import NoOrganisation, acting_for
from tests.builders import open_wave

OURS = uuid.UUID(int=0xA)
HEAD = table_of(AuditHead)
OF_US = HEAD.c.org_id == bindparam("of_org")
ADD, READ = Prepared(insert(HEAD)), Prepared(select(AuditHead.number, AuditHead.hash).where(OF_US))
CHANGE, DROP = Prepared(update(HEAD).where(OF_US)), Prepared(delete(HEAD).where(OF_US))


def test_a_row_is_written_read_changed_and_deleted(sessions: Sessions) -> None:
    with sessions.begin(OURS) as session:
        assert ADD.run(session, org_id=OURS, number=1, hash=b"a") == 1
        assert CHANGE.run(session, of_org=OURS, number=2) == 1
        assert CHANGE.run(session, of_org=OURS, hash=b"b", number=3) == 1
        assert CHANGE.run(session, of_org=uuid.uuid4(), number=4) == 0
        found = READ.first(session, of_org=OURS)
        assert (found.number, found.hash) == (3, b"b")
        assert DROP.run(session, of_org=OURS) == 1
        assert READ.first(session, of_org=OURS) is None


def test_every_type_of_column_is_read_as_by_sqlalchemy(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
    columns = [column for row in (Collector, Wave, Programme, Version) for column in table_of(row).c]
    named = [column.label(f"{column.table.name}_{column.name}") for column in columns]
    wanted = joined(*named, func.now().label("now")).where(Collector.code == bindparam("code"))
    with sessions.reading() as session:
        acting_for(session, collecting.org_id)
        by_sqlalchemy = session.connection().execute(wanted, {"code": collecting.code}).one()._asdict()
        found = Prepared(wanted).first(session, code=collecting.code)._asdict()
    assert {name: (type(value), value) for name, value in found.items()} == {
        name: (type(value), value) for name, value in by_sqlalchemy.items()
    }


def test_a_change_for_nobody_is_refused(sessions: Sessions) -> None:
    for each in (CHANGE, DROP):
        with sessions.begin() as session, pytest.raises(NoOrganisation):
            each.run(session, of_org=OURS)


def test_errors_are_the_same_and_tell_no_values(sessions: Sessions) -> None:
    with sessions.begin(OURS) as session:
        ADD.run(session, org_id=OURS, number=1, hash=b"secret")
    with pytest.raises(IntegrityError) as raised, sessions.begin(OURS) as session:
        ADD.run(session, org_id=OURS, number=1, hash=b"secret")
    assert raised.value.params is None


def test_whoever_listens_hears_of_it(sessions: Sessions) -> None:
    heard: list[Any] = []
    for when in ("before_cursor_execute", "after_cursor_execute"):
        event.listen(sessions.reading_engine, when, lambda *about: heard.append(about[2]))
    with sessions.reading(OURS) as session:
        READ.first(session, of_org=OURS)
    assert ["audit_head" in words for words in heard] == [True, True]
