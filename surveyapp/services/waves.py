"""Waves: found by name, counted, and closed."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from surveyapp.services import forgetting, listing
from surveyapp.services.programmes import named
from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.collectors import Collector, Door
from surveyapp.store.drafts import Draft
from surveyapp.store.programmes import Programme
from surveyapp.store.responses import Inbox, Participation
from surveyapp.store.tenancy import acting_for, elsewhere, organisations
from surveyapp.store.waves import Wave

_AT_ONCE = 500


class Closed(NamedTuple):
    """``was_open``: it was closed just now. ``drafts``: unfinished answers that were deleted."""

    was_open: bool
    drafts: int


class Count(NamedTuple):
    """How many took part through a channel, and with what outcome: finished or declined."""

    channel: str
    outcome: str
    people: int


def find_wave(session: Session, name: str) -> Wave:
    """The wave named ``<programme>/<wave>``. Raises Refusal "unknown_wave" with the names there are."""
    slug, _, wave = name.partition("/")
    programme = named(session, slug)
    found = None
    if programme is not None:
        of_programme = select(Wave).filter_by(org_id=programme.org_id, programme_id=programme.id, slug=wave)
        found = session.scalars(of_programme).first()
    if found is None:
        raise Refusal("unknown_wave", {"wave": name, "known": ", ".join(wave_names(session)) or "–"})
    return found


def of_id(session: Session, org_id: UUID, wave_id: UUID) -> Wave:
    """An organisation's wave, for which the transaction acts from then on. Raises Refusal "no_such_wave"."""
    acting_for(session, org_id)
    wave = session.get(Wave, (org_id, wave_id))
    if wave is None:
        raise Refusal("no_such_wave")
    return wave


def name_of(session: Session, wave: Wave) -> str:
    """What a wave is called: ``<programme>/<wave>``."""
    of_wave = select(Programme.slug).filter_by(org_id=wave.org_id, id=wave.programme_id)
    return f"{session.scalars(of_wave).one()}/{wave.slug}"


def wave_names(session: Session) -> list[str]:
    """Every wave as ``<programme>/<wave>``, in order."""
    both = (Programme.org_id == Wave.org_id) & (Programme.id == Wave.programme_id)
    names: list[tuple[str, str]] = []
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            of_org = select(Programme.slug, Wave.slug).join(Wave, both).where(Wave.org_id == org_id)
            names += session.execute(of_org)
    return [f"{programme}/{wave}" for programme, wave in sorted(names)]


def counts(session: Session, wave: Wave) -> list[Count]:
    """Who took part, as totals per channel and outcome. They may be looked at while the wave is open."""
    of_wave = (
        select(Participation.channel, Participation.outcome, func.count())
        .filter_by(org_id=wave.org_id, wave_id=wave.id)
        .group_by(Participation.channel, Participation.outcome)
        .order_by(Participation.channel, Participation.outcome)
    )
    return [Count(*row) for row in session.execute(of_wave)]


def waiting(session: Session, wave: Wave) -> int:
    """How many finished responses wait for settling."""
    return session.scalars(_WAITING, {"of_org": wave.org_id, "of_wave": wave.id}).one()


_WAITING = (
    select(func.count())
    .select_from(Inbox)
    .where(Inbox.org_id == bindparam("of_org"), Inbox.wave_id == bindparam("of_wave"))
)


def close(session: Session, wave: Wave) -> Closed:
    """Close a wave: no new answers, and unfinished ones are deleted with the codes that led to them, in chats, too.

    A wave without a last day has had it now. Commit before settling. Whoever is sending at this moment is waited for; whoever comes later is refused.
    Raises Refusal "too_early" before the day that people were told of.
    """
    today = clock.today(session)
    if wave.state in {"planned", "open"} and today < wave.settles:
        raise Refusal("too_early", {"settles": wave.settles.isoformat()})
    was_open = wave.state in {"planned", "open"}
    if was_open:
        wave.state, wave.closes = "closed", wave.closes or today
        session.flush()
    of_wave = {"org_id": wave.org_id, "wave_id": wave.id}
    session.execute(update(Collector).filter_by(**of_wave).values(state="closed"))
    listing.refresh(session, wave.org_id)
    forgetting.of_wave(session, **of_wave)
    ids = session.scalars(delete(Draft).filter_by(**of_wave).returning(Draft.id)).all()
    for some in _in_parts(ids):
        session.execute(delete(Door).where(Door.org_id == wave.org_id, Door.object_id.in_(some)))
    return Closed(was_open, len(ids))


def _in_parts(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (things[at : at + _AT_ONCE] for at in range(0, len(things), _AT_ONCE))
