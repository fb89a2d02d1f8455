"""The middle of settling: responses leave the inbox and become anonymous, a batch in steps of a bounded size.

Each step is a transaction, whole or not at all, so that others can write between them; a batch that was cut short is
continued under its number, and is nothing to release before its end. What was deleted then still has to be rewritten, and
the job that asks for it is there from the beginning on (``settlements``).
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Table, delete, func, insert, select, text, true
from sqlalchemy.orm import Session

from surveyapp.engine.definition import Questionnaire
from surveyapp.services import audit, batches, channels, jobs, questionnaires
from surveyapp.services.audit import OPERATOR, Actor
from surveyapp.services.refusals import Refusal
from surveyapp.services.settling import Text, declared_columns, kept_items, settled_answers, texts_of
from surveyapp.store import clock
from surveyapp.store.bots import Seen
from surveyapp.store.conversations import Conversation
from surveyapp.store.inserts import table_of
from surveyapp.store.organisations import Unit
from surveyapp.store.responses import Inbox, Participation, Settled, SettledText, SubmissionKey
from surveyapp.store.tenancy import elsewhere, organisations
from surveyapp.store.waves import Wave

T = TypeVar("T")

OVER = frozenset({"closed", "settled"})
"""States of a wave in which everything in its inbox is to be settled."""

REWRITTEN_WITHIN = 300
"""Seconds within which whoever settles rewrites the files; afterwards a worker does."""

AT_ONCE = 500
"""Responses, or texts, that a transaction moves at most."""


class Batch(NamedTuple):
    """What was settled: the batch's number in the wave, responses, texts kept apart. Number 0: nothing was."""

    number: int
    responses: int
    texts: int


NONE = Batch(0, 0, 0)


def begin(session: Session, wave: Wave, *, keep_open: bool = False) -> list[UUID]:
    """Begin a batch, or go on with one that was cut short; the ids of the responses to settle, in an order of chance.

    ``keep_open``: settle a part of a long wave that offers no withdrawal. What arrived after the wave had settled stays
    in the inbox until it is no small batch.
    Raises Refusal "wave_open", "offers_withdrawal", "too_few_waiting", "too_early" before the day that people were
    told of or, while another one settles a part, "busy".
    """
    _alone(session, wave)
    if not keep_open and wave.state not in OVER:
        raise Refusal("wave_open")
    if keep_open and wave.settling:
        raise Refusal("busy")
    chosen = _chosen(session, wave, keep_open=keep_open)
    if chosen and not wave.settling:
        of_wave = select(func.max(Settled.batch)).filter_by(org_id=wave.org_id, wave_id=wave.id)
        wave.settling = (session.scalar(of_wave) or 0) + 1
        session.flush()
    if chosen or not keep_open:
        _ask_for_rewriting(session, wave)
    return chosen


def step(session: Session, wave: Wave, some: Sequence[UUID]) -> Batch:
    """Settle some of the responses of the batch that was begun, at most ``AT_ONCE``; nothing when somebody has ended it."""
    _alone(session, wave)
    return _move(session, wave, some) if wave.settling else NONE


def end(session: Session, wave: Wave, *, actor: Actor = OPERATOR) -> None:
    """Say that the batch is complete; from now on it may be released. Then nothing tells any more what was moved when."""
    _alone(session, wave)
    if wave.settling:
        of_batch = select(func.count()).select_from(Settled)
        of_batch = of_batch.filter_by(org_id=wave.org_id, wave_id=wave.id, batch=wave.settling)
        counted = {"batch": wave.settling, "responses": session.scalar(of_batch)}
        audit.record(session, wave.org_id, actor, "settled", wave.id, **counted)
        channels.ended(session, wave, batches.rows_of(session, wave))
        wave.settling = 0
        session.flush()
    _forget_order(session, wave)
    _ask_for_rewriting(session, wave)


def finish(session: Session, wave: Wave, seen: int) -> None:
    """Say that a closed wave is settled, once nothing is left to choose and the files have been rewritten since.

    ``seen``: how often rewriting had been asked for before it was begun; somebody may have deleted more since.
    """
    _alone(session, wave)
    if wave.settling:
        _ask_for_rewriting(session, wave)
    done = jobs.finished(session, jobs.Key(wave.org_id, "rewrite", wave.id), seen)
    if done and wave.state == "closed" and not _chosen(session, wave, keep_open=False):
        wave.state = "settled"
        session.flush()


def _ask_for_rewriting(session: Session, wave: Wave) -> None:
    jobs.ask(session, wave.org_id, "rewrite", wave.id, after=REWRITTEN_WITHIN)


def _alone(session: Session, wave: Wave) -> None:
    """See the wave as it is while nobody else settles it."""
    one_at_a_time(session, wave)
    session.refresh(wave)


