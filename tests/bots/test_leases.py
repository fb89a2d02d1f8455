"""The right to poll: one process at a time, given back at the end, and let go in time when the store is away."""

import asyncio

from bots.leases import SECONDS, Lease
from surveyapp.store.sessions import StoreUnavailable


class Store:
    """Says who holds it. ``given``: what the next askings bring; an exception is raised."""

    def __init__(self, *given: bool | Exception) -> None:
        self.given, self.released, self.now = list(given), 0, 100.0

    def take(self) -> bool:
        answer = self.given.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def release(self) -> None:
        self.released += 1

    def lease(self) -> Lease:
        return Lease(self.take, self.release, lambda: self.now)


def test_it_is_held_from_the_moment_of_asking() -> None:
    store = Store(True)
    lease = store.lease()
    assert lease.remaining() <= 0
    assert asyncio.run(lease.ask())
    assert lease.remaining() == SECONDS
    store.now += SECONDS
    assert lease.remaining() == 0


def test_it_is_lost_when_somebody_else_has_it() -> None:
    store = Store(True, False)
    lease = store.lease()
    asyncio.run(lease.ask())
    assert not asyncio.run(lease.ask())
    assert lease.remaining() <= 0
    asyncio.run(lease.give_back())
    assert store.released == 0


def test_while_the_store_is_away_it_runs_out_and_no_longer() -> None:
    store = Store(True, StoreUnavailable(), StoreUnavailable())
    lease = store.lease()
    asyncio.run(lease.ask())
    store.now += 20
    assert asyncio.run(lease.ask())
    assert lease.remaining() == SECONDS - 20
    store.now += 20
    assert not asyncio.run(lease.ask())


def test_it_is_given_back_so_that_the_next_need_not_wait() -> None:
    store = Store(True)
    lease = store.lease()
    asyncio.run(lease.ask())
    asyncio.run(lease.give_back())
    assert store.released == 1
