"""The first page of a form or chat: language, consent, and the beginning or a polite end. Looking at it stores nothing."""

from collections.abc import Callable
from functools import partial
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
from surveyapp.web.respond.choices import another_look, chosen, query
from surveyapp.web.respond.forms import AGREE, ConsentForm
from surveyapp.web.site import site

entry = Blueprint("entry", __name__, url_prefix="/r")


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


def begins(blueprint: Blueprint, way: Way) -> None:
    """Put the pages on which everybody of this way begins at the addresses of the blueprint."""
    blueprint.add_url_rule("/<code>", "show", partial(_first_page, way))
    blueprint.add_url_rule("/<code>", "begin", partial(_agree_or_decline, way), methods=["POST"])
    blueprint.add_url_rule("/<code>/declined", "declined", partial(_polite_end, way))


def _first_page(way: Way, code: str) -> ResponseReturnValue:
    """What it is about and what is agreed to."""
    collecting = _collecting(way, code)
    if collecting.state != "open":
        return pages.closed(collecting), 410
    return pages.entry(collecting, chosen(collecting))


def _agree_or_decline(way: Way, code: str) -> ResponseReturnValue:
    """Carry out the button that was pressed on the first page."""
    require_own_form("open", code)
    collecting = _collecting(way, code)
    if collecting.state != "open":
        return pages.closed(collecting), 410
    choice, action, form = chosen(collecting), request.form.get("action", "next"), ConsentForm(request.form)
    if action != "next":
        return _look_again(collecting, another_look(choice, action, collecting.questionnaire.languages), form)
    if collecting.questionnaire.consent is None:
        return _open(way, collecting, choice)
    if not form.validate():
        return pages.entry(collecting, choice, undecided=True), 422
    return _open(way, collecting, choice) if form.consent.data == AGREE else _decline(collecting, choice)


def _look_again(collecting: Collecting, choice: Chosen | None, form: ConsentForm) -> ResponseReturnValue:
    """The page in another language, size or wording. What was ticked stays; an address could tick it for somebody else."""
    if choice is None:
        abort(400)
    if form.validate():
        return pages.entry(collecting, choice, ticked=str(form.consent.data))
    return redirect(entry_address(collecting, query(choice)), 303)


def _polite_end(way: Way, code: str) -> ResponseReturnValue:
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

    return redirect(site().sessions.retrying(work, collecting.org_id), 303)


def _decline(collecting: Collecting, choice: Chosen) -> ResponseReturnValue:
    def work(session: Session) -> None:
        count_form(session)
        responses.decline(session, collecting)

    site().sessions.retrying(work, collecting.org_id)
    return redirect(declined_address(collecting, query(choice)), 303)


begins(entry, Way(Collecting.on_a_page, _form))
