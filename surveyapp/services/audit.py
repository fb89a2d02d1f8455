"""The audit log: who did what to which object, and when. Never what a respondent did, never an answer, never an address.

Each organisation has a chain of its own: an entry holds the hash of the one before it, and the head tells where the
chain ends. What belongs to no organisation (the operator's doings, somebody unknown at the sign-in) is in ``NOWHERE``'s.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from surveyapp.store import clock
from surveyapp.store.audit import AuditEntry, AuditHead
from surveyapp.store.inserts import insert_once
from surveyapp.store.tenancy import elsewhere, organisations

NOWHERE = UUID(int=0)
"""Stands for no organisation."""

_START = bytes(32)
_Wanted = TypeVar("_Wanted", bound=Select[*tuple[Any, ...]])


class Actor(NamedTuple):
    """Who acts. ``person_id``: of staff only."""

    kind: Literal["staff", "operator", "job", "nobody"]
    person_id: UUID | None = None


OPERATOR = Actor("operator")
"""Whoever runs the command line."""

JOB = Actor("job")
"""The worker, where the calendar asked for it or somebody whom the log names already."""

NOBODY = Actor("nobody")
"""Somebody who isn't signed in."""


def staff(person_id: UUID) -> Actor:
    """Somebody who is signed in."""
    return Actor("staff", person_id)


class Head(NamedTuple):
    """Where an organisation's chain ended at some time: the number and the hash of its last entry."""

    org_id: UUID
    number: int
    hash: bytes


class Break(NamedTuple):
    """Where a chain doesn't hold. ``code``: "missing", "changed", "unlinked", "head" or "anchor"."""

    org_id: UUID
    number: int
    code: str


class Verified(NamedTuple):
    """How many entries of how many chains were looked at, and where they don't hold."""

    entries: int
    chains: int
    breaks: tuple[Break, ...]


def record(
    session: Session, org_id: UUID, actor: Actor, verb: str, object_id: UUID | None = None, **details: Any
) -> None:
    """Add an entry within the transaction of what it tells of: both stand, or neither.

    ``details``: counts, roles and hashes, never names or addresses. Other entries of the organisation wait until
    the transaction ends.
    """
    with elsewhere(session, org_id):
        _add(session, org_id, actor, verb, object_id, details)


def _add(  # noqa: PLR0913, PLR0917 - the entry's columns
    session: Session, org_id: UUID, actor: Actor, verb: str, object_id: UUID | None, details: dict[str, Any]
) -> None:
    insert_once(session, AuditHead, org_id=org_id, number=0, hash=_START)
    wanted = select(AuditHead).filter_by(org_id=org_id).with_for_update().execution_options(populate_existing=True)
    head = session.scalars(wanted).one()
    entry = AuditEntry(
        org_id=org_id,
        number=head.number + 1,
        at=clock.seconds(session),
        actor=actor.kind,
        person_id=actor.person_id,
        verb=verb,
        object_id=object_id,
        details=details,
        prev=head.hash,
    )
    entry.hash = digest(entry)
    head.number, head.hash = entry.number, entry.hash
    session.add(entry)
    session.flush()


def digest(entry: AuditEntry | Row[*tuple[Any, ...]]) -> bytes:
    """SHA-256 over the hash before and the row, written in one way only."""
    row = [
        str(entry.org_id),
        entry.number,
        entry.at,
        entry.actor,
        str(entry.person_id or ""),
        entry.verb,
        str(entry.object_id or ""),
        entry.details,
    ]
    return hashlib.sha256(entry.prev + _CANONICAL(row).encode()).digest()


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def entries(org_id: UUID, **narrowed: Any) -> Select[AuditEntry]:
    """An organisation's entries, the newest first. ``narrowed``: as ``among`` has it."""
    return among(select(AuditEntry).filter_by(org_id=org_id).order_by(AuditEntry.number.desc()), **narrowed)


