"""Limits are exact whoever counts, forget whose tries they were, and leave this machine alone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from surveyapp.services import limits
from surveyapp.services.limits import GUESSES, Limit
from surveyapp.services.refusals import Refusal
from surveyapp.store.limits import Counter, DayKey
from surveyapp.store.sessions import Sessions
from tests.builders import count, refused

NOON = 1_700_049_600.0
HOME, NEIGHBOUR, ELSEWHERE = "192.0.2.7", "192.0.2.200", "198.51.100.7"
TEN = Limit("ten", 10, 60)


def guess(sessions: Sessions, address: str, now: float = NOON, limit: Limit = TEN) -> bool:
    """One wrong guess; False when it wasn't let in any more."""
    try:
        with sessions.begin() as session:
            limits.count(session, limit, address, now)
    except Refusal:
        return False
    return True


def test_ten_of_forty_at_once_get_in(sessions: Sessions) -> None:
    with ThreadPoolExecutor(8) as pool:
        let_in = list(pool.map(lambda _: guess(sessions, HOME), range(40)))
    assert let_in.count(True) == 10


def test_a_network_shares_its_tries_and_others_have_their_own(sessions: Sessions) -> None:
    for _ in range(10):
        assert guess(sessions, HOME)
    assert not guess(sessions, NEIGHBOUR)
    assert guess(sessions, ELSEWHERE)
    assert guess(sessions, HOME, limit=Limit("other", 1, 60))


def test_a_new_window_begins_anew_and_the_wait_is_told(sessions: Sessions) -> None:
    for _ in range(10):
        guess(sessions, HOME, NOON + 10)
    with sessions.begin() as session:
        too_many = refused("too_many_tries", limits.count, session, TEN, HOME, NOON + 10)
    assert too_many.values == {"limit": "ten", "seconds": 50}
    assert guess(sessions, HOME, NOON + 60)


def test_a_right_try_does_not_count(sessions: Sessions) -> None:
    for _ in range(50):
        with sessions.begin() as session:
            limits.count(session, TEN, HOME, NOON)
            limits.forgive(session, TEN, HOME, NOON)
    assert guess(sessions, HOME)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", None, "", "not an address"])
def test_this_machine_is_not_limited(sessions: Sessions, address: str | None) -> None:
    with sessions.begin() as session:
        for _ in range(30):
            limits.count(session, TEN, address, NOON)
        assert count(session, Counter) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
    ],
)
def test_a_network_is_a_24_or_a_56(address: str, network: str) -> None:
    assert limits.network(address) == network


def test_no_address_is_stored_and_tomorrow_nobody_can_tell_whose_tries_they_were(sessions: Sessions) -> None:
    guess(sessions, HOME)
    with sessions.begin() as session:
        bucket = session.scalars(select(Counter.bucket)).one()
        assert b"192" not in bucket
        key = session.scalars(select(DayKey.key)).one()
    guess(sessions, HOME, NOON + 86_400)
    with sessions.begin() as session:
        assert session.scalars(select(DayKey.key).order_by(DayKey.day)).all()[1] != key
        assert limits.purge(session, NOON + 86_400 + 120) == 1
        assert count(session, DayKey) == count(session, Counter) == 1


def test_guessing_is_limited_to_twenty_in_a_quarter_of_an_hour() -> None:
    assert (GUESSES.tries, GUESSES.seconds) == (20, 900)
