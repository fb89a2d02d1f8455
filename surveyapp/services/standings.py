"""Where conversations stand: found by their keys, begun, saved and forgotten."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec import to_builtins
from sqlalchemy import and_, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from surveyapp.engine.flow import PRESET
from surveyapp.engine.places import place_of
from surveyapp.engine.talks import Talk
from surveyapp.services import collectors, drafts, questionnaires
from surveyapp.services.chats import Binding
from surveyapp.services.collectors import Collecting
from surveyapp.services.drafts import DAYS_KEPT, Draft, beforehand
from surveyapp.services.forgetting import DOOR
from surveyapp.services.refusals import Refusal
from surveyapp.store.collectors import Door
from surveyapp.store.conversations import Conversation
from surveyapp.store.drafts import Draft as Stored
from surveyapp.store.inserts import insert_once, table_of
from surveyapp.store.questionnaires import Version
from surveyapp.store.tenancy import elsewhere, through
from surveyapp.store.waves import Wave

_AT_ONCE = 500
_CHANGE = update(table_of(Conversation)).where(
    Conversation.org_id == bindparam("of_org"), Conversation.id == bindparam("of_id")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A conversation's row. ``rev``: events applied so far."""

    id: UUID
    key: bytes
    org_id: UUID
    collector_id: UUID
    talk: Talk
    rev: int
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A conversation with everything it is about. ``draft``: None until somebody has agreed."""

    found: Found
    collecting: Collecting
    draft: Draft | None
    answers: Mapping[str, Any]

    @property
    def talk(self) -> Talk:
        """What the engine keeps beside the answers."""
        return self.found.talk

    @property
    def place(self) -> str:
        """Where it is: an item's id, or a place that is no item."""
        return place_of(self.collecting.questionnaire, self.talk, self.answers)


_OPENS = and_(Conversation.org_id == Door.org_id, Conversation.id == Door.object_id)
_DOORS = select(Door.org_id, Door.token_hash).where(
    Door.purpose == DOOR, Door.token_hash.in_(bindparam("keys", expanding=True))
)
_ROWS = (
    select(
        Conversation.id,
        Door.token_hash.label("key"),
        Conversation.org_id,
        Conversation.collector_id,
        Conversation.talk,
        Conversation.rev,
        Conversation.paused,
    )
    .join(Door, _OPENS)
    .where(
        Conversation.org_id == bindparam("of_org"),
        Door.purpose == DOOR,
        Door.token_hash.in_(bindparam("keys", expanding=True)),
    )
    .order_by(Conversation.paused, Conversation.id)
)
_ROWS_TO_CHANGE = _ROWS.with_for_update(of=Conversation)


def find(session: Session, keys: Iterable[bytes], org_id: UUID | None = None, *, to_change: bool = True) -> list[Found]:
    """The conversations with these keys, of one organisation or whichever they are, those first that aren't paused.

    ``to_change``: waits for whoever is changing one of them, and locks them.
    """
    wanted = _ROWS_TO_CHANGE if to_change else _ROWS
    every = list(keys)
    rows: list[Found] = []
    for owner, opened in ({org_id: every} if org_id else _owners(session, every)).items():
        with elsewhere(session, owner):
            for part in _parts(opened):
                rows += [_found(row._asdict()) for row in session.execute(wanted, {"of_org": owner, "keys": part})]
    return sorted(rows, key=lambda row: (row.paused, row.id))


def _owners(session: Session, keys: Sequence[bytes]) -> dict[UUID, list[bytes]]:
    """Organisations with conversations under some of these keys, and which."""
    doors: dict[UUID, list[bytes]] = {}
    for part in _parts(keys):
        for org_id, key in session.execute(_DOORS, {"keys": part}):
            doors.setdefault(org_id, []).append(key)
    return doors


def _parts(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))


def _found(row: dict[str, Any]) -> Found:
    return Found(**row | {"talk": msgspec.convert(row["talk"], Talk)})


def load(session: Session, found: Found, channel: str, token: str) -> Standing:
    """All about a conversation, in the version that was begun. ``token``: of its draft, if it has one.

    Raises Refusal "unknown_version" when that version is gone.
    """
    collecting = collectors.of_id(session, found.org_id, found.collector_id).through(channel)
    draft = drafts.read_draft(session, collecting, token, to_change=True)
    if draft is None:
        return unbegun(found, collecting)
    collecting = collecting.pinned(session, draft.version)
    return Standing(found=found, collecting=collecting, draft=draft, answers=draft.answers)


