"""A5: somebody guesses passphrases. Whichever process and thread they come to, the allowed number is looked at, exactly."""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count

from surveyapp.services import limits, passwords, sign_in
from surveyapp.services.sign_in import Visitor
from surveyapp.store.sessions import Sessions, StoreUnavailable, make_sessions
from tests.conftest import Database
from tests.staff import anna

NOON = 1_700_049_600
WORKERS, THREADS, GUESSES = 4, 4, 50
ALLOWED = 10 + 1
"""Ten, and one through the slow lane in the minute in which all of it happens."""

THIEF = Visitor("192.0.2.7", "a program")


def worker(database: Database, forgetful: bool) -> Counter[str]:  # noqa: FBT001 - handed to another process
    """One process that serves; a forgetful one counts in its own memory."""
    if forgetful:
        counted = count(1)
        limits.tries = lambda *_: next(counted)
    looked_at: list[str] = []
    passwords.fits = lambda stored, passphrase: bool(looked_at.append(passphrase))
    sessions = make_sessions(database.config())
    with ThreadPoolExecutor(THREADS) as threads:
        states = Counter(threads.map(guess(sessions), range(GUESSES)))
    sessions.dispose()
    return states + Counter({"looked at": len(looked_at)})


def guess(sessions: Sessions) -> Callable[[int], str]:
    def once(number: int) -> str:
        passphrase = f"guess number {number}"
        try:
            return sign_in.with_passphrase(sessions, "anna@example.org", passphrase, THIEF, lambda _: NOON).state
        except StoreUnavailable:  # on a machine that is busy with other things; a thief tries again
            return once(number)

    return once


def guessed(database: Database, *, forgetful: bool) -> Counter[str]:
    """What becomes of 200 guesses at four processes of four threads."""
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("fork")) as pool:
        ended = pool.map(worker, [database] * WORKERS, [forgetful] * WORKERS)
        return sum(ended, Counter())


def test_of_200_guesses_at_one_account_eleven_are_looked_at(database: Database, sessions: Sessions) -> None:
    anna(sessions)
    sessions.dispose()  # no process inherits a connection
    found = guessed(database, forgetful=False)
    assert found["looked at"] == ALLOWED
    assert found["wait"] >= WORKERS * GUESSES - ALLOWED


def test_counted_in_each_process_more_would_be(sqlite_database: Database) -> None:
    """The control: four workers that each count for themselves let through more."""
    assert guessed(sqlite_database, forgetful=True)["looked at"] > ALLOWED
