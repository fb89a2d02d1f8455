"""The audit log as somebody reads it: an organisation's entries by person, kind and day, with addresses and names of waves."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, bindparam, select
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
    entries = audit.among(
        _ENTRIES,
        person_id=wanted.person,
        verb=wanted.verb,
        since=_start(wanted.since),
        until=_end(wanted.until),
    )
    if wanted.before is not None:
        entries = entries.where(AuditEntry.number < wanted.before)
    rows = session.execute(entries, {"of_org": org_id}).all()
    waves = _waves(session, org_id)
    lines = tuple(_line(row, row.who or "", row.whom or waves.get(row.object_id, "")) for row in rows[:PAGE])
    return Read(lines, lines[-1].number if len(rows) > PAGE else None)


_OWN = select(Person.id, Person.email).join(Belonging).where(Belonging.org_id == bindparam("of_org"))
_WHO, _WHOM = _OWN.subquery().alias(), _OWN.subquery().alias()
_ENTRIES = (
    select(*audit.COLUMNS, _WHO.c.email.label("who"), _WHOM.c.email.label("whom"))
    .outerjoin(_WHO, _WHO.c.id == AuditEntry.person_id)
    .outerjoin(_WHOM, _WHOM.c.id == AuditEntry.object_id)
    .where(AuditEntry.org_id == bindparam("of_org"))
    .order_by(AuditEntry.number.desc())
    .limit(PAGE + 1)
)
"""A page and whether there is another. Made once, which takes half the time."""


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


def _line(entry: Row[*tuple[Any, ...]], who: str, about: str) -> Line:
    at, told = datetime.fromtimestamp(entry.at, UTC), entry.details
    roles = tuple(told[name] for name in ("before", "role") if name in told)
    file = File(told["rows"], told["sha256"]) if {"rows", "sha256"} <= told.keys() else None
    about = "" if about == who else about
    return Line(entry.number, at, entry.actor, entry.verb, entry.person_id, who, about, roles, file)
