"""A begun form: one screen after another, then review and receipt. The draft's token stands in the address."""

from flask import Blueprint, Response, abort, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as WerkzeugResponse

from surveyapp.engine import flow
from surveyapp.services import collectors, responses, web_chats
from surveyapp.services.collectors import Collecting
from surveyapp.services.responses import Draft
from surveyapp.web.guard import require_own_form
from surveyapp.web.languages import speak
from surveyapp.web.respond import pages
from surveyapp.web.respond.addresses import (
    CHAT,
    RECEIPT,
    REVIEW,
    SAVED,
    form_address,
    last_address,
    question_address,
    step_address,
)
from surveyapp.web.respond.choices import chosen
from surveyapp.web.respond.turns import ACTIONS, Turn, following, press
from surveyapp.web.site import site

steps = Blueprint("steps", __name__, url_prefix="/r")


@steps.get("/<code>/<token>")
def go_on(code: str, token: str) -> ResponseReturnValue:
    """Where the person stands: the first question without an answer."""
    collecting, draft, receipt = _read(code, token)
    if draft is None:
        return _finished(collecting, token, receipt)
    return _lead(collecting, draft, following(collecting, draft))


@steps.get("/<code>/<token>/<step>")
def show(code: str, token: str, step: str) -> ResponseReturnValue:
    """One screen of the form, with what was answered or typed before."""
    collecting, draft, receipt = _read(code, token)
    if draft is None:
        return _finished(collecting, token, receipt)
    if not collecting.accepts:
        return pages.closed(collecting), 410
    speak(draft.language)
    if step == SAVED and draft.code:
        return pages.saved(collecting, draft, form_address(code, token), step_address(code, token, SAVED))
    return _screen(collecting, draft, step)


@steps.post("/<code>/<token>/<step>")
def act(code: str, token: str, step: str) -> ResponseReturnValue:
    """Carry out the button that was pressed, commit, and only then answer."""
    require_own_form("answer", code, token)
    name, _, value = request.form.get("action", "next").partition("-")
    action = ACTIONS.get(name)
    if action is None:
        abort(400)

    def work(session: Session) -> tuple[Collecting, Turn | None, str | None]:
        collecting = collectors.find(session, code, closed_too=True).on_a_page()
        draft = responses.read_draft(session, collecting, token, to_change=True)
        if draft is None:
            return collecting, None, responses.receipt(session, collecting, token)
        if not collecting.accepts:
            return collecting, None, None
        return collecting, action(press(session, collecting, draft, step, value)), None

    collecting, turn, receipt = site().sessions.retrying(work)
    if turn is None:
        return _after_sending(collecting, token, receipt, name)
    speak(turn.draft.language)
    return Response(status=204) if name == "keep" else _answer(collecting, turn, step)


def _read(code: str, token: str) -> tuple[Collecting, Draft | None, str | None]:
    with site().sessions.reading() as session:
        collecting = collectors.find(session, code, closed_too=True).on_a_page()
        draft = responses.read_draft(session, collecting, token)
        return collecting, draft, None if draft else responses.receipt(session, collecting, token)


def _finished(collecting: Collecting, token: str, receipt: str | None) -> ResponseReturnValue:
    if receipt:
        return pages.receipt(collecting, receipt)
    return _as_a_chat(collecting, token) or (pages.gone(collecting), 410)


def _as_a_chat(collecting: Collecting, token: str) -> ResponseReturnValue | None:
    """The way to the same answers where they are a chat now, or were sent from one."""
    with site().sessions.reading(collecting.org_id) as session:
        there = web_chats.read_chat(session, collecting, token) or web_chats.receipt(session, collecting, token)
    return redirect(question_address(collecting.code, token), 303) if there else None


def _answer(collecting: Collecting, turn: Turn, step: str) -> ResponseReturnValue:
    if turn.problems or turn.warned:
        return make_response(_screen(collecting, turn.draft, step, turn), 422)
    if turn.link:
        return pages.telegram(collecting, turn.draft, form_address(collecting.code, turn.draft.token), turn.link)
    if turn.goes_to == CHAT:
        return redirect(question_address(collecting.code, turn.draft.token), 303)
    return _lead(collecting, turn.draft, turn.goes_to)


def _lead(collecting: Collecting, draft: Draft, step: str) -> WerkzeugResponse:
    if step in {REVIEW, RECEIPT}:
        return redirect(last_address(collecting.code, draft.token, step, draft.language, draft.size), 303)
    return redirect(step_address(collecting.code, draft.token, step), 303)


def _screen(collecting: Collecting, draft: Draft, step: str, turn: Turn | None = None) -> str | WerkzeugResponse:
    if step == REVIEW:
        return pages.review(collecting, draft, turn.problems if turn else (), warned=bool(turn and turn.warned))
    screen = flow.screen_of(collecting.questionnaire, draft.answers, draft.view, step)
    if screen is None:
        return _lead(collecting, draft, following(collecting, draft))
    return pages.screen(collecting, draft, screen, turn.problems if turn else ())


def _after_sending(collecting: Collecting, token: str, receipt: str | None, action: str) -> ResponseReturnValue:
    """The draft is gone. Sending again shows the receipt; any other button changes nothing, and the page says so."""
    if receipt is None:
        over = pages.gone if collecting.accepts else pages.closed
        return _as_a_chat(collecting, token) or (over(collecting), 410)
    if action == "send":
        choice = chosen(collecting)
        return redirect(last_address(collecting.code, token, RECEIPT, choice.language, choice.size), 303)
    return pages.receipt(collecting, receipt, unchanged=True), 409
