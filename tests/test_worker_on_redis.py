"""The worker with its queue in Redis, run against a real one: it wakes by it, and doesn't depend on it."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from surveyapp.store.sessions import Sessions
from tests.builders import gathered
from tests.conftest import Database
from tests.needs import unavailable
from tests.test_worker import ask, running, shown, until

PROGRAMS = ("redis-server", "valkey-server")


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    """Where the server listens: nobody else's port can be taken."""
    return tmp_path / "redis.sock"


@contextmanager
def serving(socket: Path) -> Iterator[Redis]:
    """A server that keeps nothing on a disk, so that it forgets everything when it ends."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None) or unavailable("there is no redis-server")
    nothing = ("--save", "", "--appendonly", "no", "--daemonize", "no")
    command = [program, "--port", "0", "--unixsocket", str(socket), "--dir", str(socket.parent), *nothing]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = Redis(unix_socket_path=str(socket))
    try:
        until(lambda: answers(client))
        yield client
    finally:
        client.close()
        process.kill()
        process.wait()


def answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False


def woken(client: Redis) -> int:
    """How often somebody was told by the queue to look."""
    return int(client.info("commandstats").get("cmdstat_lpush", {}).get("calls", 0))


def held(client: Redis) -> bytes:
    """Everything the server holds: keys, and what is in them."""
    return b"".join(key + (client.dump(key) or b"") for key in client.scan_iter())


ON_A_FILE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@ON_A_FILE
def test_it_is_woken_by_redis_which_learns_nothing_of_anybody(
    database: Database, sessions: Sessions, socket: Path
) -> None:
    collecting = gathered(sessions, 12)
    with serving(socket) as client, running(database, REDIS_URL=f"unix://{socket}") as process:
        ask(sessions, collecting, "settle")
        until(lambda: shown(sessions, collecting) == {"settle": "done"})
        assert woken(client)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        known = (collecting.org_id.bytes, collecting.wave_id.bytes, str(collecting.wave_id).encode(), b"person ")
        assert not [each for each in known if each in held(client)]
    assert not (database.folder / "queue.db").exists()


@ON_A_FILE
def test_what_was_asked_for_while_redis_was_away_is_done_when_it_is_back(
    database: Database, sessions: Sessions, socket: Path
) -> None:
    """All that Redis held is lost with it; what is to be done stands in the database."""
    collecting = gathered(sessions, 12)
    with ExitStack() as stack:
        with serving(socket):
            process = stack.enter_context(running(database, REDIS_URL=f"unix://{socket}"))
            until(lambda: b"keep: done" in (database.folder / "said").read_bytes())
        ask(sessions, collecting, "settle")
        until(lambda: b"ConnectionError" in (database.folder / "said").read_bytes())
        with serving(socket):
            until(lambda: shown(sessions, collecting) == {"settle": "done"})
            assert process.poll() is None
