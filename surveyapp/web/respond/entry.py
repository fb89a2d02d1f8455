"""The first page of a form or chat: language, consent, and the beginning or a polite end. Looking at it stores nothing."""

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.engine import flow
from surveyapp.services import collectors, responses
from surveyapp.services.collectors import Collecting
from surveyapp.services.responses import Chosen
from surveyapp.web.guard import require_own_form
from surveyapp.web.limited import count_form
from surveyapp.web.respond import pages
from surveyapp.web.respond.addresses import declined_address, entry_address, step_address
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


class Way(NamedTuple):
    """A way to answer that begins with this page.

    ``meets``: makes of a collector what it is for this way. ``opens``: begins, and tells where it goes on.
    """

    meets: Callable[[Collecting], Collecting]
    opens: Callable[[Session, Collecting, Chosen], str]


def _form(session: Session, collecting: Collecting, choice: Chosen) -> str:
    opened = responses.open_form(session, collecting, choice)
    step = flow.next_step(collecting.questionnaire, opened.answers, choice.view)
    return step_address(collecting.code, opened.token, step.screen.id if isinstance(step, flow.Ask) else "review")


FORM = Way(Collecting.on_a_page, _form)


@entry.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """The consent page of a collector."""
    return first_page(FORM, code)


@entry.post("/<code>")
def begin(code: str) -> ResponseReturnValue:
    """Agree, decline, or look at the page in another language, size or wording."""
    return agree_or_decline(FORM, code)


@entry.get("/<code>/declined")
def declined(code: str) -> ResponseReturnValue:
    """The polite end for somebody who would rather not take part."""
    return polite_end(FORM, code)


def first_page(way: Way, code: str) -> ResponseReturnValue:
    """What it is about and what is agreed to."""
    collecting = _collecting(way, code)
    if collecting.state != "open":
        return pages.closed(collecting), 410
    return pages.entry(collecting, chosen(collecting))


def agree_or_decline(way: Way, code: str) -> ResponseReturnValue:
    """Carry out the button that was pressed on the first page."""
    require_own_form("open", code)
    collecting = _collecting(way, code)
    if collecting.state != "open":
        return pages.closed(collecting), 410
    choice = chosen(collecting)
    action, _, value = request.form.get("action", "next").partition("-")
    if action in CHANGES:
        return redirect(entry_address(collecting, query(choice) | CHANGES[action](value)), 303)
    if action != "next":
        abort(400)
    if collecting.questionnaire.consent is None:
        return _open(way, collecting, choice)
    form = ConsentForm(request.form)
    if not form.validate():
        return pages.entry(collecting, choice, undecided=True), 422
    return _open(way, collecting, choice) if form.consent.data == AGREE else _decline(collecting, choice)


def polite_end(way: Way, code: str) -> ResponseReturnValue:
    """Thanks to somebody who would rather not take part."""
    collecting = _collecting(way, code)
    return pages.declined(collecting, chosen(collecting))


def _collecting(way: Way, code: str) -> Collecting:
    with site().sessions.reading() as session:
        return way.meets(collectors.find(session, code, closed_too=True))


def _open(way: Way, collecting: Collecting, choice: Chosen) -> ResponseReturnValue:
    def work(session: Session) -> str:
        count_form(session)
        return way.opens(session, collecting, choice)

    return redirect(site().sessions.retrying(work), 303)


def _decline(collecting: Collecting, choice: Chosen) -> ResponseReturnValue:
    def work(session: Session) -> None:
        count_form(session)
        responses.decline(session, collecting)

    site().sessions.retrying(work)
    return redirect(declined_address(collecting, query(choice)), 303)
