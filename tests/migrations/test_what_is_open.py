"""The migration of the start page's table and the organisations' names, with surveys that are open already."""

from sqlalchemy import select

from surveyapp.services import listing, people
from surveyapp.store.collectors import OpenSurvey
from surveyapp.store.migrating import downgrade, upgrade
from surveyapp.store.sessions import Sessions
from surveyapp.store.waves import Wave
from tests.builders import close_and_settle, gathered, inside, open_wave, tiny
from tests.conftest import Database


def listed(sessions: Sessions) -> list[dict[str, object]]:
    with sessions.reading() as session:
        columns = OpenSurvey.__table__.columns
        return [dict(row) for row in session.execute(select(*columns).order_by(columns.programme)).mappings()]


def test_taken_back_and_made_again_the_same_is_listed(database: Database, sessions: Sessions) -> None:
    close_and_settle(sessions, gathered(sessions, 12, name="town/2009"))
    with sessions.begin() as session:
        open_wave(session)
        wave = inside(session).scalars(select(Wave).filter_by(slug="2010")).one()
        wave.closes = wave.settles.replace(year=2999)
        listing.refresh(session, wave.org_id)
    with sessions.begin() as session:
        open_wave(session, tiny("other"), "village/2010")
    before = listed(sessions)
    assert [each["programme"] for each in before] == ["town", "village"]
    sessions.dispose()
    downgrade(database.owner_url, "0008")
    upgrade(database.owner_url)
    assert listed(sessions) == before
    with sessions.reading() as session:
        assert people.organisation(session, "village") == (before[1]["org_id"], before[1]["org_id"])