def one_at_a_time(session: Session, wave: Wave) -> None:
    """SQLite has one writer anyway; on PostgreSQL a second settling of the wave waits for the first."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)")
        )
        session.execute(select(func.pg_advisory_xact_lock(wave.id.int & (2**63 - 1))))


def _chosen(session: Session, wave: Wave, *, keep_open: bool) -> list[UUID]:
    """Ids of the responses to settle, shuffled; none where they would be a small batch beside another."""
    of_wave = {"org_id": wave.org_id, "wave_id": wave.id}
    ids = list(session.scalars(select(Inbox.id).filter_by(**of_wave)))
    secrets.SystemRandom().shuffle(ids)
    if not keep_open:
        alone = session.scalars(select(Settled.id).filter_by(**of_wave).limit(1)).first() is None
        return ids if alone or wave.settling or len(ids) >= smallest(session, wave) else []
    if wave.offers_withdrawal:
        raise Refusal("offers_withdrawal")
    if clock.today(session) < wave.settles:
        raise Refusal("too_early", {"settles": wave.settles.isoformat()})
    stay = smallest(session, wave)
    if len(ids) < 2 * stay:
        raise Refusal("too_few_waiting", {"needed": 2 * stay})
    return ids[:-stay]


def goes_in_parts(wave: Wave, today: date) -> bool:
    """Some of what waits may be settled while the wave goes on, once it is enough."""
    return wave.state == "open" and not wave.offers_withdrawal and wave.settles <= today


def smallest(session: Session, wave: Wave) -> int:
    """A batch beside another one of the same wave has at least so many responses, and one taken midway leaves so many."""
    return 2 * batches.rows_of(session, wave)


def _move(session: Session, wave: Wave, some: Sequence[UUID]) -> Batch:
    q = questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version)
    rows = [row._asdict() for row in session.execute(_inbox_rows(wave, some))]
    values = [_settled(wave, q, row) for row in _in_order(rows, some)]
    if values:
        session.connection().execute(insert(table_of(Settled)), values)
        session.execute(delete(Inbox).where(Inbox.org_id == wave.org_id, Inbox.id.in_(some)))
        channels.counted(session, wave, q, (row["channel"] for row in rows))
    texts = [text for row in rows for text in texts_of(q, row)]
    _keep_texts(session, wave, texts)
    return Batch(wave.settling, len(values), len(texts))


def _inbox_rows(wave: Wave, some: Sequence[UUID]) -> Any:
    """Held until the end, so that nobody is told meanwhile that what they withdraw is gone.

    Found by their ids alone, which are of this wave: asked for the wave, too, PostgreSQL may read all of it in every step.
    """
    return (
        select(
            Inbox.id,
            Inbox.version,
            Inbox.language,
            Inbox.channel,
            Inbox.variant,
            Inbox.period,
            Inbox.answers,
            Unit.slug.label("unit"),
            Unit.service,
            Unit.service_group,
        )
        .outerjoin(Unit, (Unit.org_id == Inbox.org_id) & (Unit.id == Inbox.unit_id))
        .where(Inbox.org_id == wave.org_id, Inbox.id.in_(some))
        .with_for_update(of=Inbox)
    )


def _in_order(rows: Sequence[dict[str, Any]], ids: Sequence[UUID]) -> Iterator[dict[str, Any]]:
    """The rows in the shuffled order, whatever order the database gave them in."""
    of_id = {row["id"]: row for row in rows}
    return (of_id[each] for each in ids if each in of_id)


def _settled(wave: Wave, q: Questionnaire, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "org_id": wave.org_id,
        "id": uuid4(),
        "wave_id": wave.id,
        "batch": wave.settling,
        "period": row["period"] or wave.slug,
        "version": row["version"],
        "columns": declared_columns(q, row),
        "answers": settled_answers(kept_items(q), row["answers"]),
    }


def _keep_texts(session: Session, wave: Wave, texts: list[Text]) -> None:
    """Texts get ids and an order of their own, so that nothing leads from one to the answers it came with."""
    secrets.SystemRandom().shuffle(texts)
    for some in in_parts(texts):
        values = [
            {"org_id": wave.org_id, "id": uuid4(), "wave_id": wave.id, "state": "waiting", **each._asdict()}
            for each in some
        ]
        session.connection().execute(insert(table_of(SettledText)), values)


def _forget_order(session: Session, wave: Wave) -> None:
    """PostgreSQL keeps which transaction wrote a row, and where: write it all anew, answers and texts among it."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for row in (SubmissionKey, Participation, Inbox, Settled, SettledText):
        table = table_of(row)
        _write_anew(session, table, (table.c.org_id == wave.org_id) & (table.c.wave_id == wave.id))
    _write_anew(session, table_of(Seen), true())
    chats = table_of(Conversation)
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            _write_anew(session, chats, chats.c.org_id == org_id)


def _write_anew(session: Session, table: Table, which: ColumnElement[bool]) -> None:
    """Take rows out and put them back in an order of chance, in one statement: from then on one transaction wrote them."""
    gone = delete(table).where(which).returning(*table.c).cte("gone")
    back = select(*gone.c).order_by(func.gen_random_uuid())
    session.connection().execute(insert(table).from_select(list(table.c.keys()), back))


def in_parts(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """Parts of at most ``AT_ONCE``."""
    return (things[at : at + AT_ONCE] for at in range(0, len(things), AT_ONCE))
