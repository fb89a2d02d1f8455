"""Waves: found by name, closed, and settled: their answers made anonymous for good."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Table, delete, func, insert, select, text, true, update
from sqlalchemy.orm import Session

from surveyapp.engine.definition import Questionnaire
from surveyapp.services import forgetting, questionnaires
from surveyapp.services.collectors import utc_day
from surveyapp.services.programmes import named
from surveyapp.services.refusals import Refusal
from surveyapp.services.settling import Text, declared_columns, kept_items, settled_answers, texts_of
from surveyapp.store.bots import Seen
from surveyapp.store.collectors import Collector, Door
from surveyapp.store.conversations import Conversation
from surveyapp.store.drafts import Draft
from surveyapp.store.inserts import table_of
from surveyapp.store.organisations import Unit
from surveyapp.store.programmes import Programme
from surveyapp.store.responses import Inbox, Participation, Settled, SettledText, SubmissionKey
from surveyapp.store.tenancy import elsewhere, organisations
from surveyapp.store.waves import Wave

MIDWAY = 20
"""A batch that is settled while its wave goes on takes at least so many and leaves at least so many."""

_AT_ONCE = 500
Progress = Callable[[int, int], None]
"""(done, of how many)."""


class Closed(NamedTuple):
    """``was_open``: it was closed just now. ``drafts``: unfinished answers that were deleted."""

    was_open: bool
    drafts: int


class Batch(NamedTuple):
    """What was settled: its number in the wave, responses, texts kept apart. Number 0: nothing was waiting."""

    number: int
    responses: int
    texts: int


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
    return session.scalars(select(func.count()).select_from(Inbox).filter_by(org_id=wave.org_id, wave_id=wave.id)).one()


def close(session: Session, wave: Wave) -> Closed:
    """Close a wave: no new answers, and unfinished ones are deleted with the codes that led to them, in chats, too.

    Commit before settling. Whoever is sending at this moment is waited for; whoever comes later is refused.
    Raises Refusal "too_early" before the day that people were told of.
    """
    today = utc_day(session.scalars(select(func.now())).one())
    if wave.state in {"planned", "open"} and today < wave.settles:
        raise Refusal("too_early", {"settles": wave.settles.isoformat()})
    was_open = wave.state in {"planned", "open"}
    if was_open:
        wave.state = "closed"
        session.flush()
    of_wave = {"org_id": wave.org_id, "wave_id": wave.id}
    session.execute(update(Collector).filter_by(**of_wave).values(state="closed"))
    forgetting.of_wave(session, **of_wave)
    ids = session.scalars(delete(Draft).filter_by(**of_wave).returning(Draft.id)).all()
    for some in _in_parts(ids):
        session.execute(delete(Door).where(Door.org_id == wave.org_id, Door.object_id.in_(some)))
    return Closed(was_open, len(ids))


def settle(
    session: Session, wave: Wave, *, keep_open: bool = False, progress: Progress = lambda done, of: None
) -> Batch:
    """Move a closed wave's responses from the inbox to the settled store, without anything that could tell whose they are.

    Everything happens in the caller's transaction, so that it is done as a whole or not at all; a second run finds
    nothing to do. ``keep_open``: settle a part of a long wave that offers no withdrawal. Afterwards the caller
    rewrites the files (``keeping.clean_up``).
    Raises Refusal "wave_open", "offers_withdrawal" or "too_few_waiting".
    """
    _one_at_a_time(session, wave)
    session.refresh(wave)
    if not keep_open and wave.state not in {"closed", "settled"}:
        raise Refusal("wave_open")
    chosen = _chosen(session, wave, keep_open=keep_open)
    batch = _move(session, wave, chosen, progress) if chosen else Batch(0, 0, 0)
    if not keep_open and wave.state == "closed":
        wave.state = "settled"
        session.flush()
    _forget_order(session, wave)
    return batch


def _one_at_a_time(session: Session, wave: Wave) -> None:
    """SQLite has one writer anyway; on PostgreSQL a second settling of the wave waits for the first."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(wave.id.int & (2**63 - 1))))
        session.execute(text("SET LOCAL statement_timeout = '5min'"))


