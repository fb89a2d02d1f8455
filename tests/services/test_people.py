"""Roles and tasks: given, changed and taken within one organisation, with an admin left, and told to the log."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services import assignments, invitations, oidc, people
from surveyapp.services.assignments import Task
from surveyapp.services.audit import OPERATOR, staff
from surveyapp.services.people import Grant
from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.invitations import Reset
from surveyapp.store.models import Assignment, Belonging, Membership, MembershipUnit, Person
from surveyapp.store.organisations import Unit
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import OidcLink, Passkey, RecoveryCode, StaffSession, Totp
from surveyapp.store.tenancy import elsewhere
from tests.builders import count, open_wave, refused
from tests.conftest import SECRET
from tests.staff import anna, employed, logged, office, signed_in, with_app


def unit(session: Session, org_id: UUID, slug: str) -> UUID:
    made = Unit(org_id=org_id, id=uuid4(), organisation_id=org_id, slug=slug, name={"en": slug})
    with elsewhere(session, org_id):
        session.add(made)
    return made.id


@pytest.mark.parametrize("typed", ["Anna@Example.org", " anna@example.org\n", "ANNA@EXAMPLE.ORG"])
def test_addresses_are_compared_in_one_way(typed: str) -> None:
    assert people.read_email(typed) == "anna@example.org"


@pytest.mark.parametrize(
    "typed", ["", "anna", "@", "a@b@c", "anna @x.org", "a\x00@x.org", "a\n@x.org", "a@" + "x" * 260]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    refused("bad_email", people.read_email, typed)


def test_a_role_may_be_limited_to_units(sessions: Sessions) -> None:
    with sessions.begin() as session:
        org_id = office(session)
        one, two = unit(session, org_id, "one"), unit(session, org_id, "two")
        person_id = employed(session, org_id, role="collector")
        assert people.roles_of(session, org_id, person_id)[0].grant.units == ()
        for units in ((one, two), (two,)):
            people.join(session, OPERATOR, org_id, person_id, Grant("collector", org_id, units))
            held = people.roles_of(session, org_id, person_id)
            assert [set(each.grant.units) for each in held] == [set(units)]
        assert not people.needs_second_factor(session, org_id, person_id)
        people.change_role(session, OPERATOR, org_id, held[0].id, Grant("analyst", org_id))
        assert people.roles_of(session, org_id, person_id) == [(held[0].id, Grant("analyst", org_id))]
        assert people.needs_second_factor(session, org_id, person_id)
        assert count(session, MembershipUnit) == 0
        assert logged(session, org_id) == ["role_given"] * 3 + ["role_changed"]


def test_nothing_of_another_organisation_can_be_given_or_changed(sessions: Sessions) -> None:
    with sessions.begin() as session:
        town, region = office(session), office(session, "region")
        person_id = employed(session, town)
        foreign = unit(session, region, "one")
        member = people.roles_of(session, town, person_id)[0].id
        for grant, code in (
            (Grant("king", town), "unknown_role"),
            (Grant("admin", region), "unknown_organisation"),
            (Grant("collector", town, (foreign,)), "unknown_unit"),
            (Grant("admin", town, (unit(session, town, "two"),)), "admin_of_part"),
        ):
            refused(code, people.join, session, OPERATOR, town, person_id, grant)
            refused(code, people.change_role, session, OPERATOR, town, member, grant)
            refused(code, invitations.invite, session, OPERATOR, town, "berta@example.org", grant)
        with elsewhere(session, region):
            refused("unknown_member", people.change_role, session, OPERATOR, region, member, Grant("admin", region))
            refused("unknown_member", people.take_role, session, OPERATOR, region, member)
            refused("unknown_member", people.remove, session, OPERATOR, region, person_id)
            assert people.roles_of(session, region, person_id) == []
            assert session.execute(people.listed(session, region)).all() == []
        assert len(session.execute(people.listed(session, town)).all()) == 1


def test_an_organisation_keeps_an_admin(sessions: Sessions) -> None:
    with sessions.begin() as session:
        org_id = office(session)
        boss = employed(session, org_id, role="admin")
        member = people.roles_of(session, org_id, boss)[0].id
        lower = Grant("analyst", org_id)
        refused("last_admin", people.change_role, session, staff(boss), org_id, member, lower)
        refused("last_admin", people.take_role, session, staff(boss), org_id, member)
        people.change_role(session, staff(boss), org_id, member, Grant("admin", org_id))
        people.change_role(session, OPERATOR, org_id, member, lower)
    with sessions.begin() as session:
        employed(session, org_id, role="admin")
        refused("role_held", people.change_role, session, OPERATOR, org_id, member, Grant("admin", org_id))
    with pytest.raises(Refusal, match="last_admin"), sessions.begin() as session:
        people.remove(session, staff(boss), org_id, boss)
    with sessions.reading() as session:
        assert people.organisations_of(session, boss) == [org_id], "a refusal undoes all"


def test_the_last_two_admins_cannot_remove_each_other_at_the_same_moment(sessions: Sessions) -> None:
    with sessions.begin() as session:
        org_id = office(session)
        two = [employed(session, org_id, f"{name}@example.org", "admin") for name in ("anna", "berta")]

    def removes(which: int) -> str:
        try:
            with sessions.begin() as session:
                people.remove(session, staff(two[which]), org_id, two[1 - which])
        except Refusal as refusal:
            return refusal.code
        return "removed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(removes, (0, 1))) == ["last_admin", "removed"]


def test_whoever_leaves_their_last_organisation_leaves_nothing(sessions: Sessions) -> None:
    person_id = anna(sessions)
    desk = signed_in(sessions)
    with_app(sessions, desk)
    with sessions.begin() as session:
        org_id, region = people.home(session, person_id), office(session, "region")
        provider = oidc.Provider("https://id.example", "us", "secret", "town")
        oidc.link(session, desk.own, SECRET, provider, "subject")
        invitations.begin_reset(session, OPERATOR, person_id, clock.seconds(session))
        employed(session, region)
        people.remove(session, OPERATOR, org_id, person_id)
        assert session.get(Person, person_id), "they still belong to the region"
        assert count(session, OidcLink) == 0
        with elsewhere(session, region):
            people.remove(session, OPERATOR, region, person_id)
        gone = (
            *(Person, Belonging, Membership, Assignment, Reset),
            *(StaffSession, Totp, RecoveryCode, Passkey, OidcLink),
        )
        assert {row.__tablename__: count(session, row) for row in gone} == {row.__tablename__: 0 for row in gone}
        assert logged(session, region)[-1] == "person_removed"


def test_a_task_is_given_in_one_wave_and_is_no_role(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        org_id = collecting.org_id
        person_id, stranger = employed(session, org_id), employed(session, office(session, "region"), "b@example.org")
        task = Task(collecting.wave_id, org_id, "expert")
        for _ in range(2):
            assignments.assign(session, OPERATOR, org_id, person_id, task)
        (given,) = assignments.of_person(session, org_id, person_id)
        assert (given.task, given.wave) == (task, "2010")
        assert [row[1].id for row in session.execute(assignments.of_wave(org_id, collecting.wave_id))] == [person_id]
        assert assignments.has(session, org_id, person_id, task)
        assert not assignments.has(session, org_id, person_id, task._replace(name="leader"))
        for who, what, code in (
            (stranger, task, "unknown_member"),
            (person_id, task._replace(name="king"), "unknown_task"),
            (person_id, task._replace(wave_id=uuid4()), "unknown_wave"),
            (person_id, task._replace(organisation_id=uuid4()), "unknown_organisation"),
        ):
            refused(code, assignments.assign, session, OPERATOR, org_id, who, what)
        assert [each.grant.role for each in people.roles_of(session, org_id, person_id)] == ["manager"]
        assignments.unassign(session, OPERATOR, org_id, person_id, task)
        refused("unknown_task", assignments.unassign, session, OPERATOR, org_id, person_id, task)
        assert logged(session, org_id)[-2:] == ["task_given", "task_taken"]
        assert session.scalars(select(Assignment)).all() == []
