"""A second factor once more, for what needs one that was shown just now; then on to where somebody was going.

A page that was opened is opened again. A form that was sent is sent again, with what was typed, by the browser (307): its
fields went along through the page that asks for the factor. Only a form may name where a form is sent to: a link can't.
"""

from flask import Blueprint, current_app, g, redirect, request
from flask.typing import ResponseReturnValue

from surveyapp.services import second_factors
from surveyapp.services import sign_in as signing
from surveyapp.services.sign_in import Code, Outcome
from surveyapp.web.manage import cookies, own_forms
from surveyapp.web.manage.allowed import allows, change, to_show, who
from surveyapp.web.manage.devices import known
from surveyapp.web.manage.forms import StepUpForm
from surveyapp.web.manage.pages import go, of_form, page, route, to, waiting, words
from surveyapp.web.site import site

step_up = Blueprint("step_up", __name__, url_prefix="/sign-in/again")


@step_up.get("")
@allows(early=True)
def ask() -> ResponseReturnValue:
    """Ask for a code."""
    back = request.args.get("back", "")
    return page("step_up.html", **to_show((("back", back),) if _leads(back, "GET") else ()))


@step_up.post("")
@allows(early=True)
def take() -> ResponseReturnValue:
    """Take it; the session goes on under a new token."""
    form = StepUpForm(request.form)
    if not form.validate():
        return page("step_up.html", of_form(form), **to_show(own_forms.kept()))
    wraps = second_factors.wrapping(site().config.secrets)
    code = Code(form.proof.data or "", request.remote_addr, known())
    outcome = change(lambda session: signing.step_up(session, wraps, who().own, g.token, code))
    return after(outcome, "second_code_wrong")


def after(outcome: Outcome, wrong: str) -> ResponseReturnValue:
    """Go on once a second factor was shown. ``wrong``: code of what is said when it doesn't fit."""
    if outcome.state == "in":
        cookies.give(cookies.SESSION, outcome.token)
        return _on()
    if outcome.state == "expired":
        return go("sign_in.ask")
    if outcome.state == "wait":
        return waiting("step_up.html", outcome.seconds, "proof", **to_show(own_forms.kept()))
    return page("step_up.html", {"proof": words(wrong)}, **to_show(own_forms.kept()))


def _on() -> ResponseReturnValue:
    then, back = _leads(request.form.get("then", ""), "POST"), _leads(request.form.get("back", ""), "GET")
    if then is not None:
        return redirect(then, 307)
    return go("home.show") if back is None else redirect(back, 303)


def _leads(path: str, method: str) -> str | None:
    """The address of a path, if it is a page of ours that asks for a second factor."""
    endpoint, values = route(path, method) or ("", {})
    return to(endpoint, **values) if getattr(current_app.view_functions.get(endpoint), "fresh", False) else None
