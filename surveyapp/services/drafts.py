"""Unfinished answers: begun on agreement, saved at every step, found again by address or short code."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from surveyapp.engine import flow
from surveyapp.engine.answers import Raw
from surveyapp.engine.checks import Problem
from surveyapp.engine.definition import Item
from surveyapp.engine.flow import PRESET, TYPED
from surveyapp.services import codes, keeping
from surveyapp.services.collectors import Collecting, takes_answers
from surveyapp.services.keeping import DAYS_KEPT
from surveyapp.services.refusals import Refusal
from surveyapp.store.collectors import Collector, Door
from surveyapp.store.drafts import Draft as Stored
from surveyapp.store.inserts import insert_once, table_of
from surveyapp.store.prepared import Prepared
from surveyapp.store.tenancy import acting_for, through

__all__ = (
    "DAYS_KEPT",
    "Answered",
    "Chosen",
    "Draft",
    "Opened",
    "Resumed",
    "answer_page",
    "clear",
    "drop",
    "keep",
    "move",
    "open_form",
    "read_draft",
    "resume",
    "save",
    "short_code",
)

DOOR = "resume"
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """How somebody wants to see a form."""

    language: str
    size: int = 100
    variant: str = "standard"
    view: str = "author"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Answers so far, under the token they were asked for with. ``sealed``: set once there is a short code."""

    id: UUID
    token: str
    answers: Mapping[str, Any]
    language: str
    variant: str
    view: str
    size: int
    sealed: bytes | None
    version: int

    @property
    def code(self) -> str | None:
        """The short code that leads here, if somebody has asked for one."""
        if self.sealed is None:
            return None
        attempts = (codes.short_code_of(self.token, attempt) for attempt in count())
        return next(code for code in attempts if codes.seal(self.token, code) == self.sealed)


class Opened(NamedTuple):
    """A new draft: the token of its address and what it begins with."""

    token: str
    answers: dict[str, Any]


class Answered(NamedTuple):
    """A draft after a page was read, with what could not be read. What was typed is kept either way."""

    draft: Draft
    problems: tuple[Problem, ...]


class Resumed(NamedTuple):
    """Where a short code leads: collector's code and draft's token."""

    code: str
    token: str


def open_form(session: Session, collecting: Collecting, chosen: Chosen, token: str | None = None) -> Opened:
    """Begin a draft, once somebody has agreed; ``token``: where it is derived from something else.

    Raises Refusal "closed" or "not_open_yet".
    """
    acting_for(session, collecting.org_id)
    if collecting.state != "open" or not takes_answers(session, collecting):
        raise Refusal("not_open_yet" if collecting.state == "planned" else "closed", {"opens": collecting.opens})
    keeping.sweep(session, collecting.today)
    token = token or codes.new_token()
    answers = {PRESET: beforehand(collecting, chosen.language, chosen.variant)}
    values = {
        "org_id": collecting.org_id,
        "id": uuid4(),
        "collector_id": collecting.collector_id,
        "wave_id": collecting.wave_id,
        "token_hash": codes.digest(token),
        "version": collecting.version,
        "answers": answers,
        "language": chosen.language,
        "variant": chosen.variant,
        "view": chosen.view,
        "size": chosen.size,
        "touched": collecting.today,
    }
    _OPEN.run(session, **values)
    return Opened(token, answers)


def beforehand(collecting: Collecting, language: str, variant: str) -> dict[str, Any]:
    """What a form knows before it is answered, for rules and for questions that need not be asked."""
    return {**collecting.preset, "language": language, "variant": variant}


_WANTED = select(
    Stored.id, Stored.answers, Stored.language, Stored.variant, Stored.view, Stored.size, Stored.sealed, Stored.version
).where(
    Stored.org_id == bindparam("org_id"),
    Stored.token_hash == bindparam("token_hash"),
    Stored.collector_id == bindparam("collector_id"),
)
_READ = Prepared(_WANTED)
_READ_TO_CHANGE = Prepared(_WANTED.with_for_update())


def read_draft(session: Session, collecting: Collecting, token: str, *, to_change: bool = False) -> Draft | None:
    """The draft behind a token, or None when it was sent, has run out or never was.

    ``to_change``: waits for whoever is changing it at this moment, a second click for example.
    """
    acting_for(session, collecting.org_id)
    wanted = {
        "org_id": collecting.org_id,
        "token_hash": codes.digest(token),
        "collector_id": collecting.collector_id,
    }
    row = (_READ_TO_CHANGE if to_change else _READ).first(session, **wanted)
    if row is None:
        return None
    return Draft(
        id=row.id,
        token=token,
        answers=row.answers,
        language=row.language,
        variant=row.variant,
        view=row.view,
        size=row.size,
        sealed=row.sealed,
        version=row.version,
    )


