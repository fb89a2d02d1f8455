"""Limits on guessing passphrases and codes: exact over all workers, told apart by account and network.

An office shares one network, and an account may be somebody's target: so neither is ever locked. Tries beyond the
limit go through a slow lane instead, which is enough for a person and too little for a program. Yet a program inside the
office can fill the network's: so a browser in which somebody has signed in before counts as a network of its own, for
that account alone (OWASP: device cookies), and tries at an account that is used up don't count against the network.
"""

from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.services import audit, limits
from surveyapp.services.audit import NOBODY
from surveyapp.services.limits import Limit

Kind = Literal["passphrase", "code", "passkey"]

_WINDOW = 15 * 60


class Lanes(NamedTuple):
    """Limits of one kind: for an account from one network, and for a network."""

    account: Limit
    network: Limit


def lanes(kind: Kind) -> Lanes:
    """10 tries of an account and 100 of a network in 15 minutes; beyond that 1 and 10 a minute."""
    return Lanes(
        Limit(f"{kind} account", 10, _WINDOW, slow=1),
        Limit(f"{kind} network", 100, _WINDOW, slow=10),
    )


class Known(NamedTuple):
    """Who has signed in before in a browser, as its cookie says. ``device``: 128 random bits, in words."""

    person_id: UUID | None
    device: str | None


STRANGER = Known(None, None)
"""A browser in which nobody has."""


class Guess(NamedTuple):
    """Somebody tries something. ``account``: an address or id, known or not, or None where nobody is named yet.

    ``log``: whose log is told of too many. ``device``: of a browser that is known as that account's.
    """

    kind: Kind
    address: str | None
    account: str | None
    log: UUID
    device: str | None = None


def device_of(known: Known, person_id: UUID | None) -> str | None:
    """The device, where it is this person's; by another's nobody gets more tries at them."""
    return known.device if known.person_id == person_id else None


def seconds_to_wait(session: Session, guess: Guess, now: int) -> int:
    """Count a guess before anything is looked at; 0 when it may be, else how long to wait.

    The count has to be committed whatever the guess comes to. Guesses from this machine itself are not limited.
    """
    for limit, whose in _counted(guess):
        if not _passes(session, guess, limit, whose, now):
            return limits.wait(limit, now)
    return 0


def forgive(session: Session, guess: Guess, now: int) -> None:
    """A guess that was counted was right, so it doesn't count: an office may sign in as often as it likes."""
    for limit, whose in _counted(guess):
        limits.take_back(session, limit, whose, now)


def _counted(guess: Guess) -> tuple[tuple[Limit, str], ...]:
    """What a guess counts against, the narrower one first."""
    of, lane = limits.origin(guess.address, guess.device), lanes(guess.kind)
    if of is None:
        return ()
    by_network = (lane.network, of)
    return (by_network,) if guess.account is None else ((lane.account, f"{of} {guess.account}"), by_network)


def _passes(session: Session, guess: Guess, limit: Limit, whose: str, now: int) -> bool:
    """Count it against one limit; the first one too many is written down."""
    number = limits.tries(session, limit, whose, now)
    if number == limit.tries + 1:
        audit.record(session, guess.log, NOBODY, "limit_reached", kind=guess.kind)
    return number <= limit.tries or limits.slowly(session, limit, whose, now)
