"""What people have said of a service is settled as said of that service, whatever a file makes of its unit meanwhile."""

import pytest
from sqlalchemy import select

from surveyapp.services import collectors, demo, library, programme_files, programmes, questionnaires, responses
from surveyapp.services.collectors import Collecting, open_collector
from surveyapp.services.waves import find_wave
from surveyapp.store.models import Inbox, Settled, Unit
from surveyapp.store.sessions import Sessions
from tests.builders import begin, close_and_settle, refused, unbound

SHORT, LONG = "kuldiga/2013-short", "kuldiga/2010"
KULDIGA = demo.PROGRAMME.read_text("utf-8")
MOVED = KULDIGA.replace("service: day_centre\n", "service: care_home\n")
REGROUPED = KULDIGA.replace("{id: day_centre, group: care,", "{id: day_centre, group: support,")
ITS_SERVICE = "$.organisation.organisations[0].units[1].service"


def read(sessions: Sessions, file: str) -> None:
    with sessions.begin() as session:
        programmes.make(session, programme_files.load(file))


@pytest.fixture
def kuldiga(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for name in library.PUBLISHED:
            questionnaires.publish(session, library.load(name))
    read(sessions, KULDIGA)


def asked(sessions: Sessions, name: str, unit: str, answers: int = 0) -> Collecting:
    """Somebody begins a form about a unit; so many others send theirs."""
    with sessions.begin() as session:
        wave = find_wave(session, name)
        unit_id = session.scalars(select(Unit.id).filter_by(org_id=wave.org_id, slug=unit)).one()
        code, _ = open_collector(session, wave, unit_id, "web")
        with unbound(session):
            found = collectors.find(session, code)
            begin(session, found)
            for person in range(answers):
                sent = responses.Submission(key=person.to_bytes(16), answers={"s1": 1 + person % 5}, language="lv")
                responses.accept_submission(session, found, sent)
    return found


def faults(sessions: Sessions, file: str) -> set[tuple[str, str, object]]:
    refusal = refused("faulty_programme", read, sessions, file)
    return {(each.path, each.code, each.values["wave"]) for each in refusal.problems}


@pytest.mark.usefixtures("kuldiga")
@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_unit_keeps_its_service_until_its_answers_are_settled(sessions: Sessions, state: str) -> None:
    """Between the wave's end and its settling, too: there the group of a service could still be another."""
    collecting = asked(sessions, SHORT, "day-centre", 12)
    with sessions.begin() as session:
        find_wave(session, SHORT).state = state
    assert faults(sessions, MOVED) == {(ITS_SERVICE, "unit_fixed", "2013-short")}
    assert faults(sessions, REGROUPED) == {(ITS_SERVICE, "unit_fixed", "2013-short")}
    read(sessions, KULDIGA)
    close_and_settle(sessions, collecting)
    read(sessions, MOVED)
    with sessions.reading(collecting.org_id) as session:
        told = [row.columns for row in session.scalars(select(Settled))]
    assert told == [{"service": "day_centre"}] * 12


@pytest.mark.usefixtures("kuldiga")
def test_answers_that_came_late_hold_it_too(sessions: Sessions) -> None:
    collecting = asked(sessions, SHORT, "day-centre", 3)
    with sessions.begin() as session:
        find_wave(session, SHORT).state = "settled"
    assert faults(sessions, MOVED) == {(ITS_SERVICE, "unit_fixed", "2013-short")}
    with sessions.begin(collecting.org_id) as session:
        for row in session.scalars(select(Inbox)):
            session.delete(row)
    read(sessions, MOVED)


@pytest.mark.usefixtures("kuldiga")
def test_a_unit_may_become_another_where_nobody_was_asked_about_it_or_no_release_tells_of_it(
    sessions: Sessions,
) -> None:
    """In the long questionnaire people say themselves which service they mean."""
    asked(sessions, SHORT, "home-care", 1)
    asked(sessions, LONG, "day-centre")
    read(sessions, MOVED)
