"""Background work: asked for in the transaction of its cause, taken by a worker, shown to whoever waits for it.

The row is the truth. A worker that is killed leaves it "running" without signs of life, and it is taken again: so every
piece of work can be done again from its beginning, and does no harm then.
"""

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from surveyapp.store import clock
from surveyapp.store.inserts import insert_or_change
from surveyapp.store.jobs import Job
from surveyapp.store.programmes import Programme
from surveyapp.store.tenancy import elsewhere, organisations
from surveyapp.store.waves import Wave

Kind = Literal["settle", "part", "rewrite", "release", "keep"]
"""settle: a wave, until it is settled. part: some of a wave that goes on. rewrite: the files, after something was
deleted for good. release: the wave's release or its next batch. keep: delete what is past its date, once a day."""

NOTHING = UUID(int=0)
"""Stands for no organisation and no object."""

SILENT = 120
"""Seconds without a sign of life after which another worker takes a job over."""

TRIES = 5
"""How often a job that ends in a fault, or with its worker, is begun."""

DAYS_KEPT = 90


class Key(NamedTuple):
    """Which work: an organisation's, of a kind, on an object."""

    org_id: UUID
    kind: str
    object_id: UUID


class Taken(NamedTuple):
    """A job somebody has begun; ``asks``: how often it had been asked for by then."""

    key: Key
    asks: int
    attempts: int


class Seen(NamedTuple):
    """A job as pages show it. ``state``: due, running, done or failed; ``progress`` of ``total``, 0 of 0 when unknown.

    ``reason``: code of the refusal it failed with. ``heartbeat``: Unix seconds of the last sign of life, 0 for none.
    """

    kind: str
    object_id: UUID
    state: str
    progress: int
    total: int
    reason: str
    heartbeat: int


def ask(session: Session, org_id: UUID, kind: Kind, object_id: UUID, *, after: int = 0) -> None:
    """Ask for work; where it waits already nothing changes, and where it is being done it is done once more.

    ``after``: seconds before which nobody begins.
    """
    due = clock.seconds(session) + after
    fresh = {"state": "due", "due": due, "progress": 0, "total": 0, "attempts": 0, "reason": "", "asks": 1}
    key = {"org_id": org_id, "kind": kind, "object_id": object_id}
    idle = Job.state.in_(("done", "failed"))
    changed = {
        "asks": Job.asks + 1,
        "state": case((Job.state == "running", "running"), else_="due"),
        "due": case(((Job.state == "due") & (Job.due < due), Job.due), else_=due),
        **{name: case((idle, fresh[name]), else_=getattr(Job, name)) for name in _BEGUN_ANEW},
    }
    insert_or_change(session, Job, {**key, **fresh, "heartbeat": 0, "holder": ""}, changed)


_BEGUN_ANEW = ("attempts", "progress", "total", "reason")


def jobs_of(session: Session, org_id: UUID) -> Sequence[Seen]:
    """An organisation's jobs that people wait for, those that were touched last first."""
    return [Seen(*row) for row in session.execute(_AWAITED, {"of_org": org_id})]


_AWAITED = (
    select(*(getattr(Job, name) for name in Seen._fields))
    .where(Job.org_id == bindparam("of_org"), Job.kind != "rewrite")
    .order_by(case((Job.heartbeat > Job.due, Job.heartbeat), else_=Job.due).desc(), Job.kind, Job.object_id)
)


def of_everybody(session: Session) -> list[tuple[str, Seen]]:
    """Every organisation's jobs, each with the name of its wave, which is empty for keeping house."""
    found = [("", seen) for seen in jobs_of(session, NOTHING)]
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            named = select(Wave.id, Programme.slug, Wave.slug).join(
                Programme, (Programme.org_id == Wave.org_id) & (Programme.id == Wave.programme_id)
            )
            names = {wave: f"{programme}/{slug}" for wave, programme, slug in session.execute(named)}
            found += [(names.get(seen.object_id, ""), seen) for seen in jobs_of(session, org_id)]
    return found


def take(session: Session, holder: str, busy: Collection[Key]) -> Taken | None:
    """Begin the job that has waited longest, under a name that other workers don't have. None: nothing is due.

    ``busy``: what this worker is doing now; anything else under its name was left by its predecessor.
    """
    now = clock.seconds(session)
    for row in session.execute(_takeable(now, holder)).all():
        key = Key(row.org_id, row.kind, row.object_id)
        if key in busy:
            continue
        begun = {"state": "running", "holder": holder, "heartbeat": now, "progress": 0, "attempts": Job.attempts + 1}
        statement = update(Job).where(_is(key), _may_be_taken(now, holder)).values(begun)
        if taken := session.execute(statement.returning(Job.asks, Job.attempts)).first():
            return Taken(key, *taken)
    return None