def answer_page(session: Session, collecting: Collecting, draft: Draft, items: Sequence[Item], raw: Raw) -> Answered:
    """Read and save the posted fields of these items."""
    reading = flow.read_page(collecting.questionnaire, draft.answers, items, raw)
    return Answered(save(session, collecting, draft, answers=reading.answers), reading.problems)


def keep(
    session: Session,
    collecting: Collecting,
    draft: Draft,
    items: Sequence[Item] = (),
    raw: Raw | None = None,
    **changes: Any,
) -> Draft:
    """Save what stands in these items' fields without judging it, and change language, size, view or variant."""
    answers = (
        flow.keep_typed(collecting.questionnaire, draft.answers, items, raw or {}) if items else dict(draft.answers)
    )
    answers[PRESET] = answers.get(PRESET, {}) | {
        name: changes[name] for name in ("language", "variant") if name in changes
    }
    return save(session, collecting, draft, answers=answers, **changes)


def clear(session: Session, collecting: Collecting, draft: Draft, item_id: str) -> Draft:
    """Open a question again: its answer and whatever was typed for it are gone."""
    return save(session, collecting, draft, answers=flow.clear(draft.answers, item_id))


_ONE = (Stored.org_id == bindparam("of_org")) & (Stored.id == bindparam("of_id"))
_SAVE = Prepared(update(table_of(Stored)).where(_ONE))
_DROP = Prepared(delete(table_of(Stored)).where(_ONE))
_OPEN = Prepared(insert(table_of(Stored)))


def save(session: Session, collecting: Collecting, draft: Draft, **changes: Any) -> Draft:
    """Store columns of a draft as they are given."""
    if "answers" in changes:
        changes["answers"] = _storable(changes["answers"])
    _SAVE.run(session, of_org=collecting.org_id, of_id=draft.id, touched=collecting.today, **changes)
    return replace(draft, **changes)


def _storable(answers: dict[str, Any]) -> dict[str, Any]:
    """Without the characters no database takes. Only unread input can hold them, and its problem names them."""
    typed = answers.get(TYPED)
    if not typed:
        return answers
    cleaned = {
        item: {name: [_UNSTORABLE.sub("", value) for value in values] for name, values in fields.items()}
        for item, fields in typed.items()
    }
    return answers | {TYPED: cleaned}


def short_code(session: Session, collecting: Collecting, draft: Draft) -> str:
    """The short code of a draft, made when it is first asked for and the same ever after."""
    if draft.code:
        return draft.code
    for attempt in count():
        code = codes.short_code_of(draft.token, attempt)
        door = {"token_hash": codes.digest(code), "purpose": DOOR, "org_id": collecting.org_id, "object_id": draft.id}
        if insert_once(session, Door, **door):
            save(session, collecting, draft, sealed=codes.seal(draft.token, code))
            return code
    raise AssertionError  # count() has no end


def resume(session: Session, typed: str) -> Resumed | None:
    """Where a short code leads, or None. Whoever lets people try codes counts their tries (``limits``)."""
    code = codes.read_code(typed)
    if code is None or not through(session, DOOR, codes.digest(code)):
        return None
    wanted = (
        select(Collector.code, Stored.sealed)
        .join_from(Door, Stored, and_(Stored.org_id == Door.org_id, Stored.id == Door.object_id))
        .join(Collector, and_(Collector.org_id == Stored.org_id, Collector.id == Stored.collector_id))
        .where(Door.purpose == DOOR, Door.token_hash == codes.digest(code))
    )
    row = session.execute(wanted).first()
    return Resumed(row.code, codes.unseal(row.sealed, code)) if row and row.sealed else None


def move(session: Session, collecting: Collecting, draft: Draft, token: str) -> Draft:
    """Give a draft another token: its old address and its short code lead nowhere any more.

    ``collecting``: as the channel meets it to which the answers go.
    """
    if draft.sealed:
        _close_door(session, collecting.org_id, draft)
    known = dict(draft.answers.get(PRESET, {})) | {"channel": collecting.channel}
    answers = flow.prune(collecting.questionnaire, {**draft.answers, PRESET: known})
    changes = {"token_hash": codes.digest(token), "sealed": None, "answers": answers, "touched": collecting.today}
    _SAVE.run(session, of_org=collecting.org_id, of_id=draft.id, **changes)
    return replace(draft, token=token, answers=answers, sealed=None)


def drop(session: Session, org_id: UUID, draft: Draft) -> None:
    """Delete a draft, and with it the way back to it."""
    _DROP.run(session, of_org=org_id, of_id=draft.id)
    if draft.sealed:
        _close_door(session, org_id, draft)


def _close_door(session: Session, org_id: UUID, draft: Draft) -> None:
    session.execute(delete(Door).filter_by(org_id=org_id, object_id=draft.id, purpose=DOOR))
