"""What the staff's first page tells: waves and what comes next in them, links to hand out, and people who are awaited.

Counts are of participations by channel. No answer is looked at, nor is any result.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.services import second_factors
from surveyapp.services.collectors import utc_day
from surveyapp.services.people import NEED_SECOND_FACTOR, Grant
from surveyapp.services.staffing import Who
from surveyapp.store.collectors import Collector
from surveyapp.store.invitations import Invitation
from surveyapp.store.organisations import Organisation, Unit
from surveyapp.store.people import Membership, Person
from surveyapp.store.programmes import Programme
from surveyapp.store.responses import Participation
from surveyapp.store.tenancy import acting_for
from surveyapp.store.waves import Wave


class WaveNow(NamedTuple):
    """A wave that isn't over. ``step``: "opens", "open", "closes" (its last day has passed), "settles" or "waits"."""

    programme: Mapping[str, str]
    slug: str
    step: str
    day: date | None
    finished: Mapping[str, int]


class Link(NamedTuple):
    """An open collector."""

    programme: Mapping[str, str]
    unit: Mapping[str, str]
    code: str
    channel: str


class Todo(NamedTuple):
    """Each part is empty for whom it is no business."""

    waves: tuple[WaveNow, ...]
    links: tuple[Link, ...]
    invited: int
    unsafe: tuple[str, ...]


def of(session: Session, who: Who) -> Todo:
    """What there is to do for somebody in the organisation they act in."""
    acting_for(session, who.org_id)
    runs, admits = bool(who.roles & {"manager", "analyst"}), "admin" in who.roles
    hands_out = bool(who.roles & {"collector", "manager"})
    return Todo(
        waves=_waves(session, who.org_id) if runs else (),
        links=_links(session, who) if hands_out else (),
        invited=_invited(session, who) if admits else 0,
        unsafe=_unsafe(session, who.org_id) if admits else (),
    )


def _waves(session: Session, org_id: UUID) -> tuple[WaveNow, ...]:
    today = utc_day(session.scalars(select(func.now())).one())
    there = (Programme.org_id == Wave.org_id) & (Programme.id == Wave.programme_id)
    wanted = select(Wave, Programme.name).join(Programme, there)
    rows = session.execute(wanted.where(Wave.org_id == org_id, Wave.state != "settled").order_by(Wave.slug)).all()
    counts = select(Participation.wave_id, Participation.channel, func.count()).filter_by(
        org_id=org_id, outcome="finished"
    )
    finished: dict[UUID, dict[str, int]] = {}
    for wave_id, channel, number in session.execute(counts.group_by(Participation.wave_id, Participation.channel)):
        finished.setdefault(wave_id, {})[channel] = number
    return tuple(
        WaveNow(name, wave.slug, *_step(wave, today), dict(sorted(finished.get(wave.id, {}).items())))
        for wave, name in rows
    )


def _step(wave: Wave, today: date) -> tuple[str, date | None]:
    """What comes next in a wave, and when."""
    if wave.state == "closed":
        return ("settles" if wave.settles <= today else "waits"), wave.settles
    if wave.state == "planned" or (wave.opens is not None and wave.opens > today):
        return "opens", wave.opens
    if wave.closes is not None and wave.closes < today:
        return "closes", wave.closes
    return "open", wave.closes


def _links(session: Session, who: Who) -> tuple[Link, ...]:
    """Open collectors of open waves, as far as somebody's roles reach."""
    rows = session.execute(
        select(Programme.name, Unit.name, Collector.code, Collector.channel, Collector.unit_id, Unit.organisation_id)
        .join(Wave, (Wave.org_id == Collector.org_id) & (Wave.id == Collector.wave_id))
        .join(Programme, (Programme.org_id == Wave.org_id) & (Programme.id == Wave.programme_id))
        .outerjoin(Unit, (Unit.org_id == Collector.org_id) & (Unit.id == Collector.unit_id))
        .where(Collector.org_id == who.org_id, Collector.state == "open", Wave.state == "open")
        .order_by(Programme.slug, Wave.slug, Unit.slug, Collector.channel, Collector.code)
    ).all()
    above = select(Organisation.id, Organisation.parent_id).where(Organisation.org_id == who.org_id)
    parents = {row.id: row.parent_id for row in session.execute(above)}
    grants = [each.grant for each in who.held if each.grant.role in {"collector", "manager"}]
    return tuple(
        Link(programme, unit or {}, code, channel)
        for programme, unit, code, channel, unit_id, node in rows
        if any(_reaches(grant, unit_id, node or who.org_id, parents) for grant in grants)
    )


def _reaches(grant: Grant, unit_id: UUID | None, node: UUID | None, parents: Mapping[UUID, UUID | None]) -> bool:
    """A role covers a unit that it names, or where it names none, every unit at its node and below."""
    if grant.units:
        return unit_id in grant.units
    while node is not None and node != grant.organisation_id:
        node = parents.get(node)
    return node is not None


def _invited(session: Session, who: Who) -> int:
    wanted = select(func.count()).select_from(Invitation).where(Invitation.org_id == who.org_id)
    return session.scalars(wanted.where(Invitation.ends > who.now)).one()


def _unsafe(session: Session, org_id: UUID) -> tuple[str, ...]:
    """Addresses of people whose role needs a second factor, and who have none."""
    wanted = select(Person.email).distinct().join(Membership, Membership.person_id == Person.id)
    ours = Membership.org_id == org_id, Membership.role.in_(NEED_SECOND_FACTOR)
    return tuple(session.scalars(wanted.where(*ours, ~second_factors.held()).order_by(Person.email)))
