"""The audit log as somebody reads it: an organisation's entries by person, kind and day, with addresses of people."""

from datetime import UTC, date, datetime, time
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from surveyapp.services import audit
from surveyapp.store.audit import AuditEntry
from surveyapp.store.people import Person
from surveyapp.store.tenancy import acting_for

PAGE = 50


class Wanted(NamedTuple):
    """What is looked for: everything where nothing is named. ``before``: below this number, for the next page."""

    person: UUID | None = None
    verb: str | None = None
    since: date | None = None
    until: date | None = None
    before: int | None = None


class Line(NamedTuple):
    """An entry. ``who`` and ``whom``: addresses, empty where nobody is meant or they are gone. ``at``: in UTC."""

    number: int
    at: datetime
    actor: str
    verb: str
    person_id: UUID | None
    who: str
    whom: str


class Read(NamedTuple):
    """A page of the log. ``older``: the number before which the next one begins, None at the end."""

    lines: tuple[Line, ...]
    older: int | None


def read(session: Session, org_id: UUID, wanted: Wanted) -> Read:
    """A page, the newest entry first."""
    acting_for(session, org_id)
    who, whom = aliased(Person), aliased(Person)
    entries = audit.entries(
        org_id,
        person_id=wanted.person,
        verb=wanted.verb,
        since=_start(wanted.since),
        until=_end(wanted.until),
    )
    if wanted.before is not None:
        entries = entries.where(AuditEntry.number < wanted.before)
    entries = entries.outerjoin(who, who.id == AuditEntry.person_id).outerjoin(whom, whom.id == AuditEntry.object_id)
    rows = session.execute(entries.add_columns(who.email, whom.email).limit(PAGE + 1)).all()
    lines = tuple(_line(entry, by or "", about or "") for entry, by, about in rows[:PAGE])
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


def _line(entry: AuditEntry, who: str, whom: str) -> Line:
    at = datetime.fromtimestamp(entry.at, UTC)
    return Line(entry.number, at, entry.actor, entry.verb, entry.person_id, who, "" if whom == who else whom)
