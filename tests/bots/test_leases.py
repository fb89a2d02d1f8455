"""The right to poll: one process at a time, given back at the end, and let go in time when the store is away."""

import asyncio
import subprocess
import sys
from pathlib import Path

from bots.leases import SECONDS, Lease
from surveyapp.holders import Holder
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


def test_on_one_machine_one_process_asks_and_its_successor_asks_under_the_same_name(tmp_path: Path) -> None:
    first, second = Holder(tmp_path / "instance" / "lock"), Holder(tmp_path / "instance" / "lock")
    name = first.name()
    assert name
    assert first.name() == name
    assert second.name() is None
    first.close()
    assert second.name() == name
    assert first.name() is None
    second.close()
    elsewhere = Holder(tmp_path / "elsewhere" / "lock")
    assert elsewhere.name() not in {name, None}
    elsewhere.close()


def test_a_killed_process_leaves_its_name_to_the_next(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from surveyapp.holders import Holder; import time; h = Holder(Path({str(tmp_path / 'lock')!r})); print(h.name(), flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        name = process.stdout.readline().strip()
        assert Holder(tmp_path / "lock").name() is None
        process.kill()
        process.wait()
    last = Holder(tmp_path / "lock")
    assert last.name() == name
    last.close()
