"""A4, A5: signing in step by step, limits on guessing, and no telling whether there is such an account."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, event, select, update

from surveyapp.services import audit, invitations, limits, passwords, people, pre_sessions, sign_in
from surveyapp.services.audit import NOWHERE
from surveyapp.services.guessing import Known
from surveyapp.services.sign_in import Code, Outcome, Visitor
from surveyapp.store import clock
from surveyapp.store.people import Person
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import PreSession, StaffSession
from tests.builders import count
from tests.staff import (
    ELSEWHERE,
    HERE,
    HOME,
    OTHER,
    PASSPHRASE,
    WRAPS,
    anna,
    code_of,
    employed,
    entries,
    found,
    hash_of,
    logged,
    looked_for,
    office,
    shows,
    signed_in,
    tries,
    with_app,
)

NOON = 1_700_049_600
ANNA, NOBODY = "anna@example.org", "nobody@example.org"


def guess(
    sessions: Sessions, email: str = ANNA, passphrase: str = OTHER, visitor: Visitor = HOME, now: int = NOON
) -> Outcome:
    return sign_in.with_passphrase(sessions, email, passphrase, visitor, lambda _: now)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every statement that is run meanwhile."""
    run: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        run.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield run
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """No hash is computed: what would have been compared is noted, and only ``PASSPHRASE`` is right."""
    looked_at: list[str | None] = []

    def fits(stored: str | None, passphrase: str) -> bool:
        looked_at.append(stored)
        return stored is not None and passphrase == PASSPHRASE

    monkeypatch.setattr(passwords, "fits", fits)
    return looked_at


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's clock stands still, so that no window of a limit ends midway."""
    monkeypatch.setattr(clock, "seconds", lambda _: NOON)


def test_whoever_knows_the_passphrase_is_let_in(sessions: Sessions) -> None:
    person_id = anna(sessions)
    outcome = tries(sessions, " ANNA@Example.ORG ")
    own = found(sessions, outcome.token)
    assert (own.person_id, own.method, own.device, own.second) == (person_id, "passphrase", HERE.device, None)
    with sessions.reading() as session:
        assert own.org_id == people.home(session, person_id)
        assert logged(session, own.org_id)[-1] == "signed_in"
        assert audit.verify(session).breaks == ()


def test_two_sessions_never_share_a_token_and_signing_in_again_leaves_the_first(sessions: Sessions) -> None:
    anna(sessions)
    first, second = signed_in(sessions), signed_in(sessions)
    assert first.token != second.token
    assert looked_for(sessions, first.token)


