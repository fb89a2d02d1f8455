"""A4: passkeys, with an authenticator that does as WebAuthn says, or not."""

import json

import pytest
from sqlalchemy import select

from surveyapp.services import passkeys, second_factors, sign_in
from surveyapp.services.passkeys import Answer, Site
from surveyapp.services.sign_in import Outcome
from surveyapp.store import clock
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import Passkey, PreSession
from tests.authenticators import HOST, ORIGIN, Authenticator
from tests.builders import count, refused
from tests.staff import HERE, Staff, anna, employed, found, logged, looked_for, signed_in, tries

SITE = Site(HOST, ORIGIN)


@pytest.fixture
def desk(sessions: Sessions) -> Staff:
    anna(sessions)
    return signed_in(sessions)


def added(sessions: Sessions, who: Staff, device: Authenticator, name: str = "phone") -> None:
    with sessions.begin() as session:
        asked = passkeys.begin_adding(session, SITE, who.own, "anna@example.org", clock.seconds(session))
        passkeys.add(session, SITE, who.own, Answer(asked.token, device.register(asked.options)), name)


def shown(sessions: Sessions, device: Authenticator, second_of: str | None = None) -> Outcome:
    with sessions.begin() as session:
        asked = sign_in.ask_for_passkey(session, SITE, HERE, second_of)
        answer = Answer(asked.token, device.sign(asked.options))
        return sign_in.with_passkey(session, SITE, answer, HERE, second_of=second_of)


def test_a_key_signs_in_with_both_factors_at_once(sessions: Sessions, desk: Staff) -> None:
    device, phone = Authenticator(), signed_in(sessions)
    added(sessions, desk, device, "my phone")
    assert looked_for(sessions, phone.token) is None, "other sessions end"
    outcome = shown(sessions, device)
    own = found(sessions, outcome.token)
    assert (own.person_id, own.method, own.second == own.opened) == (desk.own.person_id, "passkey", True)
    with sessions.begin() as session:
        assert session.scalars(passkeys.listed(own.person_id)).one().name == "my phone"
        assert "passkey_added" in logged(session, own.org_id)
        assert count(session, PreSession) == 0


def test_what_is_asked_of_the_device(sessions: Sessions, desk: Staff) -> None:
    with sessions.begin() as session:
        now = clock.seconds(session)
        made = json.loads(passkeys.begin_adding(session, SITE, desk.own, "anna@example.org", now).options)
        asked = json.loads(passkeys.begin(session, SITE, now).options)
    assert made["rp"]["id"] == asked["rpId"] == HOST
    assert made["authenticatorSelection"]["userVerification"] == asked["userVerification"] == "required"
    assert made["attestation"] == "none"
    assert not asked.get("allowCredentials"), "nobody learns who has a key"
    assert made["challenge"] != asked["challenge"]


def test_it_is_the_second_factor_after_a_passphrase_of_its_owner_only(sessions: Sessions, desk: Staff) -> None:
    device, berta = Authenticator(), Authenticator()
    added(sessions, desk, device)
    with sessions.begin() as session:
        employed(session, desk.own.org_id, "berta@example.org")
    added(sessions, signed_in(sessions, "berta@example.org"), berta)
    step = tries(sessions, "anna@example.org")
    assert step.state == "second_factor"
    with sessions.begin() as session:
        asked = sign_in.ask_for_passkey(session, SITE, HERE, step.token)
        assert len(json.loads(asked.options)["allowCredentials"]) == 1
    assert shown(sessions, berta, step.token).state == "wrong"
    outcome = shown(sessions, device, step.token)
    assert found(sessions, outcome.token).method == "passphrase"
    with sessions.begin() as session:
        assert sign_in.ask_for_passkey(session, SITE, HERE, step.token) is None, "that step is over"


@pytest.mark.parametrize(
    "device",
    [
        Authenticator(verifies=False),
        Authenticator(origin="https://survey.example.evil"),
        Authenticator(host="evil.example"),
        Authenticator(origin="http://survey.example"),
    ],
    ids=["no user verification", "another page", "another host", "no https"],
)
def test_a_device_that_does_it_wrongly_gets_no_further(sessions: Sessions, desk: Staff, device: Authenticator) -> None:
    refused("passkey_refused", added, sessions, desk, device)
    good = Authenticator()
    added(sessions, desk, good)
    for name in ("origin", "host", "verifies"):
        setattr(good, name, getattr(device, name))
    assert shown(sessions, good).state == "wrong"


def test_a_copy_of_a_key_is_noticed_by_its_count(sessions: Sessions, desk: Staff) -> None:
    device = Authenticator()
    added(sessions, desk, device)
    for _ in range(3):
        assert shown(sessions, device).state == "in"
    with sessions.reading() as session:
        assert session.scalars(select(Passkey.sign_count)).one() == 3
    device.count = 1
    assert shown(sessions, device).state == "wrong"
    device.count, device.counts = 3, False
    assert shown(sessions, device).state == "wrong", "the same count again"


def test_a_key_that_does_not_count_is_taken(sessions: Sessions, desk: Staff) -> None:
    device = Authenticator()
    device.counts = False
    added(sessions, desk, device)
    assert [shown(sessions, device).state for _ in range(2)] == ["in", "in"]


