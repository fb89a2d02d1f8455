"""What a step of a conversation does to the store, whatever the channel, in the caller's transaction."""

from dataclasses import replace

from sqlalchemy.orm import Session

from surveyapp.engine.talks import Step
from surveyapp.services import drafts, forgetting, responses, standings
from surveyapp.services.drafts import Chosen
from surveyapp.services.refusals import Refusal
from surveyapp.services.responses import Accepted
from surveyapp.services.standings import Standing

MOST_STEPS = 400
"""Events of one conversation; after so many it can only be ended or moved."""

_ENDING = frozenset({"submit", "decline", "erase", "pause", "handover", "clear_chat", "restart"})


def is_too_long(standing: Standing, step: Step) -> bool:
    """The conversation has had its events, and this one would not end or move it."""
    return standing.found.rev >= MOST_STEPS and step.effect not in _ENDING


def applied(session: Session, standing: Standing, step: Step, *, paused: bool = False) -> Standing:
    """Keep what a step has led to. A tap that changed nothing leaves no trace."""
    if step.quiet:
        return standing
    return standings.save(session, replace(standing, answers=step.answers), talk=step.talk, paused=paused)


def agreed(session: Session, standing: Standing, step: Step, token: str) -> Standing:
    """Begin the draft, under this token. Raises Refusal "closed" or "not_open_yet"."""
    chosen = Chosen(language=step.talk.language, variant=step.talk.variant)
    drafts.open_form(session, standing.collecting, chosen, token)
    draft = drafts.read_draft(session, standing.collecting, token, to_change=True)
    return applied(session, replace(standing, draft=draft), step)


def submitted(session: Session, standing: Standing, mark: bytes | None) -> Accepted:
    """Send the answers and delete the conversation; ``mark``: of a chat that may answer once.

    Raises Refusal as ``responses.accept_submission`` does; then nothing has changed.
    """
    found, draft = standing.found, standing.draft
    if draft is None:
        raise Refusal("closed")
    with session.begin_nested():
        forgetting.conversations(session, found.org_id, [found.id], answers=False)
        return responses.send(session, standing.collecting, draft, mark)


def declined(session: Session, standing: Standing) -> None:
    """Count that somebody would rather not, and forget them."""
    responses.decline(session, standing.collecting)
    erased(session, standing)


def erased(session: Session, standing: Standing) -> None:
    """Delete the conversation and its answers."""
    forgetting.conversations(session, standing.found.org_id, [standing.found.id])
