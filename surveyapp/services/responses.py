"""The one door to the store: whatever the channel, an answered questionnaire gets in here, exactly once."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from surveyapp.engine import flow
from surveyapp.engine.flow import PRESET
from surveyapp.services import drafts
from surveyapp.services.codes import digest, key_of, read_receipt, receipt_of
from surveyapp.services.collectors import Collecting, takes_answers
from surveyapp.services.drafts import (
    Answered,
    Chosen,
    Draft,
    answer_page,
    beforehand,
    clear,
    keep,
    open_form,
    read_draft,
    resume,
    short_code,
)
from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.inserts import insert_once, table_of
from surveyapp.store.prepared import Prepared
from surveyapp.store.responses import Inbox, Participation, SubmissionKey
from surveyapp.store.tenancy import acting_for, elsewhere, organisations

__all__ = (
    "Accepted",
    "Answered",
    "Chosen",
    "Draft",
    "Submission",
    "accept_submission",
    "answer_page",
    "clear",
    "decline",
    "has_answered",
    "keep",
    "open_form",
    "read_draft",
    "receipt",
    "receipt_ahead",
    "resume",
    "send",
    "short_code",
    "withdraw",
)
"""The whole way of a response, unfinished answers included, so that a channel needs this module only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Finished answers as a channel hands them in. ``key``: made once by the client, the same in every repeat.

    Answers without ``preset`` are judged with what the collector knows; a draft brings what it was begun with.
    ``mark``: stands for a chat that may answer once; None: anybody. ``ended``: the day on which somebody finished on a
    tablet that was out of reach, UTC; it is judged and not stored. None: now.
    """

    key: bytes
    answers: Mapping[str, Any]
    language: str
    variant: str = "standard"
    channel: str = "web"
    assisted: bool = False
    mark: bytes | None = None
    ended: date | None = None


class Accepted(NamedTuple):
    """The receipt, 21 letters, and what became of the submission.

    created: stored just now. duplicate: it was stored before. changed: the key was used before with other
    answers; the first ones stay as they are.
    """

    receipt: str
    outcome: Literal["created", "duplicate", "changed"]


def accept_submission(session: Session, collecting: Collecting, submission: Submission) -> Accepted:
    """Judge, spend the key, store the answers and mark the participation, all in the caller's transaction.

    What a tablet brings after the wave's end and was finished before it is taken, too, and settles in a batch of its own.
    Raises Refusal "answers_need_change" with the engine's problems, "already_answered" for a mark that is there, or
    "closed" once the wave has ended; a repeat of what was stored before that still gets its receipt. After a
    refusal the caller rolls back.
    """
    acting_for(session, collecting.org_id)
    known = {PRESET: beforehand(collecting, submission.language, submission.variant)}
    answers, problems = flow.record(collecting.questionnaire, known | dict(submission.answers))
    code = receipt_of(collecting.receipt_key, submission.key)
    late = not takes_answers(session, collecting)
    if late and _is_spent(session, collecting, submission.key):
        return _repeated(session, collecting, code, answers)
    if late and not _was_in_time(collecting, submission):
        raise Refusal("closed")
    if problems:
        raise Refusal("answers_need_change", problems=problems)
    spent = {"org_id": collecting.org_id, "wave_id": collecting.wave_id, "key_hash": _key_hash(submission.key)}
    if not insert_once(session, SubmissionKey, **spent):
        return _repeated(session, collecting, code, answers)
    judged = {"late": late, "answers": answers, "receipt_hash": digest(code)}
    _store(session, collecting, submission, judged)
    return Accepted(code, "created")


def _was_in_time(collecting: Collecting, submission: Submission) -> bool:
    """Finished on a tablet within the wave's days; one more at the end, because a day ends later west of here."""
    if submission.channel != "tablet" or submission.ended is None or collecting.state == "planned":
        return False
    last = (collecting.closes or collecting.settles) + timedelta(days=1)
    return (collecting.opens or submission.ended) <= submission.ended <= last


def _store(session: Session, collecting: Collecting, submission: Submission, judged: Mapping[str, Any]) -> None:
    of_wave = {"org_id": collecting.org_id, "wave_id": collecting.wave_id}
    response = of_wave | {
        "id": uuid4(),
        "unit_id": collecting.unit_id,
        "version": collecting.version,
        "language": submission.language,
        "channel": submission.channel,
        "variant": submission.variant,
        "assisted": submission.assisted,
        **judged,
        "content_hash": _content_hash(collecting, judged["answers"]),
        "period": _period(session, collecting, submission.ended),
    }
    taking_part = of_wave | _mark(submission.channel, "finished", submission.mark)
    if not insert_once(session, Participation, **taking_part):
        raise Refusal("already_answered")
    _STORE.run(session, **response)


