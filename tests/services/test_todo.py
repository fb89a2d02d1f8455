"""What the first page of somebody's role tells, as far as that role reaches: its own part of the organisation, and no other."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services import collecting, collectors, people, responses, staffing, todo
from surveyapp.services.audit import OPERATOR
from surveyapp.services.collectors import Collecting
from surveyapp.services.people import Grant
from surveyapp.services.staff_sessions import Opening, begin
from surveyapp.services.todo import Todo
from surveyapp.store import clock
from surveyapp.store.organisations import Organisation, Unit
from surveyapp.store.people import Person
from surveyapp.store.sessions import Sessions
from surveyapp.store.tenancy import acting_for, elsewhere
from tests.builders import LONG_AGO, open_wave, unbound, wave_of


class County:
    """Two towns with a centre each, a shelter of the county itself, and a link that belongs to no unit."""

    def __init__(self, session: Session) -> None:
        centre = open_wave(session, name="county/2010", unit="north centre")
        self.org = centre.org_id
        self.links = {"north centre": centre}
        for unit in ("south centre", "shelter"):
            self.links[unit] = self._link(session, unit)
        with unbound(session):
            acting_for(session, self.org)
            code, _ = collectors.open_collector(session, wave_of(session, centre), None, "web")
        with unbound(session):
            self.links["anybody"] = collectors.find(session, code)
        acting_for(session, self.org)
        self.nodes = {"county": self.org, **{name: self._town(session, name) for name in ("north", "south")}}
        self.units = {each.slug: each for each in session.scalars(select(Unit).filter_by(org_id=self.org))}
        for name in ("north", "south"):
            self.units[f"{name}-centre"].organisation_id = self.nodes[name]
        self.units["shelter"].organisation_id = self.org
        session.flush()

    def _link(self, session: Session, unit: str) -> Collecting:
        told = {"questionnaire": "tiny", "wave": "county/2010", "unit": unit, "settles": LONG_AGO}
        with unbound(session):
            return collectors.find(
                session, collecting.collect(session, collecting.Wanted(**told, public_url="http://x")).code
            )

    def _town(self, session: Session, name: str) -> UUID:
        node = uuid4()
        about = {"kind": "municipality", "parent_id": self.org, "name": {"en": name}}
        session.add(Organisation(org_id=self.org, id=node, slug=name, **about))
        session.flush()
        return node

    def answered(self, session: Session, link: str, times: int) -> None:
        for _ in range(times):
            answers = {"how": 1, "what": ["help"], "where": "farm", "words": "so"}
            sent = responses.Submission(key=uuid4().bytes, answers=answers, language="lv")
            responses.accept_submission(session, self.links[link], sent)

    def tells(self, session: Session, role: str, node: str, *units: str) -> Todo:
        """What somebody with this role is told."""
        person = Person(id=uuid4(), email=f"{uuid4().hex}@example.org", name="", language="en", password=None)
        session.add(person)
        session.flush()
        grant = Grant(role, self.nodes[node], tuple(self.units[each].id for each in units))
        with elsewhere(session, self.org):
            people.join(session, OPERATOR, self.org, person.id, grant)
        opening = Opening(person.id, self.org, "link", "-", second=True)
        who = staffing.who(session, begin(session, opening, clock.seconds(session)))
        assert who is not None
        return todo.of(session, who)


@pytest.mark.parametrize("role", ["collector", "manager"])
def test_links_are_handed_out_by_whom_they_concern(sessions: Sessions, role: str) -> None:
    with sessions.begin() as session:
        county = County(session)
        codes = {link.code: name for name, link in county.links.items()}
        reach = {
            ("county",): {"north centre", "south centre", "shelter", "anybody"},
            ("north",): {"north centre"},
            ("south",): {"south centre"},
            ("county", "shelter"): {"shelter"},
            ("county", "shelter", "south-centre"): {"shelter", "south centre"},
        }
        for where, names in reach.items():
            assert {codes[link.code] for link in county.tells(session, role, *where).links} == names, where
        assert county.tells(session, "analyst", "county").links == ()
        assert county.tells(session, "admin", "county").links == ()


@pytest.mark.parametrize("role", ["analyst", "manager"])
def test_who_sees_a_part_is_told_of_that_part_in_full_tens(sessions: Sessions, role: str) -> None:
    with sessions.begin() as session:
        county = County(session)
        for link, times in (("north centre", 9), ("south centre", 23), ("shelter", 4)):
            county.answered(session, link, times)
        tells = {
            where: county.tells(session, role, *where).waves
            for where in (("county",), ("north",), ("south",), ("county", "shelter", "south-centre"))
        }
    assert [(dict(wave.finished), wave.tens) for wave in tells["county",]] == [({"web": 36}, None)]
    for where, tens in ((("north",), 0), (("south",), 20), (("county", "shelter", "south-centre"), 20)):
        assert [(dict(wave.finished), wave.tens) for wave in tells[where]] == [({}, tens)], where


def test_a_wave_in_which_a_part_does_not_take_part_is_not_its_business(sessions: Sessions) -> None:
    with sessions.begin() as session:
        county = County(session)
        with unbound(session):
            told = {"questionnaire": "tiny", "wave": "county/2011", "unit": "shelter", "settles": LONG_AGO}
            collecting.collect(session, collecting.Wanted(**told, public_url="http://x"))
        acting_for(session, county.org)
        for where, waves in (
            (("county",), ["2010", "2011"]),
            (("north",), ["2010"]),
            (("county", "shelter"), ["2010", "2011"]),
        ):
            assert [wave.slug for wave in county.tells(session, "manager", *where).waves] == waves
        assert county.tells(session, "collector", "county").waves == ()
