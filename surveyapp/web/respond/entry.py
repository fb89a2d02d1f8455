"""The first page of a form: language, consent, and the beginning or a polite end. Looking at it stores nothing."""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.engine import flow
from surveyapp.services import collectors, responses
from surveyapp.services.collectors import Collecting
from surveyapp.services.drafts import Opened
from surveyapp.services.responses import Chosen
from surveyapp.web.guard import require_own_form
from surveyapp.web.limited import count_form
from surveyapp.web.respond import pages
from surveyapp.web.respond.addresses import entry_address, step_address
from surveyapp.web.respond.choices import chosen, query
from surveyapp.web.respond.forms import AGREE, ConsentForm
from surveyapp.web.site import site

entry = Blueprint("entry", __name__, url_prefix="/r")

CHANGES: dict[str, Callable[[str], dict[str, str]]] = {
    "lang": lambda value: {"lang": value},
    "size": lambda value: {"size": value},
    "easy": lambda value: {"easy": "1" if value == "on" else "0"},
}
"""Button -> what it changes in the address of the page."""


@entry.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """The consent page of a collector."""
    collecting = _collecting(code)
    if collecting.state != "open":
        return pages.closed(collecting), 410
    return pages.entry(collecting, chosen(collecting))


@entry.post("/<code>")
def begin(code: str) -> ResponseReturnValue:
    """Agree, decline, or look at the page in another language, size or wording."""
    require_own_form("open", code)
    collecting = _collecting(code)
    if collecting.state != "open":
        return pages.closed(collecting), 410
    choice = chosen(collecting)
    action, _, value = request.form.get("action", "next").partition("-")
    if action in CHANGES:
        return redirect(entry_address(code, query(choice) | CHANGES[action](value)), 303)
    if action != "next":
        abort(400)
    if collecting.questionnaire.consent is None:
        return _open(collecting, choice)
    form = ConsentForm(request.form)
    if not form.validate():
        return pages.entry(collecting, choice, undecided=True), 422
    return _open(collecting, choice) if form.consent.data == AGREE else _decline(collecting, choice)


@entry.get("/<code>/declined")
def declined(code: str) -> ResponseReturnValue:
    """The polite end for somebody who would rather not take part."""
    collecting = _collecting(code)
    return pages.declined(collecting, chosen(collecting))


def _collecting(code: str) -> Collecting:
    with site().sessions.reading() as session:
        return collectors.find(session, code, closed_too=True).on_a_page()


def _open(collecting: Collecting, choice: Chosen) -> ResponseReturnValue:
    def work(session: Session) -> Opened:
        count_form(session)
        return responses.open_form(session, collecting, choice)

    opened = site().sessions.retrying(work)
    step = flow.next_step(collecting.questionnaire, opened.answers, choice.view)
    first = step.screen.id if isinstance(step, flow.Ask) else "review"
    return redirect(step_address(collecting.code, opened.token, first), 303)


def _decline(collecting: Collecting, choice: Chosen) -> ResponseReturnValue:
    site().sessions.retrying(lambda session: responses.decline(session, collecting))
    return redirect(entry_address(f"{collecting.code}/declined", query(choice)), 303)