def begin(session: Session, key: bytes, collecting: Collecting, talk: Talk, draft: Draft | None = None) -> Found | None:
    """A new conversation; None when somebody has begun one with this key at the same moment.

    Raises Refusal "closed" when the wave has been closed meanwhile.
    """
    if not collectors.takes_answers(session, collecting):
        raise Refusal("closed")
    found = Found(
        id=uuid4(),
        key=key,
        org_id=collecting.org_id,
        collector_id=collecting.collector_id,
        talk=talk,
        rev=0,
        paused=False,
    )
    door = {"purpose": DOOR, "token_hash": key, "org_id": found.org_id, "object_id": found.id}
    if not insert_once(session, Door, **door):
        return None
    values = {"org_id": found.org_id, "id": found.id, "collector_id": found.collector_id, "talk": to_builtins(talk)}
    values |= {"wave_id": collecting.wave_id, "draft_id": draft.id if draft else None, "rev": 0, "paused": False}
    session.connection().execute(insert(table_of(Conversation)), values | {"expires": _last_day(collecting)})
    return found


def save(session: Session, standing: Standing, **changes: Any) -> Standing:
    """Store a standing as it is now; one more event has been applied."""
    found = replace(standing.found, rev=standing.found.rev + 1, **changes)
    draft, talk = standing.draft, found.talk
    values = {"talk": to_builtins(talk), "rev": found.rev, "paused": found.paused}
    values |= {"draft_id": draft.id if draft else None, "expires": _last_day(standing.collecting)}
    session.connection().execute(_CHANGE, values | {"of_org": found.org_id, "of_id": found.id})
    if draft:
        known = {"answers": standing.answers, "language": talk.language, "variant": talk.variant}
        draft = drafts.save(session, standing.collecting, draft, **known)
    return replace(standing, found=found, draft=draft, answers=draft.answers if draft else standing.answers)


def emptied(session: Session, standing: Standing, talk: Talk) -> Standing:
    """The conversation at its beginning again: its answers are deleted, and its events counted anew."""
    found = replace(standing.found, talk=talk, rev=0)
    values = {"talk": to_builtins(talk), "rev": 0, "draft_id": None}
    session.connection().execute(_CHANGE, values | {"of_org": found.org_id, "of_id": found.id})
    if standing.draft:
        drafts.drop(session, found.org_id, standing.draft)
    return unbegun(found, standing.collecting)


def unbegun(found: Found, collecting: Collecting) -> Standing:
    """Before somebody agrees there are no answers, only what is known beforehand."""
    known = {PRESET: beforehand(collecting, found.talk.language, found.talk.variant)}
    return Standing(found=found, collecting=collecting, draft=None, answers=known)


def pause(session: Session, others: Iterable[Found]) -> None:
    """Pause conversations, because the person goes on with another one."""
    for found in others:
        if not found.paused:
            of_row = {"of_org": found.org_id, "of_id": found.id}
            with elsewhere(session, found.org_id):
                session.connection().execute(_CHANGE, of_row | {"paused": True})


def _last_day(collecting: Collecting) -> date:
    return collecting.today + timedelta(days=DAYS_KEPT)


_SHOWN = (
    select(Conversation.org_id, Conversation.id, Conversation.talk, Stored.answers, Version.sha256)
    .join(Door, _OPENS)
    .join(Wave, and_(Wave.org_id == Conversation.org_id, Wave.id == Conversation.wave_id))
    .outerjoin(Stored, and_(Stored.org_id == Conversation.org_id, Stored.id == Conversation.draft_id))
    .join(
        Version,
        and_(
            Version.org_id == Wave.org_id,
            Version.questionnaire == Wave.questionnaire,
            Version.number == func.coalesce(Stored.version, Wave.version),
        ),
    )
    .where(Door.purpose == DOOR, Door.token_hash == bindparam("key"))
    .with_for_update(of=Conversation)
)


def showed(session: Session, binding: Binding, order: int) -> None:
    """Note the order of a showing, if the conversation is still in the place it showed."""
    row = session.execute(_SHOWN, {"key": binding.key}).first() if through(session, DOOR, binding.key) else None
    if row is None:
        return
    talk, q = msgspec.convert(row.talk, Talk), questionnaires.document(session, row.sha256)
    if talk.nonce != binding.nonce or place_of(q, talk, row.answers or {}) != binding.place:
        return
    shown = msgspec.structs.replace(talk, shown=max(order, talk.shown or 0))
    of_row = {"of_org": row.org_id, "of_id": row.id}
    session.connection().execute(_CHANGE, of_row | {"talk": to_builtins(shown)})
