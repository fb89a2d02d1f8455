"""A person reads texts one by one, scrubbed and apart from all else, and approves, changes or withholds them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.engine.cleaning import Flaw, clean_text
from surveyapp.later import Later
from surveyapp.services import audit, questionnaires
from surveyapp.services.audit import Actor
from surveyapp.services.refusals import Refusal
from surveyapp.services.texts import sealed
from surveyapp.store.responses import SettledText
from surveyapp.store.tenancy import acting_for
from surveyapp.store.waves import Wave

if TYPE_CHECKING:
    from surveyapp.anonymise import scrubbing
else:
    scrubbing = Later("surveyapp.anonymise.scrubbing")

LONGEST = 10_000
"""Characters of a text that somebody has changed."""

PAGE = 20


class Shown(NamedTuple):
    """A text as it is read: what was asked, and the words. Nothing of the rest of the answer is known any more.

    ``text``: the words approved, or those that would be. ``seal``: their SHA-256 in hex. ``kinds``: those whose
    marks are in it. ``state``: "waiting", "approved", "refused" or, for good, "released".
    """

    id: UUID
    question: Mapping[str, str]
    language: str
    text: str
    kinds: tuple[str, ...]
    state: str
    seal: str


class Decided(NamedTuple):
    """Texts somebody has decided on. ``after``: the id behind which the next ones stand, None at the end."""

    texts: tuple[Shown, ...]
    after: UUID | None


def next_text(session: Session, org_id: UUID, wave_id: UUID) -> UUID | None:
    """One of the texts that wait, drawn at random; None when none does."""
    acting_for(session, org_id)
    waiting = select(SettledText.id).filter_by(org_id=org_id, wave_id=wave_id, state="waiting")
    return session.scalars(waiting.order_by(func.random()).limit(1)).first()


def one(session: Session, org_id: UUID, wave_id: UUID, text_id: UUID) -> Shown:
    """A text as it is read. Raises Refusal "unknown_text"."""
    return _shown(_found(session, org_id, wave_id, text_id), _questions(session, org_id, wave_id))


def decided(session: Session, org_id: UUID, wave_id: UUID, after: UUID | None = None) -> Decided:
    """Texts that are approved or withheld and not released, to be looked at again, in the order of their random ids."""
    acting_for(session, org_id)
    wanted = select(SettledText).where(
        SettledText.org_id == org_id,
        SettledText.wave_id == wave_id,
        SettledText.state != "waiting",
        SettledText.batch.is_(None),
    )
    if after is not None:
        wanted = wanted.where(SettledText.id > after)
    rows = session.scalars(wanted.order_by(SettledText.id).limit(PAGE + 1)).all()
    questions = _questions(session, org_id, wave_id)
    texts = tuple(_shown(row, questions) for row in rows[:PAGE])
    return Decided(texts, texts[-1].id if len(rows) > PAGE else None)


def approve(session: Session, actor: Actor, place: tuple[UUID, UUID, UUID], seal: str) -> None:
    """Approve exactly the words that were read. ``place``: organisation, wave, text; ``seal``: of these words.

    What was written stays nowhere else: only the approved words are kept.
    Raises Refusal "unknown_text", "text_released", or "text_changed" when the words are no longer those.
    """
    row = _found(session, *place, to_change=True)
    text = _words(row)
    if sealed(text).hex() != seal:
        raise Refusal("text_changed")
    row.text, row.state, row.approved_sha256 = text, "approved", sealed(text)
    _note(session, actor, row, "text_approved")


def change(session: Session, actor: Actor, place: tuple[UUID, UUID, UUID], words: str) -> None:
    """Put other words in place of a text. It waits again, also when it had been approved.

    Raises Refusal "unknown_text", "text_released", "text_empty", or a code of ``engine.cleaning``.
    """
    row = _found(session, *place, to_change=True)
    text = clean_text(words, LONGEST)
    if isinstance(text, Flaw):
        raise Refusal(text.code, text.values)
    if not text.strip():
        raise Refusal("text_empty")
    row.text, row.state, row.approved_sha256 = scrubbing.scrub(text).text.strip(), "waiting", None
    _note(session, actor, row, "text_changed")


def withhold(session: Session, actor: Actor, place: tuple[UUID, UUID, UUID]) -> None:
    """Let a text go out nowhere; it is deleted with those that nobody has read.

    Raises Refusal "unknown_text" or "text_released".
    """
    row = _found(session, *place, to_change=True)
    row.state, row.approved_sha256 = "refused", None
    _note(session, actor, row, "text_withheld")


def _found(session: Session, org_id: UUID, wave_id: UUID, text_id: UUID, *, to_change: bool = False) -> SettledText:
    acting_for(session, org_id)
    row = session.get(SettledText, (org_id, text_id), with_for_update=True if to_change else None)
    if row is None or row.wave_id != wave_id:
        raise Refusal("unknown_text")
    if to_change and row.batch is not None:
        raise Refusal("text_released")
    return row


def _questions(session: Session, org_id: UUID, wave_id: UUID) -> dict[str, Mapping[str, str]]:
    wave = session.get_one(Wave, (org_id, wave_id))
    q = questionnaires.version_of(session, org_id, wave.questionnaire, wave.version)
    return {item.id: item.text for item in q.items}


def _shown(row: SettledText, questions: Mapping[str, Mapping[str, str]]) -> Shown:
    text = _words(row)
    kinds = tuple(kind for kind in scrubbing.KINDS if f"[{kind}]" in text)
    state = row.state if row.batch is None else "released"
    return Shown(row.id, questions.get(row.item, {}), row.language, text, kinds, state, sealed(text).hex())


def _words(row: SettledText) -> str:
    """What would go out: words once approved go out as they are."""
    return row.text if row.state == "approved" else scrubbing.scrub(row.text).text


def _note(session: Session, actor: Actor, row: SettledText, verb: str) -> None:
    """Who did what to which text; never its words."""
    session.flush()
    audit.record(session, row.org_id, actor, verb, row.id)
