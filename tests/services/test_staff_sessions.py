"""A4: an old token is dead in every case, and a request on its way brings no session back."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import select

from surveyapp.services import people, sign_in, staff_sessions
from surveyapp.services.audit import OPERATOR
from surveyapp.services.codes import digest
from surveyapp.services.people import Grant
from surveyapp.services.staff_sessions import FRESH, IDLE, LONGEST, Opening
from surveyapp.store import clock
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import StaffSession
from tests.builders import count
from tests.staff import HERE, OTHER, anna, employed, found, hash_of, logged, looked_for, office, signed_in

NOON = 1_700_049_600


def begun(sessions: Sessions, now: int = NOON, *, second: bool = False) -> str:
    person_id = anna(sessions)
    with sessions.begin() as session:
        org_id = people.home(session, person_id)
        return staff_sessions.begin(session, Opening(person_id, org_id, "passphrase", "Firefox", second), now)


def test_a_token_is_random_and_only_its_hash_is_stored(sessions: Sessions) -> None:
    token = begun(sessions)
    with sessions.begin() as session:
        stored = session.scalars(select(StaffSession)).one()
        assert (stored.token_hash, len(token)) == (digest(token), 43)
        assert token not in repr(vars(stored))
        person_id = stored.person_id
        another = staff_sessions.begin(
            session, Opening(person_id, None, "passphrase", "x\x00y" * 99, second=False), NOON
        )
        assert another != token
        assert staff_sessions.find(session, another, NOON).device == "xy" * 40


@pytest.mark.parametrize("made_up", ["", "x", "a" * 43, "\udcff", "ā" * 5000])
def test_no_token_of_ones_own_choosing_is_taken(sessions: Sessions, made_up: str) -> None:
    """Fixation: a token that somebody was given beforehand opens nothing, before signing in or after."""
    anna(sessions)
    assert looked_for(sessions, made_up) is None
    assert signed_in(sessions).token != made_up
    assert looked_for(sessions, made_up) is None


def test_it_ends_after_half_an_hour_of_nothing_and_after_twelve_hours_in_any_case(sessions: Sessions) -> None:
    token = begun(sessions)
    with sessions.begin() as session:
        assert staff_sessions.find(session, token, NOON + IDLE - 1)
        assert not staff_sessions.find(session, token, NOON + IDLE)
        for moment in range(NOON, NOON + LONGEST, IDLE - 1):
            assert staff_sessions.hold(session, token, moment)
        assert staff_sessions.find(session, token, NOON + LONGEST - 1)
        assert not staff_sessions.find(session, token, NOON + LONGEST)
        assert not staff_sessions.hold(session, token, NOON + LONGEST)
        staff_sessions.purge(session, NOON + LONGEST)
        assert count(session, StaffSession) == 0


def test_looking_at_pages_writes_once_a_minute(sessions: Sessions) -> None:
    token = begun(sessions)
    for later, seen in ((59, NOON), (60, NOON + 60), (100, NOON + 60), (130, NOON + 130)):
        with sessions.begin() as session:
            own = staff_sessions.find(session, token, NOON + later)
            staff_sessions.touch(session, own, token, NOON + later)
            assert staff_sessions.find(session, token, NOON + later).seen == seen


@pytest.mark.parametrize("name", ["rise", "renew", "act_in"])
def test_every_rise_gives_a_new_token_and_the_old_one_is_dead(sessions: Sessions, name: str) -> None:
    token = begun(sessions)
    with sessions.begin() as session:
        own = staff_sessions.find(session, token, NOON)
        more = (own.org_id,) if name == "act_in" else ()
        fresh = getattr(staff_sessions, name)(session, token, *more, NOON)
        assert fresh not in {None, token}
        assert not staff_sessions.find(session, token, NOON)
        assert getattr(staff_sessions, name)(session, token, *more, NOON) is None
        assert staff_sessions.find(session, fresh, NOON).id == own.id


def test_a_second_factor_is_fresh_for_ten_minutes(sessions: Sessions) -> None:
    token = begun(sessions)
    with sessions.begin() as session:
        assert not staff_sessions.is_fresh(staff_sessions.find(session, token, NOON), NOON)
        risen = staff_sessions.rise(session, token, NOON)
        own = staff_sessions.find(session, risen, NOON)
        assert staff_sessions.is_fresh(own, NOON + FRESH)
        assert not staff_sessions.is_fresh(own, NOON + FRESH + 1)


def test_signing_out_ends_one_session_and_is_noted(sessions: Sessions) -> None:
    anna(sessions)
    phone, desk = signed_in(sessions), signed_in(sessions)
    with sessions.begin() as session:
        sign_in.sign_out(session, phone.own)
        assert "signed_out" in logged(session, phone.own.org_id)
    assert looked_for(sessions, phone.token) is None
    assert looked_for(sessions, desk.token)


def test_devices_are_listed_and_one_of_ones_own_is_ended(sessions: Sessions) -> None:
    person_id = anna(sessions)
    phone = signed_in(sessions, visitor=HERE._replace(device="phone"))
    desk = signed_in(sessions, visitor=HERE._replace(device="desk"))
    with sessions.begin() as session:
        now = clock.seconds(session)
        assert {each.device for each in staff_sessions.listed(session, person_id, now)} == {"phone", "desk"}
        assert staff_sessions.listed(session, uuid4(), now) == []
        assert not staff_sessions.revoke(session, uuid4(), phone.own.id), "somebody else's session"
        assert staff_sessions.revoke(session, person_id, phone.own.id)
        assert not staff_sessions.revoke(session, person_id, phone.own.id)
        assert [each.id for each in staff_sessions.listed(session, person_id, now)] == [desk.own.id]
    assert looked_for(sessions, phone.token) is None


def test_a_new_passphrase_ends_the_others(sessions: Sessions) -> None:
    anna(sessions)
    phone, desk = signed_in(sessions), signed_in(sessions)
    with sessions.begin() as session:
        people.change_password(session, desk.own, hash_of(OTHER))
    assert looked_for(sessions, phone.token) is None
    assert looked_for(sessions, desk.token)


@pytest.mark.parametrize("change", ["changed", "taken", "removed"])
def test_another_role_ends_all(sessions: Sessions, change: str) -> None:
    person_id = anna(sessions)
    both = [signed_in(sessions), signed_in(sessions)]
    with sessions.begin() as session:
        org_id = people.home(session, person_id)
        held = people.roles_of(session, org_id, person_id)[0]
        if change == "changed":
            people.change_role(session, OPERATOR, org_id, held.id, Grant("analyst", org_id))
        elif change == "taken":
            people.take_role(session, OPERATOR, org_id, held.id)
        else:
            people.remove(session, OPERATOR, org_id, person_id)
    assert [looked_for(sessions, each.token) for each in both] == [None, None]


@pytest.mark.parametrize("name", ["hold", "rise", "renew", "act_in", "touch"])
def test_a_request_on_its_way_brings_no_session_back(sessions: Sessions, name: str) -> None:
    """It has found its session; then the session is ended on another device; then it goes on."""
    person_id = anna(sessions)
    phone = signed_in(sessions)
    with sessions.begin() as session:
        staff_sessions.revoke(session, person_id, phone.own.id)
    with sessions.begin() as session:
        later = clock.seconds(session) + 90
        own = phone.own
        result = {
            "hold": lambda: staff_sessions.hold(session, phone.token, later),
            "rise": lambda: staff_sessions.rise(session, phone.token, later),
            "renew": lambda: staff_sessions.renew(session, phone.token, later),
            "act_in": lambda: staff_sessions.act_in(session, phone.token, own.org_id, later),
            "touch": lambda: staff_sessions.touch(session, own, phone.token, later),
        }[name]()
        assert not result
    assert looked_for(sessions, phone.token) is None
    with sessions.reading() as session:
        assert session.scalars(select(StaffSession.revoked)).all() == [True]


def test_whoever_ends_a_session_waits_for_what_is_being_written_in_it(sessions: Sessions) -> None:
    """A write that has taken hold of its session is whole before the session ends; none begins after that."""
    person_id = anna(sessions)
    phone = signed_in(sessions)
    order: list[str] = []
    held = threading.Event()

    def end() -> None:
        held.wait(20)
        with sessions.begin() as session:
            staff_sessions.revoke_others(session, person_id)
        order.append("ended")

    ending = threading.Thread(target=end)
    ending.start()
    with sessions.begin() as session:
        assert staff_sessions.hold(session, phone.token, clock.seconds(session))
        held.set()
        ending.join(0.5)
        order.append("written")
    ending.join(20)
    assert order == ["written", "ended"]


def test_acting_in_another_organisation_is_for_those_who_were_not_vouched_for_by_one(sessions: Sessions) -> None:
    person_id = anna(sessions)
    with sessions.begin() as session:
        home, region = people.home(session, person_id), office(session, "region")
        employed(session, region)
        now = clock.seconds(session)
        by_hand = staff_sessions.begin(session, Opening(person_id, home, "passphrase", "", second=False), now)
        vouched = staff_sessions.begin(session, Opening(person_id, home, "oidc", "", second=False), now)
        assert staff_sessions.act_in(session, vouched, region, now) is None
        assert staff_sessions.find(session, staff_sessions.act_in(session, by_hand, region, now), now).org_id == region
    assert signed_in(sessions).own.org_id is None, "with two organisations one has to be chosen"
    assert found(sessions, vouched).org_id == home
