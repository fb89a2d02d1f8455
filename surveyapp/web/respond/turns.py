"""What the buttons of a form do, inside one transaction. All but Continue and Send keep what was typed unjudged."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flask import request
from sqlalchemy.orm import Session

from surveyapp.engine import flow
from surveyapp.engine.checks import Problem
from surveyapp.engine.definition import Item
from surveyapp.engine.personal import personal_items
from surveyapp.services import responses, web_chats
from surveyapp.services.collectors import Collecting
from surveyapp.services.refusals import Refusal
from surveyapp.services.responses import Draft
from surveyapp.web.limited import count_form
from surveyapp.web.respond.addresses import CHAT, RECEIPT, REVIEW, SAVED
from surveyapp.web.respond.shells import ASKED
from surveyapp.web.respond.views import SIZES
from surveyapp.web.site import site


class Turn(NamedTuple):
    """What a button led to: the step to go to; or problems, or a warning, to be shown on the present one.

    ``link``: leads to the bot, with which the answers go on.
    """

    draft: Draft
    goes_to: str
    problems: tuple[Problem, ...] = ()
    warned: bool = False
    link: str = ""


class Press(NamedTuple):
    """A pressed button with everything it may need. ``items``: the questions of the page as it was shown."""

    session: Session
    collecting: Collecting
    draft: Draft
    step: str
    value: str
    items: Sequence[Item]
    raw: Mapping[str, list[str]]


def press(session: Session, collecting: Collecting, draft: Draft, step: str, value: str) -> Press:
    """The press of a button in the present request."""
    return Press(
        session, collecting, draft, step, value, _items(collecting, draft, step), request.form.to_dict(flat=False)
    )


def _items(collecting: Collecting, draft: Draft, step: str) -> Sequence[Item]:
    """The questions of the screen. One that has become visible since the page was shown isn't taken for skipped."""
    screen = flow.screen_of(collecting.questionnaire, draft.answers, draft.view, step)
    if screen is None:
        return ()
    asked = request.form.get(ASKED)
    return [item for item in screen.questions if asked is None or item.id in asked.split()]


def following(collecting: Collecting, draft: Draft) -> str:
    """The step where something is still open, or the review."""
    step = flow.next_step(collecting.questionnaire, draft.answers, draft.view)
    return step.screen.id if isinstance(step, flow.Ask) else REVIEW


def _next(p: Press) -> Turn:
    answered = responses.answer_page(p.session, p.collecting, p.draft, p.items, p.raw)
    return Turn(answered.draft, following(p.collecting, answered.draft), answered.problems)


def _back(p: Press) -> Turn:
    draft = _kept(p)
    return Turn(draft, flow.before(p.collecting.questionnaire, draft.answers, draft.view, p.step) or p.step)


def _save(p: Press) -> Turn:
    draft = _kept(p)
    responses.short_code(p.session, p.collecting, draft)
    return Turn(draft, SAVED)


def _keep(p: Press) -> Turn:
    return Turn(_kept(p), p.step)


def _speak(p: Press) -> Turn:
    known = p.value in p.collecting.questionnaire.languages
    return Turn(_kept(p, language=p.value) if known else _kept(p), p.step)


def _resize(p: Press) -> Turn:
    known = p.value in map(str, SIZES)
    return Turn(_kept(p, size=int(p.value)) if known else _kept(p), p.step)


def _reword(p: Press) -> Turn:
    easy = p.value == "on" and p.collecting.questionnaire.offers_easy
    return _there(p, _kept(p, variant="easy" if easy else "standard"))


def _arrange(p: Press) -> Turn:
    return _there(p, _kept(p, view="single" if p.value == "single" else "author"))


def _clear(p: Press) -> Turn:
    return Turn(responses.clear(p.session, p.collecting, _kept(p), p.value), p.step)


def _chat(p: Press) -> Turn:
    draft = _kept(p)
    web_chats.from_form(p.session, p.collecting, draft)
    return Turn(draft, CHAT)


def _telegram(p: Press) -> Turn:
    link = web_chats.telegram_link(p.session, site().config.bot_id, p.collecting, p.draft, time.time())
    return Turn(p.draft, SAVED, link=link)


def _send(p: Press) -> Turn:
    shown = flow.visible(p.collecting.questionnaire, p.draft.answers)
    if "confirmed" not in request.form and personal_items(shown, p.draft.answers):
        return Turn(p.draft, REVIEW, warned=True)
    count_form(p.session)
    try:
        responses.send(p.session, p.collecting, p.draft)
    except Refusal as refusal:
        if not refusal.problems:
            raise
        return Turn(p.draft, REVIEW, tuple(refusal.problems))
    return Turn(p.draft, RECEIPT)


def _kept(p: Press, **changes: str | int) -> Draft:
    return responses.keep(p.session, p.collecting, p.draft, p.items, p.raw, **changes)


def _there(p: Press, draft: Draft) -> Turn:
    """Stay with the first question of the page, whatever screen shows it now."""
    wanted = p.items[0].id if p.items else p.step
    screen = flow.screen_of(p.collecting.questionnaire, draft.answers, draft.view, wanted)
    return Turn(draft, screen.id if screen else following(p.collecting, draft))


ACTIONS: dict[str, Callable[[Press], Turn]] = {
    "next": _next,
    "back": _back,
    "save": _save,
    "keep": _keep,
    "lang": _speak,
    "size": _resize,
    "easy": _reword,
    "view": _arrange,
    "clear": _clear,
    "chat": _chat,
    "telegram": _telegram,
    "send": _send,
}
"""First part of a button's value -> what it does."""
