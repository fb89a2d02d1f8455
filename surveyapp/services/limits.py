"""Shared limits on tries: fixed windows, counted in the database, exact across all workers and machines.

Whose tries they are is known for a day at most: a network's address is hashed with a key that is random each day.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.inserts import add_up, insert_once
from surveyapp.store.limits import Counter, DayKey

KEPT = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``tries`` in each window of ``seconds``, for one network, chat or bot; beyond that ``slow`` a minute."""

    name: str
    tries: int
    seconds: int
    slow: int = 0


SUBMISSIONS = Limit("submissions", 600, 60)
"""Forms begun, declined or sent. Generous: everybody in an office or a day centre shares one address."""

GUESSES = Limit("guesses", 20, 15 * 60)
"""Wrong links, short codes and receipt codes together."""

SIGN_INS = Limit("sign-ins", 100, 15 * 60, slow=10)
"""Ways to sign in that are begun before anybody is known: with a passkey, or at an identity provider."""

REFUSED_FORMS = Limit("refused forms", 10, 15 * 60)
"""Entries of the log about forms that were not opened here: of somebody who is signed in, and of all others together."""

UPDATES = Limit("updates", 20, 10)
"""Messages and taps of one chat; more are applied, but not answered."""

CHATS = Limit("chats", 60, 60)
"""Conversations begun with one bot."""

BEGINNINGS = Limit("beginnings", 4, 24 * 60 * 60)
"""Times one chat begins with the same questionnaire of a unit: once, and three times anew."""

CODES = Limit("codes", 10, 15 * 60)
"""One-time codes a chat brings from elsewhere."""


def count(session: Session, limit: Limit, address: str | None, now: float, device: str | None = None) -> None:
    """Count a try. ``now``: Unix seconds. Raises Refusal "too_many_tries" with the seconds to wait.

    ``device``: of a browser that is known, which counts as a network of its own.

    The rest of the transaction decides whether the count stays: it is undone when the transaction is. Tries of
    the same network wait for each other until then, so that no two of them are the last one. An address of this
    machine is not limited.
    """
    of = origin(address, device)
    if of is not None and not within(session, limit, of, now):
        raise Refusal("too_many_tries", {"limit": limit.name, "seconds": wait(limit, now)})


def within(session: Session, limit: Limit, whose: str, now: float) -> bool:
    """Count a try, of a network or a chat, and tell whether it is within the limit. ``whose`` is stored as a hash."""
    return tries(session, limit, whose, now) <= limit.tries or slowly(session, limit, whose, now)


def slowly(session: Session, limit: Limit, whose: str, now: float) -> bool:
    """Count a try beyond the limit, and tell whether it is within what is let through each minute all the same."""
    return limit.slow > 0 and within(session, Limit(f"{limit.name} slow", limit.slow, 60), whose, now)


def tries(session: Session, limit: Limit, whose: str, now: float) -> int:
    """Count a try and tell which one of its window it is, from 1."""
    return add_up(session, *_place(session, limit, whose, now))


def wait(limit: Limit, now: float) -> int:
    """Seconds until the next window begins, or the next minute where there is a slow lane."""
    return max(1, _ends(replace(limit, seconds=60) if limit.slow else limit, now) - int(now))


def forgive(session: Session, limit: Limit, address: str | None, now: float, device: str | None = None) -> None:
    """Take back a network's try that was counted in this transaction, because it was right after all."""
    of = origin(address, device)
    if of is not None:
        take_back(session, limit, of, now)


def take_back(session: Session, limit: Limit, whose: str, now: float) -> None:
    """Count a try less in the window that is now."""
    bucket, ends = _place(session, limit, whose, now)
    session.execute(update(Counter).filter_by(bucket=bucket, ends=ends).values(tries=Counter.tries - 1))


def purge(session: Session, now: float) -> int:
    """Delete counters that are older than 24 hours, and keys of past days; returns how many counters.

    No window reaches over midnight, so that a key isn't needed once its day is over.
    """
    session.execute(delete(DayKey).where(DayKey.day < clock.day(now)))
    gone = session.scalars(delete(Counter).where(Counter.ends < int(now) - KEPT).returning(Counter.ends))
    return len(gone.all())


def network(address: str | None) -> str | None:
    """The network of an address: its /24, or /56 for IPv6. None for this machine itself, and for no address."""
    try:
        ip = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return None
    return str(ip_network((ip, 24 if isinstance(ip, IPv4Address) else 56), strict=False))


def origin(address: str | None, device: str | None = None) -> str | None:
    """Where tries come from: a network, or a known browser wherever it is. None for this machine itself."""
    of = network(address)
    return of if of is None or device is None else f"device {device}"


def _place(session: Session, limit: Limit, whose: str, now: float) -> tuple[bytes, int]:
    """Bucket and end of the window a try belongs to."""
    ends = _ends(limit, now)
    key = _key(session, datetime.fromtimestamp(ends - limit.seconds, UTC))
    return hmac.digest(key, f"{limit.name} {whose}".encode(), hashlib.sha256), ends


def _ends(limit: Limit, now: float) -> int:
    return (int(now) // limit.seconds + 1) * limit.seconds


def _key(session: Session, moment: datetime) -> bytes:
    """The key of the day in which a window begins, made by whoever needs it first."""
    wanted = select(DayKey.key).filter_by(day=moment.date())
    key = session.scalar(wanted)
    if key is None:
        insert_once(session, DayKey, day=moment.date(), key=secrets.token_bytes(32))
        key = session.scalars(wanted).one()
    return key
