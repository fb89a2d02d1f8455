"""A4: a code of an app is good once, also of those beside it, and so is a recovery code."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import select, update

from surveyapp.services import second_factors
from surveyapp.services.second_factors import Beginning
from surveyapp.store import clock
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import RecoveryCode, Totp
from tests.builders import count, refused
from tests.conftest import SECRET
from tests.staff import WRAPS, Staff, anna, code_of, logged, looked_for, shows, signed_in, tries, with_app

NEW = "another secret of the tests, long enough as well"


@pytest.fixture
def desk(sessions: Sessions) -> Staff:
    anna(sessions)
    return signed_in(sessions)


def now_of(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return clock.seconds(session)


def right(sessions: Sessions, who: Staff, code: str, now: int) -> bool:
    with sessions.begin() as session:
        return second_factors.show(session, WRAPS, who.own.person_id, code, now)


def test_an_app_counts_once_a_code_of_it_was_shown(sessions: Sessions, desk: Staff) -> None:
    phone = signed_in(sessions)
    with sessions.begin() as session:
        app = second_factors.begin_app(session, WRAPS, desk.own, "anna@example.org")
        now = clock.seconds(session)
        assert second_factors.confirm_app(session, WRAPS, desk.own, "000000", now) is None
        assert second_factors.of(session, desk.own.person_id) == (False, 0, 0)
    assert tries(sessions, "anna@example.org").state == "in"
    with sessions.begin() as session:
        again = second_factors.begin_app(session, WRAPS, desk.own, "anna@example.org")
        assert again.secret != app.secret
        codes = second_factors.confirm_app(session, WRAPS, desk.own, code_of(again, now // 30), now)
        assert len(set(codes)) == 10
        assert second_factors.of(session, desk.own.person_id) == (True, 0, 10)
        refused("app_exists", second_factors.begin_app, session, WRAPS, desk.own, "anna@example.org")
        assert "app_added" in logged(session, desk.own.org_id)
    assert looked_for(sessions, phone.token) is None, "other sessions end"
    assert looked_for(sessions, desk.token)
    assert tries(sessions, "anna@example.org").state == "second_factor"


def test_two_pages_that_set_up_an_app_at_once_show_two_secrets_and_the_later_one_counts(
    sessions: Sessions, desk: Staff
) -> None:
    phone = signed_in(sessions)

    def prepares(who: Staff) -> Beginning:
        with sessions.begin() as session:
            return second_factors.begin_app(session, WRAPS, who.own, "anna@example.org")

    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as session:
            second_factors.begin_app(session, WRAPS, desk.own, "anna@example.org")
            later = pool.submit(prepares, phone)
            wait([later], timeout=0.3)
        app = later.result()
    with sessions.begin() as session:
        now = clock.seconds(session)
        assert second_factors.confirm_app(session, WRAPS, phone.own, code_of(app, now // 30), now)


def test_its_secret_is_enciphered_and_belongs_to_one_person(sessions: Sessions, desk: Staff) -> None:
    app, _ = with_app(sessions, desk)
    with sessions.begin() as session:
        row = session.scalars(select(Totp)).one()
        assert app.secret.encode() not in row.wrapped
        assert len(row.wrapped) == 48
        assert (
            second_factors.wrapping(["a secret that somebody has guessed"]).unwrap(row.person_id, row.wrapped) is None
        )
        assert WRAPS.unwrap(desk.own.id, row.wrapped) is None


def test_a_code_is_good_once(sessions: Sessions, desk: Staff) -> None:
    app, _ = with_app(sessions, desk)
    now = now_of(sessions)
    step = now // 30
    assert right(sessions, desk, code_of(app, step), now)
    assert not right(sessions, desk, code_of(app, step), now)
    assert not right(sessions, desk, code_of(app, step - 1), now), "an earlier one than the last"
    assert right(sessions, desk, code_of(app, step + 1), now)
    assert not right(sessions, desk, code_of(app, step + 1), now + 30)
    assert right(sessions, desk, f" {code_of(app, step + 2)[:3]} {code_of(app, step + 2)[3:]} ", now + 60)


def test_codes_of_steps_further_away_are_not_taken(sessions: Sessions, desk: Staff) -> None:
    app, _ = with_app(sessions, desk)
    now = now_of(sessions) + 3000
    for away in (-2, 2, 20):
        assert not right(sessions, desk, code_of(app, now // 30 + away), now)
    for wrong in ("", "12345", "1234567", "abcdef", "\udcff", "٣٣٣٣٣٣", "9" * 4000):
        assert not right(sessions, desk, wrong, now)


def test_one_code_that_arrives_many_times_at_once_is_taken_once(sessions: Sessions, desk: Staff) -> None:
    app, codes = with_app(sessions, desk)
    now = now_of(sessions)
    for code in (code_of(app, now // 30), codes[0]):
        with ThreadPoolExecutor(8) as pool:
            taken = Counter(pool.map(lambda _, code=code: right(sessions, desk, code, now), range(16)))
        assert taken == {True: 1, False: 15}


def test_a_recovery_code_is_good_once_and_stored_as_a_hash(sessions: Sessions, desk: Staff) -> None:
    _, codes = with_app(sessions, desk)
    now = now_of(sessions)
    with sessions.reading() as session:
        stored = b"".join(session.scalars(select(RecoveryCode.code_hash)))
    assert not any(code.encode() in stored or code.replace("-", "").encode() in stored for code in codes)
    assert right(sessions, desk, codes[0].lower(), now)
    assert not right(sessions, desk, codes[0], now)
    assert right(sessions, desk, codes[1].replace("-", " "), now)
    with sessions.begin() as session:
        assert second_factors.of(session, desk.own.person_id).recovery_codes == 8
        fresh = second_factors.new_recovery_codes(session, desk.own)
    assert not right(sessions, desk, codes[2], now)
    assert right(sessions, desk, fresh[0], now)


def test_without_its_last_factor_recovery_codes_go_too(sessions: Sessions, desk: Staff) -> None:
    with_app(sessions, desk)
    phone = tries(sessions, "anna@example.org")
    with sessions.begin() as session:
        second_factors.remove_app(session, desk.own)
        assert count(session, RecoveryCode) == count(session, Totp) == 0
    assert shows(sessions, phone.token, "000000").state == "expired"
    assert tries(sessions, "anna@example.org").state == "in"


def test_a_new_secret_of_the_service_opens_old_ones_and_wraps_them_anew(sessions: Sessions, desk: Staff) -> None:
    app, _ = with_app(sessions, desk)
    now, both = now_of(sessions), second_factors.wrapping([NEW, SECRET])
    with sessions.begin() as session:
        assert second_factors.show(session, both, desk.own.person_id, code_of(app, now // 30), now)
        row = session.scalars(select(Totp)).one()
        assert not both.is_old(row.person_id, row.wrapped)
        assert WRAPS.unwrap(row.person_id, row.wrapped) is None
        assert not second_factors.show(session, WRAPS, desk.own.person_id, code_of(app, now // 30 + 1), now)


def test_were_the_last_step_not_kept_a_code_would_be_good_again(sessions: Sessions, desk: Staff) -> None:
    """The control: what refuses the second use is the step that is stored."""
    app, _ = with_app(sessions, desk)
    now = now_of(sessions)
    assert right(sessions, desk, code_of(app, now // 30), now)
    with sessions.begin() as session:
        session.execute(update(Totp).values(step=0))
    assert right(sessions, desk, code_of(app, now // 30), now)
