"""What goes to the driver at once is bound, read, refused and told of as if SQLAlchemy had executed it."""

import uuid
from datetime import UTC, date
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, event, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveyapp.services.collectors import joined
from surveyapp.store import clock
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
    wanted = joined(*named).where(Collector.code == bindparam("code"))
    with sessions.reading() as session:
        acting_for(session, collecting.org_id)
        by_sqlalchemy = session.connection().execute(wanted, {"code": collecting.code}).one()._asdict()
        found = Prepared(wanted).first(session, code=collecting.code)._asdict()
    assert {name: (type(value), value) for name, value in found.items()} == {
        name: (type(value), value) for name, value in by_sqlalchemy.items()
    }


def test_what_was_made_of_a_row_is_kept_until_the_row_changes(sessions: Sessions) -> None:
    read, made = Prepared(select(HEAD.c.number, HEAD.c.hash).where(OF_US)), []

    def make(row: Any) -> tuple[int, bytes]:
        made.append(row.number)
        return row.number, row.hash

    with sessions.begin(OURS) as session:
        assert read.made(session, make, of_org=OURS) is None
        ADD.run(session, org_id=OURS, number=1, hash=b"a")
        for number in (1, 1, 2, 1, 1):
            CHANGE.run(session, of_org=OURS, number=number)
            assert read.made(session, make, of_org=OURS) == (number, b"a")
    assert made == [1, 2]


def test_no_more_is_kept_than_fits(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveyapp.store.prepared._MOST_MADE", 2)
    read, made = Prepared(select(HEAD.c.number).where(OF_US)), []
    with sessions.begin(OURS) as session:
        ADD.run(session, org_id=OURS, number=1, hash=b"a")
        for number in (1, 2, 3, 3, 1):
            CHANGE.run(session, of_org=OURS, number=number)
            read.made(session, lambda row: made.append(row.number) or row.number, of_org=OURS)
    assert made == [1, 2, 3, 1]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_day_is_the_database_s_day_of_utc(sessions: Sessions, zone: str) -> None:
    """At any time it is another day in one of these."""
    with sessions.reading() as session:
        if sessions.reading_engine.dialect.name == "postgresql":
            session.connection().execute(text(f"SET LOCAL timezone = '{zone}'"))
        before, found, after = _day(session), clock.today(session), _day(session)
    assert before <= found <= after


def _day(session: Session) -> date:
    moment = session.scalars(select(func.now())).one()
    return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()


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


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_is_read_again_and_again_is_planned_once_and_nothing_of_it_is_kept(sessions: Sessions) -> None:
    with sessions.begin(OURS) as session:
        ADD.run(session, org_id=OURS, number=1, hash=b"a")
    for _ in range(8):
        with sessions.reading(OURS) as session:
            assert READ.first(session, of_org=OURS).number == 1
            CHANGE.run(session, of_org=OURS, number=2)
    with sessions.reading() as session:
        asked = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT audit_head.number%'"
        assert session.connection().scalar(text(asked)) == 1
