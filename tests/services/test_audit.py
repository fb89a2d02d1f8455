"""A9: nobody changes the log unseen. The database refuses it; whoever gets round that is found by ``verify``."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from surveyapp.services import audit
from surveyapp.services.audit import NOBODY, OPERATOR
from surveyapp.store.audit import AuditEntry, AuditHead
from surveyapp.store.programmes import Directory
from surveyapp.store.sessions import Sessions
from tests.conftest import Database
from tests.staff import entries
from tests.tampering import almighty, tamper

TOWN, REGION, VILLAGE = uuid4(), uuid4(), uuid4()


@pytest.fixture
def owner(database: Database) -> Iterator[Engine]:
    with almighty(database) as engine:
        yield engine


@pytest.fixture(autouse=True)
def five_entries(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for org_id in (TOWN, REGION, VILLAGE):
            session.add(Directory(slug=str(org_id), org_id=org_id))
        for number in range(5):
            audit.record(session, TOWN, OPERATOR, "tried", uuid4(), number=number, word="ā")
        audit.record(session, REGION, NOBODY, "tried")


def test_an_untouched_log_holds(sessions: Sessions) -> None:
    with sessions.reading() as session:
        assert audit.verify(session) == (6, 2, ())
        assert audit.verify(session, TOWN) == (5, 1, ())
        assert audit.verify(session, uuid4()) == (0, 1, ())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET verb = 'nothing'",
        "UPDATE audit SET number = number + 10",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE number = 5",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(
    database: Database, sessions: Sessions, owner: Engine, statement: str
) -> None:
    for engine in (owner, sessions.writing_engine):
        with pytest.raises(DBAPIError, match=r"append-only|permission denied"), engine.begin() as connection:
            connection.execute(text(statement))
    with sessions.reading() as session:
        assert audit.verify(session).breaks == ()


def test_the_database_refuses_to_replace_or_empty_the_log(database: Database, owner: Engine) -> None:
    statement = {
        "sqlite": "INSERT OR REPLACE INTO audit SELECT org_id, number, at, actor, person_id, 'nothing', object_id,"
        " details, prev, hash FROM audit WHERE number = 1",
        "postgresql": "TRUNCATE audit",
    }[database.engine]
    with pytest.raises(DBAPIError, match="append-only"), owner.begin() as connection:
        connection.execute(text(statement))


ALL = "DELETE FROM audit WHERE org_id = :town"
TAMPERED = {
    "UPDATE audit SET verb = 'nothing' WHERE number = 3": {(3, "changed")},
    "UPDATE audit SET at = at + 1 WHERE number = 5": {(5, "changed")},
    "UPDATE audit SET actor = 'job' WHERE number = 1 AND org_id = :town": {(1, "changed")},
    "DELETE FROM audit WHERE number = 3": {(4, "missing"), (4, "unlinked")},
    "DELETE FROM audit WHERE number = 1 AND org_id = :town": {(2, "missing"), (2, "unlinked")},
    "DELETE FROM audit WHERE number = 5": {(4, "head")},
    ALL: {(0, "head")},
    "DELETE FROM audit_head WHERE org_id = :town": {(5, "head")},
    "UPDATE audit SET number = number + 100 WHERE number = 4; UPDATE audit SET number = 4 WHERE number = 5;"
    "UPDATE audit SET number = 5 WHERE number = 104": {
        (4, "unlinked"),
        (4, "changed"),
        (5, "unlinked"),
        (5, "changed"),
        (5, "head"),
    },
}
"""What somebody does behind the back of the service -> what is found, and at which number."""


@pytest.mark.parametrize("statement", TAMPERED)
def test_an_entry_that_was_edited_deleted_or_moved_is_found(
    database: Database, sessions: Sessions, statement: str
) -> None:
    values = {"town": TOWN.hex if database.engine == "sqlite" else TOWN} if ":town" in statement else {}
    assert set(tamper(database, *statement.split(";"), **values)) == {1 + 4 * (statement == ALL)}
    with sessions.reading() as session:
        found = audit.verify(session)
    assert {(each.number, each.code) for each in found.breaks} == TAMPERED[statement]
    assert {each.org_id for each in found.breaks} == {TOWN}


CUT = "DELETE FROM audit WHERE number > 3 AND org_id = :town"
BACK = "UPDATE audit_head SET number = 3, hash = (SELECT hash FROM audit WHERE number = 3) WHERE org_id = :town"


def test_an_end_cut_off_together_with_its_head_is_found_by_what_was_kept_elsewhere(
    database: Database, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        kept = audit.heads(session)
        assert {(each.org_id, each.number) for each in kept} == {(TOWN, 5), (REGION, 1)}
        audit.record(session, TOWN, OPERATOR, "tried")
        assert audit.verify(session, against=kept) == (7, 2, ()), "more was added, and nothing is wrong"
    town = TOWN.hex if database.engine == "sqlite" else TOWN
    assert tamper(database, CUT, BACK, town=town) == [3, 1]
    with sessions.reading() as session:
        assert audit.verify(session).breaks == (), "in itself it holds"
        assert audit.verify(session, against=kept).breaks == ((TOWN, 5, "anchor"),)


def test_a_chain_that_was_written_anew_is_found_by_what_was_kept_elsewhere(
    database: Database, sessions: Sessions
) -> None:
    with sessions.reading() as session:
        kept = audit.heads(session)
    region = REGION.hex if database.engine == "sqlite" else REGION
    gone = (f"DELETE FROM {table} WHERE org_id = :region" for table in ("audit", "audit_head"))
    assert tamper(database, *gone, region=region) == [1, 1]
    with sessions.begin() as session:
        audit.record(session, REGION, NOBODY, "something_else")
        assert audit.verify(session).breaks == ()
        assert audit.verify(session, against=kept).breaks == ((REGION, 1, "anchor"),)


def test_an_entry_stands_and_falls_with_what_it_tells_of(sessions: Sessions) -> None:
    def fail() -> None:
        with sessions.begin() as session:
            audit.record(session, TOWN, OPERATOR, "undone")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with sessions.reading() as session:
        assert [entry.verb for entry in entries(session, TOWN)] == ["tried"] * 5
        assert audit.verify(session).breaks == ()


def test_entries_that_are_added_at_once_make_one_chain(sessions: Sessions) -> None:
    def add(number: int) -> None:
        with sessions.begin() as session:
            audit.record(session, REGION if number % 2 else VILLAGE, OPERATOR, "at_once", number=number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    with sessions.reading() as session:
        assert audit.verify(session) == (46, 3, ())
    with sessions.reading(REGION) as session:
        assert session.get_one(AuditHead, REGION).number == 21


def test_the_log_is_read_by_who_what_and_when(sessions: Sessions) -> None:
    person = uuid4()
    with sessions.begin() as session:
        audit.record(session, TOWN, audit.staff(person), "exported", rows=12)
    with sessions.reading(TOWN) as session:
        last = entries(session, TOWN)[-1]
        wanted = {
            audit.entries(TOWN, person_id=person): 1,
            audit.entries(TOWN, verb="exported"): 1,
            audit.entries(TOWN, verb="tried"): 5,
            audit.entries(TOWN, since=last.at + 1): 0,
            audit.entries(TOWN, until=last.at): 6,
            audit.entries(REGION): 0,
        }
        for select, count in wanted.items():
            assert len(session.scalars(select).all()) == count
        newest: AuditEntry = session.scalars(audit.entries(TOWN)).first()
        assert (newest.number, newest.details, newest.actor) == (6, {"rows": 12}, "staff")
