"""The middle of settling: responses leave the inbox and become anonymous, a batch at once, in one transaction.

Done as a whole or not at all; a second run finds nothing to do. What was deleted then still has to be rewritten, and
the job that asks for it is written in the same transaction (``settlements``).
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Table, delete, func, insert, select, text, true
from sqlalchemy.orm import Session

from surveyapp.engine.definition import Questionnaire
from surveyapp.services import audit, jobs, questionnaires
from surveyapp.services.audit import OPERATOR, Actor
from surveyapp.services.refusals import Refusal
from surveyapp.services.settling import Text, declared_columns, kept_items, settled_answers, texts_of
from surveyapp.store.bots import Seen
from surveyapp.store.conversations import Conversation
from surveyapp.store.inserts import table_of
from surveyapp.store.organisations import Unit
from surveyapp.store.responses import Inbox, Participation, Settled, SettledText, SubmissionKey
from surveyapp.store.tenancy import elsewhere, organisations
from surveyapp.store.waves import Wave

SMALLEST = 20
"""A batch beside another one of the same wave has at least so many responses, and one taken midway leaves so many."""

REWRITTEN_WITHIN = 300
"""Seconds within which whoever settles rewrites the files; afterwards a worker does."""

_AT_ONCE = 500
Progress = Callable[[int, int], None]
"""(done, of how many)."""


class Batch(NamedTuple):
    """What was settled: its number in the wave, responses, texts kept apart. Number 0: nothing was to be settled."""

    number: int
    responses: int
    texts: int


NONE = Batch(0, 0, 0)


def settle(
    session: Session,
    wave: Wave,
    *,
    keep_open: bool = False,
    actor: Actor = OPERATOR,
    progress: Progress = lambda done, of: None,
) -> Batch:
    """Move a closed wave's responses from the inbox to the settled store, without anything that could tell whose they are.

    ``keep_open``: settle a part of a long wave that offers no withdrawal. What arrived after the wave had settled stays
    in the inbox until it is a batch of at least 20.
    Raises Refusal "wave_open", "offers_withdrawal" or "too_few_waiting".
    """
    one_at_a_time(session, wave)
    session.refresh(wave)
    if not keep_open and wave.state not in {"closed", "settled"}:
        raise Refusal("wave_open")
    chosen = _chosen(session, wave, keep_open=keep_open)
    batch = _move(session, wave, chosen, progress) if chosen else NONE
    if batch is not NONE:
        counted = {"batch": batch.number, "responses": batch.responses, "texts": batch.texts}
        audit.record(session, wave.org_id, actor, "settled", wave.id, **counted)
    if chosen or not keep_open:
        _forget_order(session, wave)
        jobs.ask(session, wave.org_id, "rewrite", wave.id, after=REWRITTEN_WITHIN)
    return batch


def finish(session: Session, wave: Wave, seen: int) -> None:
    """Say that a closed wave is settled, once nothing is left to choose and the files have been rewritten since.

    ``seen``: how often rewriting had been asked for before it was begun; somebody may have deleted more since.
    """
    one_at_a_time(session, wave)
    session.refresh(wave)
    done = jobs.finished(session, jobs.Key(wave.org_id, "rewrite", wave.id), seen)
    if done and wave.state == "closed" and not _chosen(session, wave, keep_open=False):
        wave.state = "settled"
        session.flush()


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
        return ids if alone or len(ids) >= SMALLEST else []
    if wave.offers_withdrawal:
        raise Refusal("offers_withdrawal")
    if len(ids) < 2 * SMALLEST:
        raise Refusal("too_few_waiting", {"needed": 2 * SMALLEST})
    return ids[:-SMALLEST]


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
    """Held until the end, so that nobody is told meanwhile that what they withdraw is gone."""
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
        .with_for_update(of=Inbox)
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
    for row in (SubmissionKey, Participation, Inbox):
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


def _in_parts(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (things[at : at + _AT_ONCE] for at in range(0, len(things), _AT_ONCE))
