"""The audit log as somebody reads it: an organisation's entries by person, kind and day, with addresses and names of waves."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services import analysing, audit
from surveyapp.store.audit import AuditEntry
from surveyapp.store.people import Belonging, Person
from surveyapp.store.tenancy import acting_for

PAGE = 50


class Wanted(NamedTuple):
    """What is looked for: everything where nothing is named. ``before``: below this number, for the next page."""

    person: UUID | None = None
    verb: str | None = None
    since: date | None = None
    until: date | None = None
    before: int | None = None


class File(NamedTuple):
    """A file of rows that has left. ``sha256``: of its bytes, hexadecimal."""

    rows: int
    sha256: str


class Line(NamedTuple):
    """An entry. ``who``: an address, empty where nobody is meant or they are gone. ``at``: in UTC.

    ``about``: another address, or a wave as the command line names it. ``roles``: the one that was given or taken; one
    that was changed before what it is now.
    """

    number: int
    at: datetime
    actor: str
    verb: str
    person_id: UUID | None
    who: str
    about: str
    roles: tuple[str, ...]
    file: File | None


class Read(NamedTuple):
    """A page of the log. ``older``: the number before which the next one begins, None at the end."""

    lines: tuple[Line, ...]
    older: int | None


def read(session: Session, org_id: UUID, wanted: Wanted) -> Read:
    """A page, the newest entry first; with addresses of people who belong to the organisation, and of nobody else."""
    acting_for(session, org_id)
    own = select(Person.id, Person.email).join(Belonging).where(Belonging.org_id == org_id)
    who, whom = own.subquery().alias(), own.subquery().alias()
    entries = audit.entries(
        org_id,
        person_id=wanted.person,
        verb=wanted.verb,
        since=_start(wanted.since),
        until=_end(wanted.until),
    )
    if wanted.before is not None:
        entries = entries.where(AuditEntry.number < wanted.before)
    entries = entries.outerjoin(who, who.c.id == AuditEntry.person_id).outerjoin(
        whom, whom.c.id == AuditEntry.object_id
    )
    rows = session.execute(entries.add_columns(who.c.email, whom.c.email).limit(PAGE + 1)).all()
    waves = _waves(session, org_id)
    lines = tuple(_line(entry, by or "", to or waves.get(entry.object_id, "")) for entry, by, to in rows[:PAGE])
    return Read(lines, lines[-1].number if len(rows) > PAGE else None)


def kinds(session: Session, org_id: UUID) -> list[str]:
    """The kinds of entries there are."""
    acting_for(session, org_id)
    wanted = select(AuditEntry.verb).filter_by(org_id=org_id).distinct().order_by(AuditEntry.verb)
    return list(session.scalars(wanted))


def _end(day: date | None) -> int | None:
    """The last second of a day; there is none after the last day there is."""
    return None if day is None else int(datetime.combine(day, time.max, UTC).timestamp())


def _start(day: date | None) -> int | None:
    return None if day is None else int(datetime.combine(day, time(), UTC).timestamp())


def _waves(session: Session, org_id: UUID) -> Mapping[UUID | None, str]:
    """Names of waves by their id, and by those of their releases."""
    found = analysing.rounds(session, org_id)
    return {id_: each.name for each in found for id_ in (each.wave.id, *(release.id for release in each.releases))}


def _line(entry: AuditEntry, who: str, about: str) -> Line:
    at, told = datetime.fromtimestamp(entry.at, UTC), entry.details
    roles = tuple(told[name] for name in ("before", "role") if name in told)
    file = File(told["rows"], told["sha256"]) if {"rows", "sha256"} <= told.keys() else None
    about = "" if about == who else about
    return Line(entry.number, at, entry.actor, entry.verb, entry.person_id, who, about, roles, file)
