"""The conversation on a page of its own: found by the token in its address, and by nothing else."""

from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy.orm import Session

from surveyapp.engine import conversation
from surveyapp.engine.flow import PRESET
from surveyapp.engine.talks import Effect, Event, Note, Step, Talk
from surveyapp.services import addresses, codes, drafts, effects, forgetting, handovers, responses, standings, turns
from surveyapp.services.collectors import Collecting
from surveyapp.services.drafts import Chosen, Draft
from surveyapp.services.refusals import Refusal
from surveyapp.services.standings import Standing

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


def open_chat(session: Session, collecting: Collecting, chosen: Chosen) -> str:
    """Begin a chat, once somebody has agreed; the token of its address. Raises Refusal "closed" or "not_open_yet"."""
    here, token = collecting.through(CHANNEL), codes.new_token()
    own = addresses.page_draft_token(token)
    drafts.open_form(session, here, chosen, own)
    _begin(session, here, token, drafts.read_draft(session, here, own, to_change=True))
    return token


def _begin(session: Session, here: Collecting, token: str, draft: Draft | None) -> None:
    if draft is None:
        raise Refusal("closed")
    talk = Talk(turns.new_nonce(), draft.language, "asking", variant="easy" if draft.variant == "easy" else "standard")
    standings.begin(session, addresses.of_page(token), here, talk, draft)


def read_chat(session: Session, collecting: Collecting, token: str, *, to_change: bool = False) -> Standing | None:
    """The chat behind a token, or None when it has ended, has run out or never was.

    ``to_change``: waits for whoever is changing it at this moment.
    """
    there = standings.find(session, [addresses.of_page(token)], to_change=to_change)
    if not there or there[0].collector_id != collecting.collector_id:
        return None
    own = addresses.page_draft_token(token)
    standing = standings.load(session, there[0], CHANNEL, own, to_change=to_change)
    return standing if standing.draft else None


def receipt(session: Session, collecting: Collecting, token: str) -> str | None:
    """The receipt of a chat that was sent, or None."""
    return responses.receipt(session, collecting, addresses.page_draft_token(token))


def answer_chat(session: Session, collecting: Collecting, token: str, event: Event) -> Answered | None:
    """Apply an event. None where there is no chat behind the token (any more)."""
    standing = read_chat(session, collecting, token, to_change=True)
    if standing is None:
        return None
    step = conversation.step(standing.collecting.questionnaire, standing.talk, standing.answers, event)
    if standing.found.rev >= turns.MOST_STEPS and step.effect is None:
        raise Refusal("too_many_steps")
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
    talk = replace(standing.talk, nonce=turns.new_nonce(), at=None, chosen=(), shown=None)
    return Step(talk, {PRESET: dict(standing.answers.get(PRESET) or {})})


def to_form(session: Session, collecting: Collecting, token: str) -> str | None:
    """Go on as a form: the token of its address. The chat is over; None where there is none."""
    standing = read_chat(session, collecting, token, to_change=True)
    if standing is None or standing.draft is None:
        return None
    forgetting.conversation_of(session, collecting.org_id, standing.draft.id)
    return drafts.move(session, standing.collecting.on_a_page(), standing.draft, codes.new_token()).token


def from_form(session: Session, collecting: Collecting, draft: Draft) -> str:
    """Go on as a chat: the token of its address. The form's address leads nowhere any more."""
    here, token = collecting.through(CHANNEL), codes.new_token()
    moved = drafts.move(session, here, draft, addresses.page_draft_token(token))
    _begin(session, here, token, moved)
    return token


def for_telegram(session: Session, collecting: Collecting, draft: Draft, now: float) -> str:
    """A one-time code with which a form's or a chat's answers move to the bot; they stay here until it is used."""
    return handovers.offer(session, collecting.org_id, draft.token, handovers.TELEGRAM, now)