def test_a_second_factor_is_asked_for_where_there_is_one(sessions: Sessions) -> None:
    person_id = anna(sessions)
    app, codes = with_app(sessions, signed_in(sessions))
    step = tries(sessions, ANNA)
    assert step.state == "second_factor"
    assert looked_for(sessions, step.token) is None, "it is no session yet"
    with sessions.reading() as session:
        now = clock.seconds(session)
    assert shows(sessions, step.token, "000000").state == "wrong"
    outcome = shows(sessions, step.token, code_of(app, now // 30))
    own = found(sessions, outcome.token)
    assert (own.person_id, own.method, own.second is not None) == (person_id, "passphrase", True)
    assert outcome.token != step.token
    assert shows(sessions, step.token, codes[0]).state == "expired", "a step is good once"
    assert shows(sessions, tries(sessions, ANNA).token, codes[0]).state == "in"


def test_after_five_wrong_codes_the_passphrase_is_asked_for_again(sessions: Sessions) -> None:
    anna(sessions)
    _, codes = with_app(sessions, signed_in(sessions))
    step = tries(sessions, ANNA)
    states = [shows(sessions, step.token, "000000").state for _ in range(6)]
    assert states == ["wrong"] * 5 + ["expired"]
    assert shows(sessions, step.token, codes[0]).state == "expired"
    assert shows(sessions, tries(sessions, ANNA).token, codes[0]).state == "in"


def test_the_step_between_ends_after_ten_minutes(sessions: Sessions) -> None:
    anna(sessions)
    _, codes = with_app(sessions, signed_in(sessions))
    step = tries(sessions, ANNA)
    with sessions.begin() as session:
        session.execute(update(PreSession).values(ends=PreSession.ends - pre_sessions.SECONDS))
    assert shows(sessions, step.token, codes[0]).state == "expired"
    with sessions.begin() as session:
        pre_sessions.purge(session, clock.seconds(session))
        assert count(session, PreSession) == 0


@pytest.mark.parametrize("how", ["change", "reset"])
def test_a_passphrase_shown_before_it_was_changed_opens_nothing(sessions: Sessions, how: str) -> None:
    """Somebody who knows it stops before the second factor; its owner gets rid of it; then the code is shown."""
    person_id = anna(sessions)
    desk = signed_in(sessions)
    _, codes = with_app(sessions, desk)
    step = tries(sessions, ANNA)
    with sessions.begin() as session:
        if how == "change":
            people.change_password(session, desk.own, hash_of(OTHER))
        else:
            now = clock.seconds(session)
            token = invitations.begin_reset(session, audit.NOBODY, person_id, now)
            invitations.use_reset(session, token, hash_of(OTHER), now)
    assert shows(sessions, step.token, codes[0]).state == "expired"
    assert shows(sessions, tries(sessions, ANNA, OTHER).token, codes[0]).state == "in"


def test_a_passphrase_that_changed_meanwhile_is_wrong(sessions: Sessions) -> None:
    """It was read and is being hashed; then somebody changes it; then the hash turns out right."""
    anna(sessions)
    with sessions.begin() as session:
        attempt = sign_in.begin(session, ANNA, HOME, NOON)
    with sessions.begin() as session:
        session.execute(update(Person).values(password=hash_of(OTHER)))
    with sessions.begin() as session:
        assert sign_in.finish(session, attempt, None, HOME, NOON).state == "wrong"
        assert count(session, StaffSession) == 0


def test_a_one_time_passphrase_opens_one_session(sessions: Sessions) -> None:
    anna(sessions)
    with sessions.begin() as session:
        session.execute(update(Person).values(once=True))
    assert [tries(sessions, ANNA).state for _ in range(2)] == ["in", "wrong"]
    with sessions.reading() as session:
        assert session.execute(select(Person.password, Person.once)).one() == (None, False)


def test_a_hash_with_other_settings_is_replaced_at_sign_in(sessions: Sessions) -> None:
    anna(sessions)
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSPHRASE)
    with sessions.begin() as session:
        session.execute(update(Person).values(password=weak))
    assert tries(sessions, ANNA).state == "in"
    with sessions.reading() as session:
        stored = session.scalars(select(Person.password)).one()
    assert passwords.renewed(stored, PASSPHRASE) is None
    assert tries(sessions, ANNA).state == "in"


def test_stepping_up_gives_a_new_token_and_the_old_one_is_dead(sessions: Sessions) -> None:
    anna(sessions)
    desk = signed_in(sessions)
    _, codes = with_app(sessions, desk)
    with sessions.begin() as session:
        assert sign_in.step_up(session, WRAPS, desk.own, desk.token, Code("000000", None)).state == "wrong"
        risen = sign_in.step_up(session, WRAPS, desk.own, desk.token, Code(codes[0], None))
    assert looked_for(sessions, desk.token) is None
    assert found(sessions, risen.token).id == desk.own.id
    with sessions.begin() as session:
        assert sign_in.step_up(session, WRAPS, desk.own, desk.token, Code(codes[1], None)).state == "expired"


def test_ten_guesses_are_looked_at_then_one_a_minute(sessions: Sessions, quick: list[str | None]) -> None:
    anna(sessions)
    states = [guess(sessions).state for _ in range(200)]
    assert states == ["wrong"] * 11 + ["wait"] * 189
    assert len(quick) == 11
    assert guess(sessions).seconds == 60
    assert guess(sessions, now=NOON + 59).seconds == 1
    assert [guess(sessions, now=NOON + 60).state for _ in range(3)] == ["wrong", "wait", "wait"]
    assert [guess(sessions, now=NOON + 900).state for _ in range(2)] == ["wrong", "wrong"]


@pytest.mark.usefixtures("quick", "stopped")
def test_the_present_passphrase_is_counted_and_noted_as_at_sign_in(sessions: Sessions) -> None:
    person_id = anna(sessions)
    with sessions.reading() as session:
        org_id = people.home(session, person_id)

    def ends(passphrase: str) -> str:
        return sign_in.with_present(sessions, ANNA, passphrase, HOME).state

    assert {ends(PASSPHRASE) for _ in range(30)} == {"right"}
    with sessions.reading() as session:
        assert "sign_in_failed" not in logged(session, org_id)
    assert [ends(OTHER) for _ in range(13)] == ["wrong"] * 11 + ["wait"] * 2
    assert guess(sessions).state == "wait", "they are the same tries"
    with sessions.reading() as session:
        assert logged(session, org_id).count("sign_in_failed") == 11


def test_no_account_and_no_office_is_locked(sessions: Sessions, quick: list[str | None]) -> None:
    anna(sessions)
    for _ in range(50):
        guess(sessions)
    assert guess(sessions, passphrase=PASSPHRASE).state == "wait"
    assert guess(sessions, passphrase=PASSPHRASE, visitor=ELSEWHERE).state == "in", "from another network"
    assert guess(sessions, passphrase=PASSPHRASE, now=NOON + 60).state == "in", "through the slow lane"
    with sessions.begin() as session:
        employed(session, office(session, "region"), "berta@example.org")
    assert guess(sessions, "berta@example.org", PASSPHRASE).state == "in", "a colleague in the same office"


def test_a_network_has_a_hundred_guesses_at_whomever(sessions: Sessions, quick: list[str | None]) -> None:
    states = [guess(sessions, f"person{number}@example.org").state for number in range(130)]
    assert states == ["wrong"] * 110 + ["wait"] * 20
    assert guess(sessions, "somebody@example.org", visitor=ELSEWHERE).state == "wrong"


def test_tries_at_an_account_that_is_used_up_take_none_of_the_networks(
    sessions: Sessions, quick: list[str | None]
) -> None:
    states = [guess(sessions, f"person{number % 2}@example.org").state for number in range(120)]
    assert states.count("wrong") == 22
    assert {guess(sessions, f"other{number}@example.org").state for number in range(78)} == {"wrong"}


def full(sessions: Sessions) -> None:
    """A program in the office guesses at whomever until nobody there is looked at any more."""
    for number in range(120):
        guess(sessions, f"person{number}@example.org", now=NOON)
    assert guess(sessions, "new@example.org").state == "wait"


def test_where_a_program_uses_up_the_office_whoever_signed_in_there_before_goes_on(
    sessions: Sessions, quick: list[str | None]
) -> None:
    people_there = [(f"clerk{number}@example.org", f"{number:032x}") for number in range(40)]
    with sessions.begin() as session:
        town = office(session)
        known = [(email, Known(employed(session, town, email), device)) for email, device in people_there]
    full(sessions)
    for email, browser in known:
        assert guess(sessions, email, PASSPHRASE).state == "wait", "in a new browser"
        assert guess(sessions, email, PASSPHRASE, HOME._replace(known=browser)).state == "in"


def test_a_known_browser_has_ten_tries_of_its_own_at_its_account_and_none_more_at_others(
    sessions: Sessions, quick: list[str | None]
) -> None:
    mine = HOME._replace(known=Known(anna(sessions), "0" * 32))
    with sessions.begin() as session:
        employed(session, office(session, "region"), "berta@example.org")
    full(sessions)
    assert {guess(sessions, who, visitor=mine).state for who in ("berta@example.org", NOBODY)} == {"wait"}
    states = [guess(sessions, visitor=mine).state for _ in range(20)]
    assert states == ["wrong"] * 11 + ["wait"] * 9
    assert guess(sessions, visitor=mine._replace(address=ELSEWHERE.address)).state == "wait", "wherever it is"
    assert guess(sessions, passphrase=PASSPHRASE, visitor=mine, now=NOON + 60).state == "in"


def test_an_office_may_sign_in_as_often_as_it_likes(sessions: Sessions, quick: list[str | None]) -> None:
    anna(sessions)
    assert {guess(sessions, passphrase=PASSPHRASE).state for _ in range(120)} == {"in"}


def test_codes_are_limited_apart_from_passphrases(sessions: Sessions, stopped: None) -> None:
    anna(sessions)
    _, codes = with_app(sessions, signed_in(sessions))
    steps = [tries(sessions, ANNA).token for _ in range(3)]
    states = [shows(sessions, steps[number // 4], "000000", HOME.address).state for number in range(12)]
    assert states == ["wrong"] * 11 + ["wait"]
    assert shows(sessions, steps[2], codes[0], HOME.address).state == "wait"
    assert shows(sessions, steps[2], codes[0], ELSEWHERE.address).state == "in"
    assert guess(sessions, passphrase=PASSPHRASE).state == "second_factor"


def test_this_machine_is_not_limited(sessions: Sessions, quick: list[str | None]) -> None:
    anna(sessions)
    assert {guess(sessions, visitor=HERE).state for _ in range(30)} == {"wrong"}


def test_a_limit_that_is_reached_is_written_down_once(sessions: Sessions, quick: list[str | None]) -> None:
    org_id = None
    person_id = anna(sessions)
    for _ in range(40):
        guess(sessions)
        guess(sessions, NOBODY)
    with sessions.reading() as session:
        org_id = people.home(session, person_id)
        for log in (org_id, NOWHERE):
            assert logged(session, log).count("limit_reached") == 1
            assert logged(session, log).count("sign_in_failed") == 11


def test_the_count_stays_when_hashing_is_cut_short(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted and committed first: a worker that is killed while it hashes gives no guess back."""

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(passwords, "fits", killed)
    for _ in range(11):
        with pytest.raises(KeyboardInterrupt):
            guess(sessions)
    assert guess(sessions).state == "wait"


def test_known_and_unknown_addresses_are_answered_by_the_same_steps(
    sessions: Sessions, quick: list[str | None]
) -> None:
    anna(sessions)
    for _ in range(2):  # the first time makes the day's key and the logs' heads
        for email in (ANNA, NOBODY):
            guess(sessions, email, visitor=ELSEWHERE)
    quick.clear()
    run, outcomes = [], []
    for email in (ANNA, NOBODY, "not an address", "ā" * 400):
        with statements(sessions.writing_engine) as said:
            outcomes.append(guess(sessions, email))
        run.append(said)
    assert set(outcomes) == {Outcome("wrong")}
    assert len(quick) == 4, "a hash is computed for each"
    assert quick[1:] == [None] * 3
    assert run[0] == run[1] == run[2] == run[3]
    assert len(run[0]) > 5


def test_limits_tell_nothing_either(sessions: Sessions, quick: list[str | None]) -> None:
    anna(sessions)
    both = [[guess(sessions, email) for _ in range(15)] for email in (ANNA, NOBODY)]
    assert both[0] == both[1]


def test_without_the_hash_for_nobody_the_steps_would_differ(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what is hashed for nobody is what makes the answers alike."""
    anna(sessions)
    hashed: list[str] = []
    monkeypatch.setattr(passwords, "_verified", lambda stored, written: bool(hashed.append(stored)))
    guess(sessions)
    guess(sessions, NOBODY)
    assert len(hashed) == 2
    fits = passwords.fits
    monkeypatch.setattr(passwords, "fits", lambda stored, typed: stored is not None and fits(stored, typed))
    guess(sessions)
    guess(sessions, NOBODY)
    assert len(hashed) == 3


def test_no_network_address_is_stored(sessions: Sessions, quick: list[str | None]) -> None:
    anna(sessions)
    guess(sessions)
    guess(sessions, passphrase=PASSPHRASE)
    with sessions.reading() as session:
        rows = [
            str(row)
            for table in (StaffSession.__table__, PreSession.__table__, Person.__table__)
            for row in session.execute(table.select())
        ]
        rows += [str(vars(entry)) for entry in entries(session, people.home(session, anna_id(sessions)))]
    assert not [row for row in rows if "192.0.2" in row]
    assert limits.network(HOME.address) == "192.0.2.0/24"


def anna_id(sessions: Sessions) -> UUID:
    with sessions.reading() as session:
        return people.by_email(session, ANNA).id
