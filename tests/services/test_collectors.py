"""A code leads to one unit's form, open only in its days, with what is known beforehand."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from surveyapp.services import collecting as making
from surveyapp.services import collectors, library, listing, programme_files, programmes, questionnaires, waves
from surveyapp.services.collectors import Collecting
from surveyapp.store.models import Collector, Organisation, Programme, Unit
from surveyapp.store.sessions import Sessions
from tests.builders import LONG_AGO, begin, close_and_settle, count, open_wave, refused, tiny, wave_of


def wanted(**more) -> making.Wanted:
    told = {"questionnaire": "tiny", "wave": "town/2010", "unit": "Dienas centrs", "public_url": "https://example.org"}
    return making.Wanted(**{**told, **more})


@pytest.fixture
def published(sessions: Sessions) -> Sessions:
    with sessions.begin() as session:
        questionnaires.publish(session, tiny())
    return sessions


def test_everything_that_is_missing_is_made_and_found_again(published: Sessions) -> None:
    with published.begin() as session:
        place = making.collect(session, wanted())
        assert place.made == ("programme", "wave", "unit", "collector")
    with published.begin() as session:
        assert making.collect(session, wanted()) == (place.wave, place.code, ())
        assert making.collect(session, wanted(unit="dienas-centrs")) == (place.wave, place.code, ())
        assert making.collect(session, wanted(unit="Поддержка")).made == ("unit", "collector")
        assert making.collect(session, wanted(channel="paper")).made == ("collector",)
        assert making.collect(session, wanted(wave="town/2011")).made == ("wave", "collector")
        assert (count(session, Programme), count(session, Unit), count(session, Organisation)) == (1, 2, 1)


def test_a_collector_made_in_passing_fills_the_placeholders(published: Sessions) -> None:
    with published.begin() as session:
        found = collectors.find(session, making.collect(session, wanted()).code)
    assert found.values["organisation"] == found.values["contact"] == "town"
    assert found.values["privacy_url"] == "https://example.org/privacy"
    assert found.settles == found.today
    assert not found.synthetic
    assert found.minutes("standard", "lv") == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"wave": "town"}, "bad_wave_name"),
        ({"wave": "town/"}, "bad_wave_name"),
        ({"wave": "/2010"}, "bad_wave_name"),
        ({"wave": "a/b/c"}, "bad_wave_name"),
        ({"unit": " "}, "bad_unit_name"),
        ({"unit": "x" * 201}, "bad_unit_name"),
        ({"unit": "\u202ecentrs"}, "bad_unit_name"),
        ({"unit": "cen\ntrs"}, "bad_unit_name"),
        ({"unit": "centrs\udcff"}, "bad_unit_name"),
        ({"questionnaire": "nothing", "wave": "village/2010"}, "unknown_questionnaire"),
    ],
)
def test_what_cannot_be_made_is_refused_with_its_reason(published: Sessions, more, code: str) -> None:
    with published.begin() as session:
        refused(code, making.collect, session, wanted(**more))


def test_a_wave_keeps_its_questionnaire(published: Sessions) -> None:
    with published.begin() as session:
        making.collect(session, wanted())
        questionnaires.publish(session, tiny("other"))
        refused("other_questionnaire", making.collect, session, wanted(questionnaire="other"))


def test_nothing_is_collected_for_a_wave_that_is_over(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
    close_and_settle(sessions, collecting)
    with sessions.begin() as session:
        refused("wave_closed", making.collect, session, wanted())
        refused("closed", collectors.find, session, collecting.code)


def test_a_form_opens_and_closes_on_its_days(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        wave, today = wave_of(session, collecting), collecting.today
        wave.opens = wave.closes = today
        session.flush()
        assert collectors.find(session, collecting.code).state == "open"
        wave.opens = wave.closes = today + timedelta(days=1)
        session.flush()
        assert refused("not_open_yet", collectors.find, session, collecting.code).values == {"opens": wave.opens}
        wave.opens, wave.closes = LONG_AGO, today - timedelta(days=1)
        session.flush()
        refused("closed", collectors.find, session, collecting.code)


def test_what_was_begun_in_time_may_still_be_sent_after_the_last_day(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        begin(session, collecting)
        wave_of(session, collecting).closes = collecting.today - timedelta(days=1)
        session.flush()
        found = collectors.find(session, collecting.code, closed_too=True)
        assert (found.state, found.accepts) == ("closed", True)


def test_a_closed_collector_closes_its_own_address_only(sessions: Sessions) -> None:
    with sessions.begin() as session:
        one, other = open_wave(session), open_wave(session, unit="other")
        session.get_one(Collector, (one.org_id, one.collector_id)).state = "closed"
        session.flush()
        refused("closed", collectors.find, session, one.code)
        assert collectors.find(session, other.code).state == "open"


def known_of(sessions: Sessions, group: str | None, service: str | None = None) -> Collecting:
    with sessions.begin() as session:
        collecting = open_wave(session, library.load("client_satisfaction_10"))
        unit = session.get_one(Unit, (collecting.org_id, collecting.unit_id))
        unit.service, unit.service_group = service or group, group
        session.flush()
        return collectors.find(session, collecting.code)


def test_the_link_of_a_unit_knows_the_service(sessions: Sessions) -> None:
    assert known_of(sessions, "day_centre").preset["service_group"] == "day_centre"
    assert known_of(sessions, "care", "care_home").preset["service_group"] == "care_home"


@pytest.mark.parametrize("group", [None, "no_such_service"])
def test_a_service_the_questionnaire_does_not_offer_is_asked_for(sessions: Sessions, group: str | None) -> None:
    assert "service_group" not in known_of(sessions, group).preset


def test_a_form_is_found_with_one_question_to_the_database(sessions: Sessions) -> None:
    with sessions.begin() as session:
        code = open_wave(session).code
    asked: list[str] = []
    with sessions.reading() as session:
        collectors.find(session, code)
        session.rollback()
        event.listen(session.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))
        collectors.find(session, code)
    assert len(asked) == 1


def test_the_start_page_lists_what_is_open_and_nothing_else(sessions: Sessions) -> None:
    with sessions.begin() as session:
        shown = open_wave(session)
    with sessions.begin() as session:
        other = open_wave(session, tiny("other"), "village/2010")
        wave_of(session, other).state = "planned"
        listing.refresh(session, other.org_id)
    with sessions.reading() as session:
        listed = listing.listed(session)
    assert [each.code for each in listed] == [shown.code]
    assert listed[0].title("lv") == "Mazs"
    assert listed[0].title("et") == "Tiny"
    assert listed[0].name == {"en": "town – centre", "lv": "town – centre"}


def shown(sessions: Sessions) -> list[str]:
    """Names on the start page, in its order."""
    with sessions.reading() as session:
        return [each.name["en"] for each in listing.listed(session)]


def test_the_start_page_follows_what_is_opened_renamed_and_closed(sessions: Sessions) -> None:
    with sessions.begin() as session:
        town = open_wave(session)
    with sessions.begin() as session:
        open_wave(session, name="town/2011", unit="library")
        open_wave(session, name="abbey/2010")
    assert shown(sessions) == ["abbey – centre", "town – centre", "town – library"]
    with sessions.begin() as session:
        making.collect(session, wanted(unit="centre", channel="telegram"))
    assert len(shown(sessions)) == 3, "a chat of Telegram has no page"
    with sessions.begin() as session:
        renamed = programme_files.Organisation(id="town", name={"en": "Town"})
        file = programme_files.Programme(schema="programme/1", id="town", name={"en": "Tallinn"}, organisation=renamed)
        programmes.make(session, file)
    assert shown(sessions) == ["abbey – centre", "Tallinn – centre", "Tallinn – library"]
    with sessions.begin() as session:
        waves.close(session, wave_of(session, town))
    assert shown(sessions) == ["abbey – centre", "Tallinn – library"]
