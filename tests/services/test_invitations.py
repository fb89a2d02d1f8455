"""Invitations and resets: good once, for a while, and for one address."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from uuid import UUID

import pytest
from sqlalchemy import select

from surveyapp.services import invitations, people, second_factors, sign_in
from surveyapp.services.audit import OPERATOR, staff
from surveyapp.services.invitations import INVITED, RESET, Joining
from surveyapp.services.people import Grant
from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.collectors import Door
from surveyapp.store.invitations import Invitation, Reset
from surveyapp.store.people import Person
from surveyapp.store.sessions import Sessions
from surveyapp.store.tenancy import elsewhere
from tests.builders import count, refused
from tests.staff import (
    HERE,
    OTHER,
    PASSPHRASE,
    anna,
    employed,
    found,
    hash_of,
    logged,
    looked_for,
    office,
    signed_in,
    tries,
    with_app,
)

BERTA = "berta@example.org"


def joining(passphrase: str = PASSPHRASE) -> Joining:
    return Joining(name=" Berta B. ", language="lv", password=hash_of(passphrase))


@pytest.fixture
def org_id(sessions: Sessions) -> UUID:
    with sessions.begin() as session:
        return office(session)


@pytest.fixture
def token(sessions: Sessions, org_id: UUID) -> str:
    with sessions.begin() as session:
        return invitations.invite(session, OPERATOR, org_id, BERTA, Grant("analyst", org_id))


def now_of(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return clock.seconds(session)


def accepted(sessions: Sessions, token: str, now: int | None = None) -> str:
    """How it ends when somebody accepts."""
    try:
        with sessions.begin() as session:
            invitations.accept(session, token, joining(), now or clock.seconds(session))
    except Refusal as refusal:
        return refusal.code
    return "joined"


def test_whoever_is_invited_makes_an_account_at_that_address(sessions: Sessions, org_id: UUID, token: str) -> None:
    with sessions.begin() as session:
        now = clock.seconds(session)
        offered = invitations.opened(session, token, now)
        assert (offered.email, offered.grant, offered.person_id) == (BERTA, Grant("analyst", org_id), None)
        person_id = invitations.accept(session, token, joining(), now)
        person = session.get_one(Person, person_id)
        assert (person.email, person.name, person.language) == (BERTA, "Berta B.", "lv")
        assert [each.grant.role for each in people.roles_of(session, org_id, person_id)] == ["analyst"]
        assert people.needs_second_factor(session, org_id, person_id)
        outcome = sign_in.after_joining(session, person_id, HERE)
        assert logged(session, org_id) == ["person_invited", "role_given", "invitation_accepted", "signed_in"]
    assert found(sessions, outcome.token).method == "link"
    assert tries(sessions, BERTA).state == "in"


def test_it_is_good_once(sessions: Sessions, token: str) -> None:
    assert [accepted(sessions, token) for _ in range(2)] == ["joined", "invitation_gone"]
    with sessions.reading() as session:
        assert count(session, Invitation) == count(session, Door) == 0


def test_of_many_who_use_it_at_once_one_gets_in(sessions: Sessions, token: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        ended = Counter(pool.map(lambda _: accepted(sessions, token), range(6)))
    assert ended == {"joined": 1, "invitation_gone": 5}


def test_it_is_good_for_72_hours(sessions: Sessions, token: str) -> None:
    now = now_of(sessions)
    assert accepted(sessions, token, now + INVITED + 1) == "invitation_gone"
    with sessions.begin() as session:
        invitations.opened(session, token, now + INVITED - 60)
        invitations.purge(session, now + INVITED - 60)
        assert count(session, Invitation) == 1
        invitations.purge(session, now + INVITED + 1)
        assert count(session, Invitation) == count(session, Door) == 0


@pytest.mark.parametrize("made_up", ["", "x", "ā" * 4000, "\udcff"])
def test_a_link_that_never_was_is_like_one_that_is_gone(sessions: Sessions, token: str, made_up: str) -> None:
    assert accepted(sessions, made_up) == "invitation_gone"


def test_only_its_hash_is_stored(sessions: Sessions, org_id: UUID, token: str) -> None:
    with sessions.reading(org_id) as session:
        assert token not in str([vars(row) for row in session.scalars(select(Invitation))])
        assert token.encode() not in session.scalars(select(Door.token_hash)).one()
        assert len(token) == 43


def test_somebody_else_who_is_signed_in_cannot_accept(sessions: Sessions, token: str) -> None:
    anna(sessions)
    own = signed_in(sessions).own
    with pytest.raises(Refusal, match="other_address"), sessions.begin() as session:
        invitations.accept_as(session, token, own, clock.seconds(session))
    assert accepted(sessions, token) == "joined", "a refusal uses nothing up"


def test_whoever_has_an_account_signs_in_to_accept(sessions: Sessions, org_id: UUID, token: str) -> None:
    """A link that got into the wrong hands must not let them set another passphrase for the account."""
    with sessions.begin() as session:
        person_id = employed(session, office(session, "region"), BERTA)
    assert accepted(sessions, token) == "sign_in_first"
    own = signed_in(sessions, BERTA).own
    with pytest.raises(Refusal, match="second_factor_first"), sessions.begin() as session:
        invitations.accept_as(session, token, own, clock.seconds(session))
    with sessions.begin() as session:
        now = clock.seconds(session)
        invitations.accept_as(session, token, own._replace(second=now), now)
        assert len(people.organisations_of(session, person_id)) == 2
        refused("invitation_gone", invitations.accept_as, session, token, own, now)


def test_two_invitations_to_one_address_make_one_account_however_close_they_are(
    sessions: Sessions, org_id: UUID, token: str
) -> None:
    with sessions.begin() as session:
        other = invitations.invite(session, OPERATOR, org_id, BERTA, Grant("collector", org_id))
    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as session:
            invitations.accept(session, token, joining(), clock.seconds(session))
            second = pool.submit(accepted, sessions, other)
            wait([second], timeout=0.3)
        assert second.result() == "sign_in_first"


def test_a_newer_invitation_replaces_the_older_and_one_can_be_withdrawn(
    sessions: Sessions, org_id: UUID, token: str
) -> None:
    with sessions.begin() as session:
        newer = invitations.invite(session, OPERATOR, org_id, BERTA, Grant("analyst", org_id))
        other = invitations.invite(session, OPERATOR, org_id, BERTA, Grant("admin", org_id))
    assert accepted(sessions, token) == "invitation_gone"
    with sessions.begin(org_id) as session:
        now, region = clock.seconds(session), office(session, "region")
        waiting = {each.role: each.id for each in session.scalars(invitations.waiting(session, org_id, now))}
        assert set(waiting) == {"admin", "analyst"}
        with elsewhere(session, region):
            assert session.scalars(invitations.waiting(session, region, now)).all() == []
            refused("unknown_invitation", invitations.withdraw, session, OPERATOR, region, waiting["admin"])
        invitations.withdraw(session, OPERATOR, org_id, waiting["admin"])
    assert accepted(sessions, other) == "invitation_gone"
    assert accepted(sessions, newer) == "joined"


def test_no_link_brings_back_whoever_was_removed(sessions: Sessions, org_id: UUID, token: str) -> None:
    """They were invited to another role; whoever else was invited may still come."""
    with sessions.begin() as session:
        waiting = invitations.invite(session, OPERATOR, org_id, BERTA, Grant("manager", org_id))
        others = invitations.invite(session, OPERATOR, org_id, "carl@example.org", Grant("manager", org_id))
    assert accepted(sessions, token) == "joined"
    with sessions.begin() as session:
        person = people.by_email(session, BERTA)
        assert person is not None
        people.remove(session, OPERATOR, org_id, person.id)
        assert count(session, Door) == 1
    assert [accepted(sessions, each) for each in (waiting, others)] == ["invitation_gone", "joined"]


def reset_of(sessions: Sessions, person_id: UUID, *, factors: bool = False) -> str:
    with sessions.begin() as session:
        return invitations.begin_reset(session, OPERATOR, person_id, clock.seconds(session), factors=factors)


def chosen(sessions: Sessions, token: str, later: int = 0) -> str:
    """How it ends when somebody chooses another passphrase."""
    try:
        with sessions.begin() as session:
            invitations.use_reset(session, token, hash_of(OTHER), clock.seconds(session) + later)
    except Refusal as refusal:
        return refusal.code
    return "changed"


def test_a_reset_changes_the_passphrase_once_and_ends_every_session(sessions: Sessions) -> None:
    person_id = anna(sessions)
    desk = signed_in(sessions)
    token = reset_of(sessions, person_id)
    with sessions.reading() as session:
        assert invitations.resetting(session, token, clock.seconds(session)).id == person_id
    assert looked_for(sessions, desk.token), "asking changes nothing"
    assert [chosen(sessions, token) for _ in range(2)] == ["changed", "reset_gone"]
    assert looked_for(sessions, desk.token) is None
    assert [tries(sessions, "anna@example.org", each).state for each in (PASSPHRASE, OTHER)] == ["wrong", "in"]


def test_a_reset_is_good_for_an_hour_and_a_newer_one_replaces_it(sessions: Sessions) -> None:
    person_id = anna(sessions)
    older, newer = reset_of(sessions, person_id), reset_of(sessions, person_id)
    assert chosen(sessions, older) == "reset_gone"
    assert chosen(sessions, newer, RESET + 1) == "reset_gone"
    assert chosen(sessions, newer) == "changed"
    reset_of(sessions, person_id)
    with sessions.begin() as session:
        invitations.purge(session, clock.seconds(session) + RESET)
        assert count(session, Reset) == 0


@pytest.mark.parametrize("factors", [False, True])
def test_second_factors_stay_unless_they_are_lost_too(sessions: Sessions, factors: bool) -> None:  # noqa: FBT001
    person_id = anna(sessions)
    with_app(sessions, signed_in(sessions))
    assert chosen(sessions, reset_of(sessions, person_id, factors=factors)) == "changed"
    with sessions.reading() as session:
        assert second_factors.of(session, person_id).any is not factors
    assert tries(sessions, "anna@example.org", OTHER).state == ("in" if factors else "second_factor")


def test_a_link_is_gone_once_its_person_has_chosen_another_passphrase(sessions: Sessions) -> None:
    person_id = anna(sessions)
    token, desk = reset_of(sessions, person_id, factors=True), signed_in(sessions)
    with sessions.begin() as session:
        people.change_password(session, desk.own, hash_of(OTHER))
    assert chosen(sessions, token) == "reset_gone"


def test_an_admin_resets_only_whom_no_other_organisation_trusts(sessions: Sessions) -> None:
    person_id = anna(sessions)
    with sessions.begin() as session:
        town, region, now = people.home(session, person_id), office(session, "region"), clock.seconds(session)
        boss = staff(employed(session, region, "boss@example.org", "admin"))
        refused("unknown_member", invitations.reset_member, session, boss, region, person_id, now)
        assert invitations.reset_member(session, boss, town, person_id, now)
        employed(session, region)
        refused("belongs_elsewhere", invitations.reset_member, session, boss, region, person_id, now)


def joins_region(sessions: Sessions) -> None:
    with sessions.begin() as session:
        employed(session, office(session, "region"))


def test_a_link_of_one_organisations_admin_is_gone_once_another_trusts_the_person(sessions: Sessions) -> None:
    person_id = anna(sessions)
    with sessions.begin() as session:
        now, town = clock.seconds(session), people.home(session, person_id)
        token = invitations.reset_member(session, OPERATOR, town, person_id, now)
        people.join(session, OPERATOR, town, person_id, Grant("collector", town))
        assert invitations.resetting(session, token, now).id == person_id, "another role where they belong ends nothing"
    joins_region(sessions)
    assert chosen(sessions, token) == "reset_gone"
    assert tries(sessions, "anna@example.org").state == "in", "with the passphrase they had"


def test_a_link_made_while_the_person_joins_elsewhere_is_gone(sessions: Sessions) -> None:
    person_id = anna(sessions)
    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as session:
            town, now = people.home(session, person_id), clock.seconds(session)
            token = invitations.reset_member(session, OPERATOR, town, person_id, now)
            joining = pool.submit(joins_region, sessions)
            wait([joining], timeout=0.3)
        joining.result()
    assert chosen(sessions, token) == "reset_gone"


def test_links_lead_to_the_service(token: str) -> None:
    assert invitations.address("https://survey.example", token) == f"https://survey.example/sign-in/invitation/{token}"