def test_an_answer_is_good_once_and_for_its_own_request(sessions: Sessions, desk: Staff) -> None:
    device = Authenticator()
    added(sessions, desk, device)
    with sessions.begin() as session:
        first, second = (sign_in.ask_for_passkey(session, SITE, HERE) for _ in range(2))
        signed = device.sign(first.options)
        crossed = sign_in.with_passkey(session, SITE, Answer(second.token, signed), HERE)
        right = sign_in.with_passkey(session, SITE, Answer(first.token, signed), HERE)
        again = sign_in.with_passkey(session, SITE, Answer(first.token, signed), HERE)
        assert [each.state for each in (crossed, right, again)] == ["wrong", "in", "wrong"]


def test_another_signature_or_an_unknown_key_is_wrong(sessions: Sessions, desk: Staff) -> None:
    device, thief = Authenticator(), Authenticator()
    added(sessions, desk, device)
    assert shown(sessions, thief).state == "wrong"
    thief.credential_id = device.credential_id
    assert shown(sessions, thief).state == "wrong"
    assert shown(sessions, device).state == "in"


@pytest.mark.parametrize(
    "broken", ["", "[]", "{}", "null", '{"rawId": 7}', '{"rawId": "ā"}', "[" * 9000, '{"rawId": "%s"}', "x" * 20_000]
)
def test_what_no_browser_sends_is_wrong_and_nothing_worse(sessions: Sessions, desk: Staff, broken: str) -> None:
    device = Authenticator()
    added(sessions, desk, device)
    broken = broken.replace("%s", json.loads(device.sign('{"challenge": "AA"}'))["rawId"])
    with sessions.begin() as session:
        asked = sign_in.ask_for_passkey(session, SITE, HERE)
        assert sign_in.with_passkey(session, SITE, Answer(asked.token, broken), HERE).state == "wrong"
        made = passkeys.begin_adding(session, SITE, desk.own, "anna@example.org", clock.seconds(session))
        refused("passkey_refused", passkeys.add, session, SITE, desk.own, Answer(made.token, broken), "x")


def test_a_new_key_is_kept_for_whoever_asked_for_it_and_once(sessions: Sessions, desk: Staff) -> None:
    with sessions.begin() as session:
        employed(session, desk.own.org_id, "berta@example.org")
    berta, device = signed_in(sessions, "berta@example.org"), Authenticator()
    with sessions.begin() as session:
        asked = passkeys.begin_adding(session, SITE, desk.own, "anna@example.org", clock.seconds(session))
        answer = Answer(asked.token, device.register(asked.options))
        refused("passkey_refused", passkeys.add, session, SITE, berta.own, answer, "x")
    added(sessions, desk, device)
    refused("passkey_refused", added, sessions, berta, device)


def test_one_of_ones_own_is_removed(sessions: Sessions, desk: Staff) -> None:
    with sessions.begin() as session:
        employed(session, desk.own.org_id, "berta@example.org")
    berta, device = signed_in(sessions, "berta@example.org"), Authenticator()
    added(sessions, desk, device, " old phone ")
    with sessions.begin() as session:
        key = session.scalars(passkeys.listed(desk.own.person_id)).one()
        assert key.name == "old phone"
        refused("unknown_passkey", passkeys.remove, session, berta.own, key.id)
        passkeys.remove(session, desk.own, key.id)
        assert not second_factors.of(session, desk.own.person_id).any
    assert shown(sessions, device).state == "wrong"


def test_a_key_is_shown_once_more_for_what_needs_a_fresh_factor(sessions: Sessions, desk: Staff) -> None:
    device, other = Authenticator(), Authenticator()
    added(sessions, desk, device)
    with sessions.begin() as session:
        employed(session, desk.own.org_id, "berta@example.org")
    added(sessions, signed_in(sessions, "berta@example.org"), other)
    for shown_, state in ((other, "wrong"), (device, "in")):
        with sessions.begin() as session:
            asked = passkeys.begin(session, SITE, clock.seconds(session))
            answer = Answer(asked.token, shown_.sign(asked.options))
            risen = sign_in.step_up_with_passkey(session, SITE, desk.own, desk.token, answer)
            assert risen.state == state
    assert looked_for(sessions, desk.token) is None
    assert found(sessions, risen.token).second is not None


def test_there_are_ten_at_most(sessions: Sessions, desk: Staff) -> None:
    for _ in range(10):
        added(sessions, desk, Authenticator())
    refused("too_many_passkeys", added, sessions, desk, Authenticator())


def test_of_two_that_are_made_at_once_the_eleventh_is_not_kept(sessions: Sessions, desk: Staff) -> None:
    for _ in range(9):
        added(sessions, desk, Authenticator())
    devices = [Authenticator(), Authenticator()]
    with sessions.begin() as session:
        asked = [
            passkeys.begin_adding(session, SITE, desk.own, "anna@example.org", clock.seconds(session)) for _ in devices
        ]
    answers = [Answer(each.token, device.register(each.options)) for each, device in zip(asked, devices, strict=True)]
    with sessions.begin() as session:
        passkeys.add(session, SITE, desk.own, answers[0], "phone")
    with sessions.begin() as session:
        refused("too_many_passkeys", passkeys.add, session, SITE, desk.own, answers[1], "tablet")