def _chosen(session: Session, wave: Wave, *, keep_open: bool) -> list[UUID]:
    """Ids of the responses to settle, shuffled."""
    ids = list(session.scalars(select(Inbox.id).filter_by(org_id=wave.org_id, wave_id=wave.id)))
    secrets.SystemRandom().shuffle(ids)
    if not keep_open:
        return ids
    if wave.offers_withdrawal:
        raise Refusal("offers_withdrawal")
    if len(ids) < 2 * MIDWAY:
        raise Refusal("too_few_waiting", {"needed": 2 * MIDWAY})
    return ids[:-MIDWAY]


def _move(session: Session, wave: Wave, chosen: Sequence[UUID], progress: Progress) -> Batch:
    highest = session.scalar(select(func.max(Settled.batch)).filter_by(org_id=wave.org_id, wave_id=wave.id))
    number = (highest or 0) + 1
    q = questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version)
    texts: list[Text] = []
    done = 0
    for some in _in_parts(chosen):
        rows = [row._asdict() for row in session.execute(_inbox_rows(wave, some))]
        values = [_settled(wave, number, q, row) for row in _in_order(rows, some)]
        session.connection().execute(insert(table_of(Settled)), values)
        texts += [text for row in rows for text in texts_of(q, row["language"], row["answers"])]
        session.execute(delete(Inbox).where(Inbox.org_id == wave.org_id, Inbox.id.in_(some)))
        done += len(values)
        progress(done, len(chosen))
    _keep_texts(session, wave, texts)
    return Batch(number, done, len(texts))


def _inbox_rows(wave: Wave, some: Sequence[UUID]) -> Any:
    return (
        select(
            Inbox.id,
            Inbox.version,
            Inbox.language,
            Inbox.channel,
            Inbox.variant,
            Inbox.answers,
            Unit.slug.label("unit"),
            Unit.service,
            Unit.service_group,
        )
        .outerjoin(Unit, (Unit.org_id == Inbox.org_id) & (Unit.id == Inbox.unit_id))
        .where(Inbox.org_id == wave.org_id, Inbox.wave_id == wave.id, Inbox.id.in_(some))
    )


def _in_order(rows: Sequence[dict[str, Any]], ids: Sequence[UUID]) -> Iterator[dict[str, Any]]:
    """The rows in the shuffled order, whatever order the database gave them in."""
    of_id = {row["id"]: row for row in rows}
    return (of_id[each] for each in ids if each in of_id)


def _settled(wave: Wave, batch: int, q: Questionnaire, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "org_id": wave.org_id,
        "id": uuid4(),
        "wave_id": wave.id,
        "batch": batch,
        "period": wave.slug,
        "version": row["version"],
        "columns": declared_columns(q, row),
        "answers": settled_answers(kept_items(q), row["answers"]),
    }


def _keep_texts(session: Session, wave: Wave, texts: list[Text]) -> None:
    """Texts get ids and an order of their own, so that nothing leads from one to the answers it came with."""
    secrets.SystemRandom().shuffle(texts)
    for some in _in_parts(texts):
        values = [
            {"org_id": wave.org_id, "id": uuid4(), "wave_id": wave.id, "state": "waiting", **each._asdict()}
            for each in some
        ]
        session.connection().execute(insert(table_of(SettledText)), values)


def _forget_order(session: Session, wave: Wave) -> None:
    """PostgreSQL keeps which transaction wrote a row, and where: write what was written beside answers anew."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for row in (SubmissionKey, Participation):
        table = table_of(row)
        _write_anew(session, table, (table.c.org_id == wave.org_id) & (table.c.wave_id == wave.id))
    _write_anew(session, table_of(Seen), true())
    chats = table_of(Conversation)
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            _write_anew(session, chats, chats.c.org_id == org_id)


def _write_anew(session: Session, table: Table, which: ColumnElement[bool]) -> None:
    rows = [dict(each) for each in session.connection().execute(select(table).where(which)).mappings()]
    secrets.SystemRandom().shuffle(rows)
    session.connection().execute(delete(table).where(which))
    for some in _in_parts(rows):
        session.connection().execute(insert(table), some)


def _in_parts(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (things[at : at + _AT_ONCE] for at in range(0, len(things), _AT_ONCE))
