"""What the staff's first page tells: waves and what comes next, texts that wait, links to hand out, people who are awaited.

Counts are of participations by channel. Who sees a part of the organisation only is told of its waves, and the count of
that part in full tens: one that ticks by one person tells when that person was there. No answer is looked at, nor any result.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, exists, func, select
from sqlalchemy.orm import Session

from surveyapp.services import second_factors, texts
from surveyapp.services.people import NEED_SECOND_FACTOR, Grant
from surveyapp.services.staffing import Who
from surveyapp.services.texts import WaveTexts
from surveyapp.store.collectors import Collector
from surveyapp.store.invitations import Invitation
from surveyapp.store.organisations import Organisation, Unit
from surveyapp.store.people import Membership, Person
from surveyapp.store.programmes import Programme
from surveyapp.store.releases import Release
from surveyapp.store.responses import Inbox, Participation, Settled
from surveyapp.store.tenancy import acting_for
from surveyapp.store.waves import Wave


class WaveNow(NamedTuple):
    """A wave that isn't over. ``step``: "opens", "open", "closes" (its last day has passed), "settles" or "waits".

    ``finished``: channel -> forms; ``tens``: forms of a part of the organisation in full tens, None for who sees it all.
    """

    programme: Mapping[str, str]
    slug: str
    step: str
    day: date | None
    finished: Mapping[str, int]
    tens: int | None


class Unreleased(NamedTuple):
    """A wave that is settled, with answers, and of which there is no release."""

    programme: Mapping[str, str]
    slug: str
    wave_id: UUID


class Link(NamedTuple):
    """An open collector."""

    programme: Mapping[str, str]
    unit: Mapping[str, str]
    code: str
    channel: str


class Todo(NamedTuple):
    """Each part is empty for whom it is no business."""

    waves: tuple[WaveNow, ...]
    unreleased: tuple[Unreleased, ...]
    texts: tuple[WaveTexts, ...]
    links: tuple[Link, ...]
    invited: int
    unsafe: tuple[str, ...]


class _Reach(NamedTuple):
    """How far some of somebody's roles reach. ``parents``: node -> the node above it."""

    grants: tuple[Grant, ...]
    root: UUID
    parents: Mapping[UUID, UUID | None]

    @property
    def is_whole(self) -> bool:
        """They cover the whole organisation."""
        return any(grant.is_whole(self.root) for grant in self.grants)

    def covers(self, unit_id: UUID | None, node: UUID | None) -> bool:
        """One covers a unit at a node: it names the unit, or where it names none, the node or one above it."""
        return any(self._covers(grant, unit_id, node or self.root) for grant in self.grants)

    def _covers(self, grant: Grant, unit_id: UUID | None, node: UUID | None) -> bool:
        if grant.units:
            return unit_id in grant.units
        while node is not None and node != grant.organisation_id:
            node = self.parents.get(node)
        return node is not None


def of(session: Session, who: Who) -> Todo:
    """What there is to do for somebody in the organisation they act in."""
    acting_for(session, who.org_id)
    above = select(Organisation.id, Organisation.parent_id).where(Organisation.org_id == who.org_id)
    parents = {row.id: row.parent_id for row in session.execute(above)} if who.roles - {"admin"} else {}
    runs, hands_out = _reach(who, parents, "manager", "analyst"), _reach(who, parents, "manager", "collector")
    admits = "admin" in who.roles
    return Todo(
        waves=_waves(session, runs, who.today) if runs.grants else (),
        unreleased=_unreleased(session, who.org_id) if "manager" in who.of_all else (),
        texts=_texts(session, who.org_id) if "analyst" in who.of_all else (),
        links=_links(session, hands_out) if hands_out.grants else (),
        invited=_invited(session, who) if admits else 0,
        unsafe=_unsafe(session, who.org_id) if admits else (),
    )


def _reach(who: Who, parents: Mapping[UUID, UUID | None], *roles: str) -> _Reach:
    return _Reach(tuple(each.grant for each in who.held if each.grant.role in roles), who.org_id, parents)


def _waves(session: Session, reach: _Reach, today: date) -> tuple[WaveNow, ...]:
    rows = session.execute(_RUNNING, {"of_org": reach.root}).all()
    finished, tens = (_finished(session, reach.root), None) if reach.is_whole else ({}, _tens(session, reach))
    return tuple(
        WaveNow(name, wave.slug, *step(wave, today), finished.get(wave.id, {}), tens[wave.id] if tens else None)
        for wave, name in rows
        if tens is None or wave.id in tens
    )


def _unreleased(session: Session, org_id: UUID) -> tuple[Unreleased, ...]:
    return tuple(Unreleased(*row) for row in session.execute(_UNRELEASED, {"of_org": org_id}))


