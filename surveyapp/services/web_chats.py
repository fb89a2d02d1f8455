"""The conversation on a page of its own: found by the token in its address, and by nothing else.

Its draft stands under a token made from that one, so that the form doesn't open it meanwhile: there is one writer.
"""

from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from msgspec import structs
from sqlalchemy.orm import Session

from surveyapp.engine import conversation
from surveyapp.engine.answers import Raw
from surveyapp.engine.flow import PRESET, posted_fields
from surveyapp.engine.prompt import Say
from surveyapp.engine.talks import Effect, Event, Note, Step
from surveyapp.services import (
    addresses,
    bots,
    codes,
    drafts,
    effects,
    forgetting,
    handovers,
    responses,
    standings,
    turns,
)
from surveyapp.services.collectors import Collecting
from surveyapp.services.drafts import Chosen, Draft
from surveyapp.services.refusals import Refusal
from surveyapp.services.standings import Standing
from surveyapp.services.starting import GO_ON

CHANNEL = "chat"


class Answered(NamedTuple):
    """A chat after an event: where it stands, what is said about it, and how it ended, if it did.

    ``ended``: "submit", with the ``receipt``, "decline" or "erase"; ``standing`` is then what there was before.
    ``quiet``: nothing has changed.
    """

    standing: Standing
    note: Note | None = None
    quiet: bool = False
    ended: Effect | None = None
    receipt: str | None = None


def as_chat(collecting: Collecting) -> Collecting:
    """The address as a chat on a page meets it; tablet and paper stay what they are."""
    on_a_page = collecting.on_a_page()
    return on_a_page.through(CHANNEL) if on_a_page.channel == "web" else collecting


def open_chat(session: Session, collecting: Collecting, chosen: Chosen) -> str:
    """Begin a chat, once somebody has agreed; the token of its address. Raises Refusal "closed" or "not_open_yet"."""
    here, token = as_chat(collecting), codes.new_token()
    own = addresses.page_draft_token(token)
    drafts.open_form(session, here, chosen, own)
    _begin(session, here, token, drafts.read_draft(session, here, own, to_change=True))
    return token


def _begin(session: Session, here: Collecting, token: str, draft: Draft | None) -> None:
    if draft is None:
        raise Refusal("closed")
    standings.begin(session, addresses.of_page(token), here, turns.talk_about(draft), draft)


def read_chat(session: Session, collecting: Collecting, token: str, *, to_change: bool = False) -> Standing | None:
    """The chat behind a token, or None when it has ended, has run out or never was.

    ``to_change``: waits for whoever is changing it at this moment.
    """
    there = standings.find(session, [addresses.of_page(token)], collecting.org_id, to_change=to_change)
    if not there or there[0].collector_id != collecting.collector_id:
        return None
    here = as_chat(collecting)
    draft = drafts.read_draft(session, here, addresses.page_draft_token(token), to_change=to_change)
    if draft is None:
        return None
    pinned = here.pinned(session, draft.version)
    return Standing(found=there[0], collecting=pinned, draft=draft, answers=draft.answers)


def receipt(session: Session, collecting: Collecting, token: str) -> str | None:
    """The receipt of a chat that was sent, or None."""
    return responses.receipt(session, collecting, addresses.page_draft_token(token))


def answer_chat(session: Session, collecting: Collecting, token: str, event: Event) -> Answered | None:
    """Apply an event. None where there is no chat behind the token (any more)."""
    standing = read_chat(session, collecting, token, to_change=True)
    return take(session, standing, event) if standing else None


def take(session: Session, standing: Standing, event: Event) -> Answered:
    """Apply an event to a chat that was read to be changed."""
    step = conversation.step(standing.collecting.questionnaire, standing.talk, standing.answers, event)
    if effects.is_too_long(standing, step):
        return Answered(standing, Say("too_many_steps"))
    if step.effect == "submit":
        return _submit(session, standing)
    if step.effect in {"erase", "decline"}:
        effects.erased(session, standing)
        return Answered(standing, ended=step.effect)
    if step.effect == "restart":
        step = _from_the_beginning(standing)
    return Answered(effects.applied(session, standing, step), step.note, step.quiet)


def _submit(session: Session, standing: Standing) -> Answered:
    try:
        accepted = effects.submitted(session, standing, None)
    except Refusal as refusal:
        if not refusal.problems:
            raise
        q = standing.collecting.questionnaire
        step = conversation.corrected(q, standing.talk, standing.answers, refusal.problems)
        return Answered(effects.applied(session, standing, step), step.note)
    return Answered(standing, ended="submit", receipt=accepted.receipt)


def _from_the_beginning(standing: Standing) -> Step:
    """Everything is asked again; what was agreed to stays agreed."""
    talk = structs.replace(standing.talk, nonce=turns.new_nonce(), at=None, chosen=(), shown=None)
    return Step(talk, {PRESET: dict(standing.answers.get(PRESET) or {})})


def draft_of(standing: Standing, token: str) -> Draft:
    """The chat's draft under the token that people know it by."""
    if standing.draft is None:
        raise Refusal("closed")
    return replace(standing.draft, token=token)


def short_code(session: Session, standing: Standing, token: str) -> str:
    """The short code that leads back to a chat, made when it is first asked for."""
    return drafts.short_code(session, standing.collecting, draft_of(standing, token))


def to_form(session: Session, standing: Standing, token: str) -> None:
    """Go on as a form, under the same token and short code. The chat is over."""
    draft = draft_of(standing, token)
    forgetting.conversation_of(session, standing.found.org_id, draft.id)
    _move(session, standing.collecting.on_a_page(), draft, token)


def keep_for_form(session: Session, collecting: Collecting, token: str, place: str, raw: Raw) -> None:
    """Keep what somebody typed into an old window of a chat that goes on as a form, unless the form has an answer."""
    draft = drafts.read_draft(session, collecting, token, to_change=True) if collecting.accepts else None
    if draft is None or place in draft.answers:
        return
    pinned = collecting.pinned(session, draft.version)
    item = pinned.questionnaire.by_id.get(place)
    if item and any(filter(None, chain.from_iterable(posted_fields(item, raw).values()))):
        drafts.keep(session, pinned, draft, [item], raw)


def from_form(session: Session, collecting: Collecting, draft: Draft) -> None:
    """Go on as a chat, under the same token and short code. The form can't be written in any more."""
    here, token = as_chat(collecting), draft.token
    _begin(session, here, token, _move(session, here, draft, addresses.page_draft_token(token)))


def _move(session: Session, here: Collecting, draft: Draft, own: str) -> Draft:
    """Put a draft under the token ``own``; its short code goes on leading to the one that people know."""
    moved = drafts.move(session, here, draft, own)
    if draft.sealed:
        drafts.short_code(session, here, replace(moved, token=draft.token))
    return moved


def telegram_link(session: Session, bot: int, collecting: Collecting, draft: Draft, now: float) -> str:
    """The one-time link with which a form's or a chat's answers move to the bot; they stay here until it is used.

    ``now``: Unix seconds. Raises Refusal "bot_unknown" where there is no bot, or nobody knows its name yet.
    """
    name = bots.username(session, bot)
    if name is None:
        raise Refusal("bot_unknown")
    code = handovers.offer(session, collecting.org_id, draft.token, handovers.TELEGRAM, now)
    return bots.start_link(name, f"{GO_ON}{code}")
