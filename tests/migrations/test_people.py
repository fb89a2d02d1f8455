"""The migration of people, with people: taken back nothing of them is left, made again there is room for them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from surveyapp.services import audit, invitations
from surveyapp.services.audit import OPERATOR
from surveyapp.services.people import Grant
from surveyapp.store.collectors import Door
from surveyapp.store.migrating import downgrade, owner_engine, upgrade
from surveyapp.store.models import AuditEntry, Inbox, Membership, Person
from surveyapp.store.sessions import Sessions
from tests.builders import count, gathered
from tests.conftest import Database
from tests.staff import anna, office, signed_in, with_app


@pytest.fixture
def owner(database: Database) -> Iterator[Engine]:
    engine = owner_engine(database.owner_url)
    yield engine
    engine.dispose()


def test_taken_back_and_made_again_with_people(database: Database, sessions: Sessions, owner: Engine) -> None:
    collecting = gathered(sessions, 3)
    anna(sessions)
    with_app(sessions, signed_in(sessions))
    with sessions.begin() as session:
        region = office(session, "region")
        invitations.invite(session, OPERATOR, region, "berta@example.org", Grant("admin", region))
        doors = count(session, Door)
    sessions.dispose()
    downgrade(database.owner_url, "0002")
    assert not {"person", "audit", "membership", "staff_session"} & set(inspect(owner).get_table_names())
    with owner.begin() as connection:
        left = {table: connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in ("door", "inbox")}
    assert left == {"door": doors - 1, "inbox": 3}, "the invitation's door has gone"
    upgrade(database.owner_url)
    anna(sessions)
    with sessions.begin() as session:
        assert (count(session, Person), count(session, Membership), count(session, Inbox)) == (1, 1, 3)
        audit.record(session, collecting.org_id, OPERATOR, "tried")
        assert count(session, AuditEntry) == 2
    with owner.begin() as connection:
        if owner.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('app.org', :org, true)"), {"org": str(collecting.org_id)})
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text("DELETE FROM audit"))