def among(
    wanted: _Wanted,
    *,
    person_id: UUID | None = None,
    verb: str | None = None,
    since: int | None = None,
    until: int | None = None,
) -> _Wanted:
    """Those of the entries that a statement is about which fit by who, what and when (Unix seconds, both included)."""
    if person_id is not None:
        wanted = wanted.where(AuditEntry.person_id == person_id)
    if verb is not None:
        wanted = wanted.where(AuditEntry.verb == verb)
    if since is not None:
        wanted = wanted.where(AuditEntry.at >= since)
    if until is not None:
        wanted = wanted.where(AuditEntry.at <= until)
    return wanted


def heads(session: Session) -> list[Head]:
    """Where each chain ends now: to be kept where nobody who can change the database can change it."""
    found = []
    for org_id in _chains(session):
        with elsewhere(session, org_id):
            wanted = select(AuditHead.org_id, AuditHead.number, AuditHead.hash).filter_by(org_id=org_id)
            found += [Head(*row) for row in session.execute(wanted)]
    return found


def verify(session: Session, org_id: UUID | None = None, against: Iterable[Head] = ()) -> Verified:
    """Look at every entry of one organisation, or of all.

    ``against``: heads that were kept elsewhere. Whoever cuts off the end of a chain together with its head, or writes
    a chain anew, leaves one that holds in itself; but the entry a kept head names is not in it.
    """
    if org_id is not None:
        return _verified(session, org_id)
    every = (_verified(session, each) for each in _chains(session))
    found = [one for one in every if one.entries or one.breaks]
    breaks = [each for one in found for each in one.breaks]
    breaks += [Break(kept.org_id, kept.number, "anchor") for kept in against if not _stands(session, kept)]
    return Verified(sum(one.entries for one in found), len(found), tuple(breaks))


def _chains(session: Session) -> list[UUID]:
    return sorted({NOWHERE, *organisations(session)})


def _stands(session: Session, kept: Head) -> bool:
    with elsewhere(session, kept.org_id):
        wanted = select(AuditEntry.hash).filter_by(org_id=kept.org_id, number=kept.number)
        return session.scalar(wanted) == kept.hash


def _verified(session: Session, org_id: UUID) -> Verified:
    """Look at one chain."""
    count, breaks, end = 0, list[Break](), (0, _START)
    with elsewhere(session, org_id):
        for entry, found in _looked_at(session, org_id):
            count += 1
            breaks += found
            end = (entry.number, entry.hash)
        head = session.scalars(select(AuditHead).filter_by(org_id=org_id)).first()
    if (head.number, head.hash) != end if head else end[0] > 0:
        breaks.append(Break(org_id, end[0], "head"))
    return Verified(count, 1, tuple(breaks))


def _looked_at(session: Session, org_id: UUID) -> Iterator[tuple[Row[*tuple[Any, ...]], list[Break]]]:
    """Every entry of a chain in its order, with what is wrong at it."""
    rows = session.execute(_CHAIN, {"of_org": org_id})
    before: tuple[int, bytes] = (0, _START)
    for entry in rows.yield_per(500):
        number, last = before
        codes = (
            ("missing", entry.number != number + 1),
            ("unlinked", entry.prev != last),
            ("changed", entry.hash != digest(entry)),
        )
        yield entry, [Break(org_id, entry.number, code) for code, wrong in codes if wrong]
        before = (entry.number, entry.hash)


COLUMNS = (
    AuditEntry.org_id,
    AuditEntry.number,
    AuditEntry.at,
    AuditEntry.actor,
    AuditEntry.person_id,
    AuditEntry.verb,
    AuditEntry.object_id,
    AuditEntry.details,
    AuditEntry.prev,
    AuditEntry.hash,
)
"""An entry for whoever reads many: as objects they take twice the time."""

_CHAIN = select(*COLUMNS).where(AuditEntry.org_id == bindparam("of_org")).order_by(AuditEntry.number)