def waiting(session: Session, holder: str, busy: Collection[Key]) -> bool:
    """Something could be taken now."""
    rows = session.execute(_takeable(clock.seconds(session), holder)).all()
    return any(Key(row.org_id, row.kind, row.object_id) not in busy for row in rows)


def _takeable(now: int, holder: str) -> Select[UUID, str, UUID]:
    return select(Job.org_id, Job.kind, Job.object_id).where(_may_be_taken(now, holder)).order_by(Job.due)


def _may_be_taken(now: int, holder: str) -> ColumnElement[bool]:
    is_left = (Job.holder == holder) | (Job.heartbeat < now - SILENT)
    may = ((Job.state == "due") & (Job.due <= now)) | ((Job.state == "running") & is_left)
    return may & ~((Job.kind == "release") & _settles())


def _settles() -> ColumnElement[bool]:
    """What the job is about is to be settled first: else a release asked for in the same second would find nothing."""
    other = aliased(Job)
    of_same = (other.org_id == Job.org_id) & (other.object_id == Job.object_id)
    awaited = other.kind.in_(("settle", "part")) & other.state.in_(("due", "running"))
    return select(other.kind).where(of_same, awaited).exists()


def beat(session: Session, key: Key, holder: str, progress: int, total: int) -> None:
    """Give a sign of life, and tell how far the work is."""
    values = {"heartbeat": clock.seconds(session), "progress": progress, "total": total}
    session.execute(update(Job).where(_is(key), Job.state == "running", Job.holder == holder).values(values))


def pending(session: Session, key: Key) -> int:
    """How often a job that isn't done has been asked for, to be handed to ``finished``; 0 when it is done."""
    return session.scalar(select(Job.asks).where(_is(key), Job.state != "done")) or 0


def finished(session: Session, key: Key, seen: int) -> bool:
    """A job is done, as far as it had been asked for when it was begun; False when it was asked for since."""
    now = clock.seconds(session)
    anew = Job.asks > seen
    values = {
        "state": case((anew, "due"), else_="done"),
        "due": now,
        "heartbeat": now,
        "attempts": 0,
        "progress": case((anew, 0), else_=Job.total),
    }
    return session.scalar(update(Job).where(_is(key)).values(values).returning(Job.state)) == "done"


def postponed(session: Session, key: Key, seconds: int, *, tried: bool) -> None:
    """Begin a job anew after a while. ``tried``: it counts as one of its tries."""
    now = clock.seconds(session)
    values = {"state": "due", "due": now + seconds, "heartbeat": now, "holder": ""}
    session.execute(update(Job).where(_is(key)).values(values))
    if not tried:
        session.execute(update(Job).where(_is(key)).values(attempts=0))


def failed(session: Session, key: Key, reason: str) -> None:
    """A job can't be done, until it is asked for again."""
    values = {"state": "failed", "reason": reason, "heartbeat": clock.seconds(session), "holder": ""}
    session.execute(update(Job).where(_is(key)).values(values))


def ask_again(session: Session, key: Key, seconds: int) -> None:
    """Ask for work that the calendar asks for, unless it waits, is being done or has ended within so many seconds."""
    row = session.execute(select(Job.state, Job.heartbeat).where(_is(key))).first()
    if row and (row.state in {"due", "running"} or row.heartbeat > clock.seconds(session) - seconds):
        return
    ask(session, key.org_id, cast("Kind", key.kind), key.object_id)


def overdue(session: Session, seconds: int) -> int:
    """How many jobs have waited for a worker for longer than so many seconds."""
    late = select(func.count()).select_from(Job).where(Job.due < clock.seconds(session) - seconds)
    silent = (Job.state == "running") & (Job.heartbeat < clock.seconds(session) - SILENT)
    return session.scalars(late.where((Job.state == "due") | silent)).one()


def purge(session: Session, now: int) -> None:
    """Forget what was done or has failed 90 days ago."""
    old = Job.state.in_(("done", "failed")) & (Job.heartbeat < now - DAYS_KEPT * 24 * 3600)
    session.execute(delete(Job).where(old))


def _is(key: Key) -> ColumnElement[bool]:
    return and_(Job.org_id == key.org_id, Job.kind == key.kind, Job.object_id == key.object_id)
