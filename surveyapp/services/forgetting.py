"""Deleting conversations, and with them their answers, their reminders and every door that led to either."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from surveyapp.services import addresses
from surveyapp.store.collectors import Door
from surveyapp.store.conversations import Conversation, Reminder, WaveKey
from surveyapp.store.drafts import Draft

DOOR = "conversation"
_AT_ONCE = 500


def conversations(session: Session, org_id: UUID, ids: Sequence[UUID], *, answers: bool = True) -> None:
    """Delete these conversations, their doors and reminders; ``answers``: their drafts, too."""
    for some in _in_parts(ids):
        keys = _doors(session, org_id, some)
        session.execute(delete(Reminder).where(Reminder.key.in_([addresses.reminding(key) for key in keys])))
        gone = delete(Conversation).where(Conversation.org_id == org_id, Conversation.id.in_(some))
        begun = [each for each in session.scalars(gone.returning(Conversation.draft_id)) if each]
        if answers and begun:
            session.execute(delete(Draft).where(Draft.org_id == org_id, Draft.id.in_(begun)))
            _doors(session, org_id, begun)


def conversation_of(session: Session, org_id: UUID, draft_id: UUID) -> bool:
    """Delete the conversation about a draft, and tell whether there was one; the draft stays."""
    ids = session.scalars(select(Conversation.id).filter_by(org_id=org_id, draft_id=draft_id)).all()
    conversations(session, org_id, ids, answers=False)
    return bool(ids)


def of_wave(session: Session, org_id: UUID, wave_id: UUID) -> None:
    """Delete everything by which a chat could be known in a wave, its key first."""
    session.execute(delete(WaveKey).filter_by(wave_id=wave_id))
    session.execute(delete(Reminder).filter_by(wave_id=wave_id))
    ids = session.scalars(select(Conversation.id).filter_by(org_id=org_id, wave_id=wave_id)).all()
    conversations(session, org_id, ids)


def expired(session: Session, org_id: UUID, today: date, is_old: ColumnElement[bool]) -> None:
    """Delete an organisation's conversations past their day, and those whose drafts are; ``is_old``: of a draft."""
    old = select(Draft.id).where(Draft.org_id == Conversation.org_id, Draft.id == Conversation.draft_id, is_old)
    of_org = select(Conversation.id).filter_by(org_id=org_id)
    ids = session.scalars(of_org.where((Conversation.expires < today) | old.exists())).all()
    conversations(session, org_id, ids)


def _doors(session: Session, org_id: UUID, objects: Sequence[UUID]) -> Sequence[bytes]:
    """Delete the doors that lead to these objects, and tell their keys."""
    gone = delete(Door).where(Door.org_id == org_id, Door.object_id.in_(objects))
    return session.scalars(gone.returning(Door.token_hash)).all()


def _in_parts(things: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (things[at : at + _AT_ONCE] for at in range(0, len(things), _AT_ONCE))
