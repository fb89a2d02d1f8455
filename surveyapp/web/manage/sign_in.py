"""Signing in with a passphrase and a second factor, choosing an organisation, and signing out."""

from uuid import UUID

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.services import second_factors, staff_sessions, staffing
from surveyapp.services import sign_in as signing
from surveyapp.services.placeholders import in_language
from surveyapp.services.refusals import Refusal
from surveyapp.services.sign_in import Code, Outcome
from surveyapp.web import errors
from surveyapp.web.languages import spoken
from surveyapp.web.limited import wrong_link
from surveyapp.web.manage import cookies
from surveyapp.web.manage.allowed import allows, change, who
from surveyapp.web.manage.devices import known, remember, visitor
from surveyapp.web.manage.forms import SecondFactorForm, SignInForm
from surveyapp.web.manage.own_forms import bind_to_visitor
from surveyapp.web.manage.pages import go, of_form, of_refusal, page, waiting, words
from surveyapp.web.site import site

_ELSEWHERE = frozenset(
    f"unknown_{each}" for each in ("invitation", "text", "member", "unit", "organisation", "wave", "task")
)
"""What isn't there, or is another organisation's: the answer is the same."""

_GUESSED = frozenset({"invitation_gone", "reset_gone"})
"""A link that leads nowhere, which may be a guess: too many of a network's have to wait, as respondents' links do."""

sign_in = Blueprint("sign_in", __name__, url_prefix="/sign-in")


@sign_in.get("")
def ask() -> ResponseReturnValue:
    """Ask for address and passphrase."""
    bind_to_visitor()
    return page("sign_in.html", form="typed", over=_over())


def _over() -> str:
    """Why somebody is here whose browser brings a session that has ended; empty where it brings none."""
    token = cookies.given(cookies.SESSION)
    if token is None:
        return ""
    with site().sessions.reading() as session:
        holds = staff_sessions.find(session, token, staffing.now(session))
    limits = {"minutes": staff_sessions.IDLE // 60, "hours": staff_sessions.LONGEST // 3600}
    return "" if holds else words("session_over", limits)


@sign_in.post("")
def take() -> ResponseReturnValue:
    """Whoever is told a wrong one isn't told whether there is such an account."""
    bind_to_visitor()
    form = SignInForm(request.form)
    if not form.validate():
        return page("sign_in.html", of_form(form), form="typed")
    email, passphrase = form.email.data or "", form.passphrase.data or ""
    try:
        outcome = signing.with_passphrase(site().sessions, email, passphrase, visitor())
    except Refusal as refusal:
        return page("sign_in.html", of_refusal("passphrase", refusal), form="typed")
    return after(outcome, "sign_in.html", {"passphrase": "sign_in_wrong"})


@sign_in.get("/second")
def ask_second() -> ResponseReturnValue:
    """Ask for a code of the app."""
    bind_to_visitor()
    return page("second_factor.html", form="typed") if cookies.given(cookies.STEP) else go("sign_in.ask")


@sign_in.post("/second")
def take_second() -> ResponseReturnValue:
    """Take the code; what was wrong stays counted."""
    bind_to_visitor()
    form = SecondFactorForm(request.form)
    if not form.validate():
        return page("second_factor.html", of_form(form), form="typed")
    token, code = cookies.given(cookies.STEP) or "", Code(form.code.data or "", request.remote_addr, known())
    wraps = second_factors.wrapping(site().config.secrets)
    with site().sessions.begin() as session:
        outcome = signing.with_code(session, wraps, token, code)
    return after(outcome, "second_factor.html", {"code": "second_code_wrong"})


@sign_in.get("/organisation")
@allows(early=True)
def organisations() -> ResponseReturnValue:
    """Ask in which of their organisations somebody wants to act."""
    with site().sessions.reading() as session:
        names = [(org, staffing.name_of(session, org)) for org in who().orgs]
    return page("organisations.html", offered=[(str(org), in_language(name, spoken())) for org, name in names])


@sign_in.post("/organisation")
@allows(early=True)
def choose() -> ResponseReturnValue:
    """Go on in one of them, under a new token."""
    chosen = next((org for org in who().orgs if str(org) == request.form.get("organisation")), None)
    if chosen is None:
        abort(404)
    token = change(lambda session: _act_in(session, chosen))
    if token is None:
        abort(403)
    cookies.give(cookies.SESSION, token)
    return go("home.show")


@sign_in.post("/out")
@allows(early=True)
def leave() -> ResponseReturnValue:
    """End this session, and let the browser forget the pages it was shown."""
    change(lambda session: signing.sign_out(session, who().own))
    cookies.drop(cookies.SESSION)
    response = go("sign_in.ask")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def after(outcome: Outcome, template: str, wrong: dict[str, str]) -> ResponseReturnValue:
    """Go where a step has led. ``wrong``: field -> what is said when nothing fits.

    A step that counts no more may have been taken just now, by a button that was pressed twice: whoever is in goes on.
    """
    if outcome.state == "in":
        if before := cookies.given(cookies.SESSION):
            with site().sessions.begin() as session:
                staff_sessions.end(session, before)
        cookies.give(cookies.SESSION, outcome.token)
        cookies.drop(cookies.STEP)
        if outcome.person_id:
            remember(outcome.person_id)
        return go("home.show")
    if outcome.state == "second_factor":
        cookies.give(cookies.STEP, outcome.token)
        return go("sign_in.ask_second")
    if outcome.state == "expired":
        cookies.drop(cookies.STEP)
        return go("home.show")
    if outcome.state == "wait":
        return waiting(template, outcome.seconds, next(iter(wrong)), form="typed")
    return page(template, {field: words(code) for field, code in wrong.items()}, form="typed")


def declined(refusal: Refusal) -> ResponseReturnValue:
    """What a service declined and no page has said beside a field."""
    if refusal.code == "signed_out":
        return go("sign_in.ask")
    if refusal.code in _GUESSED:
        refusal = wrong_link(refusal)
    if refusal.code in _ELSEWHERE:
        return errors.error_page(404)
    if refusal.code in errors.REFUSED:
        return errors.declined(refusal)
    return page("declined.html", status=422, words=words(refusal.code, refusal.values))


def _act_in(session: Session, org_id: UUID) -> str | None:
    return staff_sessions.act_in(session, g.token, org_id, staffing.hold(session, g.token))
