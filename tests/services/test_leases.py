"""One process at a time, by the database's clock: a second one waits until the first has stopped renewing."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, update

from surveyapp.services import bots, leases
from surveyapp.store.models import Bot, Lease
from surveyapp.store.sessions import Sessions


def take(sessions: Sessions, holder: str, seconds: int = 30) -> bool:
    with sessions.begin() as session:
        return leases.take(session, "poller", holder, seconds)


def pass_time(sessions: Sessions, seconds: int) -> None:
    with sessions.begin() as session:
        session.execute(update(Lease).values(until=Lease.until - seconds))


def test_who_holds_it_renews_it_and_nobody_else_gets_it(sessions: Sessions) -> None:
    assert take(sessions, "first")
    assert not take(sessions, "second")
    pass_time(sessions, 20)
    assert take(sessions, "first")
    pass_time(sessions, 20)
    assert not take(sessions, "second")


def test_when_it_runs_out_the_next_one_gets_it(sessions: Sessions) -> None:
    assert take(sessions, "first")
    pass_time(sessions, 32)
    assert take(sessions, "second")
    assert not take(sessions, "first")


def test_given_back_it_is_free_at_once(sessions: Sessions) -> None:
    take(sessions, "first")
    with sessions.begin() as session:
        leases.release(session, "poller", "second")
        assert not leases.take(session, "poller", "second", 30)
        leases.release(session, "poller", "first")
        assert leases.take(session, "poller", "second", 30)
        assert leases.take(session, "another name", "first", 30)


def test_of_many_that_ask_at_once_one_gets_it(sessions: Sessions) -> None:
    start = threading.Barrier(6)

    def ask(number: int) -> bool:
        start.wait()
        return take(sessions, f"process {number}")

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(ask, range(6))) == 1


def test_it_is_the_databases_clock(sessions: Sessions, monkeypatch: object) -> None:
    monkeypatch.setattr("time.time", lambda: 0.0)
    take(sessions, "first")
    with sessions.reading() as session:
        assert session.scalars(select(Lease.until)).one() > 1_700_000_000


def test_a_bot_is_known_by_its_newest_name(sessions: Sessions) -> None:
    for name in ("old_bot", "new_bot", "new_bot"):
        with sessions.begin() as session:
            bots.introduce(session, 7, name)
    with sessions.reading() as session:
        assert (bots.username(session, 7), bots.username(session, 8)) == ("new_bot", None)
        assert [row.id for row in session.scalars(select(Bot))] == [7]
