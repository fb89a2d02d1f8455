"""A5: somebody tries links, codes and receipts. Whichever worker they come to, a network gets its twenty tries and no more."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from surveyapp.services.limits import GUESSES
from surveyapp.store.sessions import Sessions
from tests.builders import open_wave
from tests.conftest import Database
from tests.pages import Page
from tests.transports import Answer, OverHttp

from .servers import gunicorn

GUESSED = 200
AT_ONCE = 16
LOOKED_UP = {"/code": 422, "/withdraw": 303, "/r/ZZZZ2222": 404}
"""Where somebody guesses -> how a guess that is wrong is answered, if it is looked up at all."""

FOUR_WORKERS = {"WEB_CONCURRENCY": "4", "TRUSTED_PROXIES": "1"}
Fields = Sequence[tuple[str, str]]


def ask(server: str, path: str, fields: Fields | None, network: str) -> Answer:
    """One request over a connection of its own, so that any worker may get it."""
    with closing(OverHttp(server)) as send:
        return send("GET" if fields is None else "POST", path, fields, {"X-Forwarded-For": f"{network}.7"})


def forms(server: str, network: str, code: str = "ZZZZ2222") -> dict[str, Fields | None]:
    """Where somebody guesses -> what they post there."""
    filled: dict[str, Fields | None] = {"/r/ZZZZ2222": None}
    for path, name in (("/code", "code"), ("/withdraw", "receipt")):
        form = Page(path, ask(server, path, None, network)).forms[-1]
        filled[path] = form.fields({(name, False): (code,)}, form.buttons[0])
    return filled


def looked_up(server: str, network: str) -> int:
    """How many of the guesses were looked up; the others have to be told to wait."""
    posted = forms(server, network)
    paths = [list(LOOKED_UP)[guess % len(LOOKED_UP)] for guess in range(GUESSED)]
    with ThreadPoolExecutor(AT_ONCE) as people:
        answers = list(people.map(lambda path: (path, ask(server, path, posted[path], network).status), paths))
    found = Counter("looked up" if LOOKED_UP[path] == status else str(status) for path, status in answers)
    assert set(found) == {"looked up", "429"}, found
    return found["looked up"]


def in_one_window(server: str, *networks: str) -> tuple[str, int]:
    """The network and how many of its guesses were looked up; with another one if a new window began meanwhile."""
    for network in networks:
        window = time.time() // GUESSES.seconds
        found = looked_up(server, network)
        if time.time() // GUESSES.seconds == window:
            return network, found
    raise AssertionError("200 guesses take longer than a window")


def test_of_200_guesses_over_four_workers_twenty_are_looked_up(database: Database, sessions: Sessions) -> None:
    with sessions.begin() as session:
        code = open_wave(session).code
    with gunicorn(database, **FOUR_WORKERS) as server:
        guesser, found = in_one_window(server.address, "192.0.2", "198.51.100")
        assert found == GUESSES.tries
        right = forms(server.address, guesser, code)["/code"]
        assert ask(server.address, "/code", right, guesser).status == 429
        assert ask(server.address, "/code", right, "203.0.113").status == 303
        assert ask(server.address, f"/r/{code}", None, guesser).status == 200, (
            "neighbours of a guesser can still answer"
        )


@pytest.mark.soak
def test_counted_in_each_workers_memory_more_would_be(sqlite_database: Database) -> None:
    """The control: four workers that each count for themselves let through more than one of them would."""
    with gunicorn(sqlite_database, "tests.faults.forgetful:app()", **FOUR_WORKERS) as server:
        networks = (f"192.0.{number}" for number in range(2, 8))  # one worker may be up long before the others
        assert any(looked_up(server.address, network) > GUESSES.tries for network in networks)
