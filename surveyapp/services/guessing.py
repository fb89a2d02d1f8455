"""Limits on guessing passphrases and codes: exact over all workers, told apart by account and network.

An office shares one network, and an account may be somebody's target: so neither is ever locked. Tries beyond the
limit go through a slow lane instead, which is enough for a person and too little for a program.
"""

from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.services import audit, limits
from surveyapp.services.audit import NOBODY
from surveyapp.services.limits import Limit

Kind = Literal["passphrase", "code", "passkey", "reset"]

_WINDOW, _SLOW = 15 * 60, 60


class Lanes(NamedTuple):
    """Limits of one kind: for an account from one network, for a network, and the same in the slow lane."""

    account: Limit
    network: Limit
    slow_account: Limit
    slow_network: Limit


def lanes(kind: Kind) -> Lanes:
    """10 tries of an account and 100 of a network in 15 minutes; beyond that 1 and 10 a minute."""
    return Lanes(
        Limit(f"{kind} account", 10, _WINDOW),
        Limit(f"{kind} network", 100, _WINDOW),
        Limit(f"{kind} account slow", 1, _SLOW),
        Limit(f"{kind} network slow", 10, _SLOW),
    )


class Guess(NamedTuple):
    """Somebody tries something. ``account``: an address or id, known or not, or None where nobody is named yet.

    ``log``: whose log is told of too many.
    """

    kind: Kind
    address: str | None
    account: str | None
    log: UUID


def seconds_to_wait(session: Session, guess: Guess, now: int) -> int:
    """Count a guess before anything is looked at; 0 when it may be, else how long to wait.

    The count has to be committed whatever the guess comes to. Guesses from this machine itself are not limited.
    """
    of = limits.network(guess.address)
    if of is None:
        return 0
    lane, mine = lanes(guess.kind), f"{of} {guess.account}"
    by_account = limits.tries(session, lane.account, mine, now) if guess.account is not None else 0
    by_network = limits.tries(session, lane.network, of, now)
    if by_account <= lane.account.tries and by_network <= lane.network.tries:
        return 0
    if by_account == lane.account.tries + 1 or by_network == lane.network.tries + 1:
        audit.record(session, guess.log, NOBODY, "limit_reached", kind=guess.kind)
    slow = guess.account is None or limits.within(session, lane.slow_account, mine, now)
    if slow and limits.within(session, lane.slow_network, of, now):
        return 0
    return limits.wait(lane.slow_account, now)


def forgive(session: Session, guess: Guess, now: int) -> None:
    """A guess that was counted was right, so it doesn't count: an office may sign in as often as it likes."""
    of = limits.network(guess.address)
    if of is not None:
        lane = lanes(guess.kind)
        if guess.account is not None:
            limits.take_back(session, lane.account, f"{of} {guess.account}", now)
        limits.take_back(session, lane.network, of, now)