_OURS = bindparam("of_org", type_=Uuid())
_OF_WAVE = (Programme.org_id == Wave.org_id) & (Programme.id == Wave.programme_id)
_RUNNING = (
    select(Wave, Programme.name)
    .join(Programme, _OF_WAVE)
    .where(Wave.org_id == _OURS, Wave.state != "settled")
    .order_by(Wave.slug)
)
_ANSWERED, _RELEASED = (
    exists().where(each.org_id == Wave.org_id, each.wave_id == Wave.id) for each in (Settled, Release)
)
_UNRELEASED = (
    select(Programme.name, Wave.slug, Wave.id)
    .join(Programme, _OF_WAVE)
    .where(Wave.org_id == _OURS, Wave.state == "settled", _ANSWERED, ~_RELEASED)
    .order_by(Wave.slug)
)
_FINISHED = (
    select(Participation.wave_id, Participation.channel, func.count())
    .where(Participation.org_id == _OURS, Participation.outcome == "finished")
    .group_by(Participation.wave_id, Participation.channel)
    .order_by(Participation.channel)
)
_LINKS = (
    select(Programme.name, Unit.name, Collector.code, Collector.channel, Collector.unit_id, Unit.organisation_id)
    .join(Wave, (Wave.org_id == Collector.org_id) & (Wave.id == Collector.wave_id))
    .join(Programme, _OF_WAVE)
    .outerjoin(Unit, (Unit.org_id == Collector.org_id) & (Unit.id == Collector.unit_id))
    .where(Collector.org_id == _OURS, Collector.state == "open", Wave.state == "open")
    .order_by(Programme.slug, Wave.slug, Unit.slug, Collector.channel, Collector.code)
)
"""Made once, which is half of what a statement takes: they are asked with the first page of staff."""


def _finished(session: Session, org_id: UUID) -> dict[UUID, dict[str, int]]:
    """Wave -> channel -> finished forms of the whole organisation."""
    found: dict[UUID, dict[str, int]] = {}
    for wave_id, channel, number in session.execute(_FINISHED, {"of_org": org_id}):
        found.setdefault(wave_id, {})[channel] = number
    return found


def _tens(session: Session, reach: _Reach) -> dict[UUID, int]:
    """Wave in which a unit within reach takes part -> finished forms about such units, in full tens."""
    ours = (Unit.org_id == Collector.org_id) & (Unit.id == Collector.unit_id)
    asked = select(Collector.wave_id, Unit.id, Unit.organisation_id).distinct().join(Unit, ours)
    rows = session.execute(asked.where(Collector.org_id == reach.root))
    units = {(wave_id, unit_id) for wave_id, unit_id, node in rows if reach.covers(unit_id, node)}
    counts = select(Inbox.wave_id, Inbox.unit_id, func.count()).filter_by(org_id=reach.root)
    found = Counter({wave_id: 0 for wave_id, _ in units})
    for wave_id, unit_id, number in session.execute(counts.group_by(Inbox.wave_id, Inbox.unit_id)):
        found[wave_id] += number if (wave_id, unit_id) in units else 0
    return {wave_id: found[wave_id] // 10 * 10 for wave_id, _ in units}


def _texts(session: Session, org_id: UUID) -> tuple[WaveTexts, ...]:
    """Waves in which texts wait for a decision."""
    return tuple(each for each in texts.of_waves(session, org_id) if each.number.waiting)


def step(wave: Wave, today: date) -> tuple[str, date | None]:
    """What comes next in a wave, and when."""
    if wave.state == "closed":
        return ("settles" if wave.settles <= today else "waits"), wave.settles
    if wave.state == "planned" or (wave.opens is not None and wave.opens > today):
        return "opens", wave.opens
    if wave.closes is not None and wave.closes < today:
        return "closes", wave.closes
    return "open", wave.closes


def _links(session: Session, reach: _Reach) -> tuple[Link, ...]:
    """Open collectors of open waves, as far as somebody's roles reach."""
    rows = session.execute(_LINKS, {"of_org": reach.root}).all()
    return tuple(
        Link(programme, unit or {}, code, channel)
        for programme, unit, code, channel, unit_id, node in rows
        if reach.covers(unit_id, node)
    )


def _invited(session: Session, who: Who) -> int:
    wanted = select(func.count()).select_from(Invitation).where(Invitation.org_id == who.org_id)
    return session.scalars(wanted.where(Invitation.ends > who.now)).one()


def _unsafe(session: Session, org_id: UUID) -> tuple[str, ...]:
    """Addresses of people whose role needs a second factor, and who have none."""
    wanted = select(Person.email).distinct().join(Membership, Membership.person_id == Person.id)
    ours = Membership.org_id == org_id, Membership.role.in_(NEED_SECOND_FACTOR)
    return tuple(session.scalars(wanted.where(*ours, ~second_factors.held()).order_by(Person.email)))
