"""A chat on a page: it begins as a form does, then has one address. The token in it is all that leads there."""

from urllib.parse import urlencode

from flask import Blueprint, abort, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.services import collectors, responses, web_chats
from surveyapp.services.collectors import Collecting
from surveyapp.services.refusals import Refusal
from surveyapp.services.responses import Chosen
from surveyapp.services.standings import Standing
from surveyapp.web.chat import pages
from surveyapp.web.chat.presses import PLACE, PRESSES, Moved, Pressed
from surveyapp.web.guard import require_own_form
from surveyapp.web.languages import speak
from surveyapp.web.respond import pages as form_pages
from surveyapp.web.respond.addresses import chat_address, deleted_address, form_address, question_address
from surveyapp.web.respond.choices import query
from surveyapp.web.respond.entry import Way, begins
from surveyapp.web.site import site

chat = Blueprint("chat", __name__, url_prefix="/chat")


def _meets(collecting: Collecting) -> Collecting:
    """As a chat meets the address. Paper and tablets have none."""
    met = web_chats.as_chat(collecting)
    if met.channel != web_chats.CHANNEL:
        raise Refusal("unknown_code")
    return met


def _opens(session: Session, collecting: Collecting, choice: Chosen) -> str:
    return question_address(collecting.code, web_chats.open_chat(session, collecting, choice))


begins(chat, Way(_meets, _opens))


@chat.get("/<code>/deleted")
def deleted(code: str) -> ResponseReturnValue:
    """The end for somebody who has deleted their answers."""
    with site().sessions.reading() as session:
        return pages.deleted(_find(session, code))


@chat.get("/<code>/<token>")
def go_on(code: str, token: str) -> ResponseReturnValue:
    """Where the chat stands."""
    collecting, standing = _read(code, token)
    if standing is None:
        return _over(collecting, token)
    return pages.present(standing, token, said=request.args.get("said", ""))


@chat.get("/<code>/<token>/save")
def saved(code: str, token: str) -> ResponseReturnValue:
    """How to go on later or elsewhere."""
    collecting, standing = _read(code, token)
    if standing is None:
        return _over(collecting, token)
    draft = web_chats.draft_of(standing, token)
    if draft.code is None:
        return redirect(question_address(code, token), 303)
    return form_pages.saved(standing.collecting, draft, chat_address(code, token), chat_address(code, token))


@chat.post("/<code>/<token>")
def act(code: str, token: str) -> ResponseReturnValue:
    """Carry out the button that was pressed, commit, and only then answer."""
    require_own_form("answer", code, token)
    name, _, value = request.form.get("action", "next").partition("-")
    press = PRESSES.get(name)
    if press is None:
        abort(400)

    def work(session: Session) -> tuple[Collecting, Moved | None]:
        collecting = _find(session, code)
        standing = web_chats.read_chat(session, collecting, token, to_change=True)
        if standing is None or not collecting.accepts:
            web_chats.keep_for_form(
                session, collecting, token, request.form.get(PLACE, ""), request.form.to_dict(flat=False)
            )
            return collecting, None
        return collecting, press(Pressed(session, collecting, standing, token, value))

    collecting, moved = site().sessions.retrying(work)
    if moved is None:
        return _over(collecting, token)
    speak(moved.standing.talk.language)
    return _answer(moved, token)


def _find(session: Session, code: str) -> Collecting:
    return _meets(collectors.find(session, code, closed_too=True))


def _read(code: str, token: str) -> tuple[Collecting, Standing | None]:
    """None also where the survey is closed: nothing can be answered any more."""
    with site().sessions.reading() as session:
        collecting = _find(session, code)
        standing = web_chats.read_chat(session, collecting, token) if collecting.accepts else None
    if standing:
        speak(standing.talk.language)
    return collecting, standing


def _over(collecting: Collecting, token: str) -> ResponseReturnValue:
    """There is no chat: it was sent, it is a form now, or it is gone."""
    with site().sessions.reading(collecting.org_id) as session:
        receipt = web_chats.receipt(session, collecting, token) or responses.receipt(session, collecting, token)
        draft = responses.read_draft(session, collecting, token)
    if receipt:
        return form_pages.receipt(collecting, receipt)
    if not collecting.accepts:
        return form_pages.closed(collecting), 410
    if draft:
        return redirect(form_address(collecting.code, token), 303)
    return form_pages.gone(collecting), 410


def _answer(moved: Moved, token: str) -> ResponseReturnValue:
    if moved.problem:
        return make_response(pages.present(moved.standing, token, problem=moved.problem), 422)
    if moved.link:
        draft = web_chats.draft_of(moved.standing, token)
        here = chat_address(moved.standing.collecting.code, token)
        return form_pages.telegram(moved.standing.collecting, draft, here, moved.link)
    if pages.asked_for_a_part() and not (moved.ended or moved.elsewhere):
        return pages.present(moved.standing, token, said=moved.said)
    return redirect(_address(moved, token), 303)


def _address(moved: Moved, token: str) -> str:
    """Where to go after a button."""
    collecting = moved.standing.collecting
    if moved.ended:
        here = chat_address(collecting.code, token) if moved.ended == "submit" else deleted_address(collecting)
        return f"{here}?{urlencode(query(web_chats.draft_of(moved.standing, token)))}"
    kept = {"said": moved.said} if moved.said in pages.SAID else {}
    return moved.elsewhere or question_address(collecting.code, token, kept)
