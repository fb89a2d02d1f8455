"""A second factor once more, for what needs one that was shown just now."""

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from surveyapp.services import second_factors
from surveyapp.services import sign_in as signing
from surveyapp.services.sign_in import Code
from surveyapp.web.manage import cookies
from surveyapp.web.manage.allowed import BACK, allows, change, who
from surveyapp.web.manage.forms import SecondFactorForm
from surveyapp.web.manage.pages import go, of_form, page, words
from surveyapp.web.manage.sign_in import waiting
from surveyapp.web.site import site

step_up = Blueprint("step_up", __name__, url_prefix="/sign-in/again")


@step_up.get("")
@allows(early=True)
def ask() -> ResponseReturnValue:
    """Ask for a code."""
    return page("step_up.html", back=_back())


@step_up.post("")
@allows(early=True)
def take() -> ResponseReturnValue:
    """Take it; the session goes on under a new token."""
    form = SecondFactorForm(request.form)
    if not form.validate():
        return page("step_up.html", of_form(form), back=_back())
    wraps = second_factors.wrapping(site().config.secrets)
    code = Code(form.code.data or "", request.remote_addr)
    outcome = change(lambda session: signing.step_up(session, wraps, who().own, g.token, code))
    if outcome.state == "in":
        cookies.give(cookies.SESSION, outcome.token)
        return go(_back() or "home.show")
    if outcome.state == "wait":
        return waiting("step_up.html", outcome, "code")
    return page("step_up.html", {"code": words("second_code_wrong")}, back=_back())


def _back() -> str | None:
    wanted = request.args.get("back", "")
    return wanted if wanted in BACK else None