def _period(session: Session, collecting: Collecting, ended: date | None) -> str:
    """The quarter, where the release declares it: nothing else about the time is kept beside answers."""
    if all(quasi.column != "period" for quasi in collecting.questionnaire.release.quasi):
        return ""
    day = ended or clock.today(session)
    return f"{day.year}q{(day.month + 2) // 3}"


def _mark(channel: str, outcome: str, mark: bytes | None = None) -> dict[str, Any]:
    """A row to be counted and nothing else: its key joins to nothing, and is random where there is no mark."""
    return {"mark": mark or secrets.token_bytes(32), "channel": channel, "outcome": outcome}


def _content_hash(collecting: Collecting, answers: Mapping[str, Any]) -> bytes:
    content = msgspec.json.encode([collecting.version, answers], order="deterministic")
    return hashlib.sha256(content).digest()


def _key_hash(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()


_STORE = Prepared(insert(table_of(Inbox)))
_COUNT = Prepared(insert(table_of(Participation)))
_SPENT = Prepared(
    select(SubmissionKey.wave_id).where(
        SubmissionKey.org_id == bindparam("org_id"),
        SubmissionKey.wave_id == bindparam("wave_id"),
        SubmissionKey.key_hash == bindparam("key_hash"),
    )
)


def _is_spent(session: Session, collecting: Collecting, key: bytes) -> bool:
    spent = {"org_id": collecting.org_id, "wave_id": collecting.wave_id, "key_hash": _key_hash(key)}
    return _SPENT.first(session, **spent) is not None


def _repeated(session: Session, collecting: Collecting, code: str, answers: Mapping[str, Any]) -> Accepted:
    """The first answers win. What is settled or withdrawn can't be compared any more and counts as the same."""
    kept = session.scalar(select(Inbox.content_hash).filter_by(org_id=collecting.org_id, receipt_hash=digest(code)))
    same = kept is None or kept == _content_hash(collecting, answers)
    return Accepted(code, "duplicate" if same else "changed")


def send(session: Session, collecting: Collecting, draft: Draft, mark: bytes | None = None) -> Accepted:
    """Hand a draft in through the channel of ``collecting`` and delete it, in one transaction.

    Raises Refusal as ``accept_submission`` does.
    """
    submission = Submission(
        key=key_of(draft.token),
        answers=draft.answers,
        language=draft.language,
        variant=draft.variant,
        channel=collecting.channel,
        mark=mark,
    )
    accepted = accept_submission(session, collecting, submission)
    drafts.drop(session, collecting.org_id, draft)
    return accepted


def has_answered(session: Session, org_id: UUID, wave_id: UUID, marks: Sequence[bytes]) -> bool:
    """One of these marks is there."""
    of_wave = select(Participation.mark).filter_by(org_id=org_id, wave_id=wave_id)
    return session.scalar(of_wave.where(Participation.mark.in_(marks)).limit(1)) is not None


def receipt_ahead(collecting: Collecting, token: str) -> str:
    """The receipt that will be valid once the draft with this token is sent."""
    return receipt_of(collecting.receipt_key, key_of(token))


def receipt(session: Session, collecting: Collecting, token: str) -> str | None:
    """The receipt of what was sent under a draft's token, or None when nothing was."""
    acting_for(session, collecting.org_id)
    key = key_of(token)
    return receipt_of(collecting.receipt_key, key) if _is_spent(session, collecting, key) else None


def decline(session: Session, collecting: Collecting) -> None:
    """Count that somebody would rather not take part. Nothing else is stored."""
    acting_for(session, collecting.org_id)
    values = {"org_id": collecting.org_id, "wave_id": collecting.wave_id} | _mark(collecting.channel, "declined")
    _COUNT.run(session, **values)


def withdraw(session: Session, typed: str) -> None:
    """Delete the answers a receipt stands for, if they aren't settled. Does the same work for every text.

    A receipt doesn't say whose it is: every organisation is asked.
    """
    code = read_receipt(typed)
    receipt_hash = digest(code) if code else secrets.token_bytes(32)
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            session.execute(delete(Inbox).filter_by(org_id=org_id, receipt_hash=receipt_hash))
