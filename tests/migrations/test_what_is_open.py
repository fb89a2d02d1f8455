"""The migrations of what anybody may open, and of the organisations' names, with surveys and results that are there already."""

from sqlalchemy import select

from surveyapp.services import listing, people, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
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


def test_results_that_were_published_before_are_listed(database: Database, sessions: Sessions) -> None:
    for name, profile in (
        ("town/2009", "public"),
        ("town/2010", "public"),
        ("town/2011", None),
        ("port/2010", "analyst"),
    ):
        close_and_settle(sessions, gathered(sessions, 12, name=name))
        releasing.make(sessions, name, OPERATOR, Shell(lambda report: {}), profile)
    with sessions.reading() as session:
        before = listing.published(session)
    assert [(each.programme, each.wave, each.name["en"]) for each in before] == [("town", "2010", "town")]
    sessions.dispose()
    downgrade(database.owner_url, "0013")
    upgrade(database.owner_url)
    with sessions.reading() as session:
        assert listing.published(session) == before
