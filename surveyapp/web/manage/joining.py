"""Links that are good once: to join an organisation, and to choose a new passphrase."""

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.services import invitations, passwords, people, staffing
from surveyapp.services import sign_in as signing
from surveyapp.services.invitations import Invited, Joining
from surveyapp.services.placeholders import in_language
from surveyapp.services.refusals import Refusal
from surveyapp.services.sign_in import Outcome
from surveyapp.services.staffing import Who
from surveyapp.web.languages import spoken
from surveyapp.web.manage import cookies
from surveyapp.web.manage.allowed import enter, once_more
from surveyapp.web.manage.devices import visitor
from surveyapp.web.manage.forms import PassphraseForm
from surveyapp.web.manage.own_forms import bind, bind_to_visitor
from surveyapp.web.manage.pages import go, of_form, of_refusal, page
from surveyapp.web.manage.sign_in import after
from surveyapp.web.site import site

joining = Blueprint("joining", __name__, url_prefix="/sign-in")


@joining.get("/invitation/<token>")
def invited(token: str) -> ResponseReturnValue:
    """What the link offers; looking doesn't use it up."""
    _bind()
    return _invitation(token)


@joining.post("/invitation/<token>")
def join(token: str) -> ResponseReturnValue:
    """Make an account, or add the role to the one that somebody is signed in with."""
    who = _bind()
    if g.looks_again:
        return _invitation(token)
    if who is not None:
        return _join_as(token, who)
    form, name = PassphraseForm(request.form), request.form.get("name", "")
    wrong = _misnamed(name) | ({} if form.validate() else of_form(form))
    if wrong:
        return _invitation(token, wrong)
    offered = _opened(token)
    try:
        hashed = passwords.hashed(form.passphrase.data or "", offered.email)
    except Refusal as refusal:
        return _invitation(token, of_refusal("passphrase", refusal))
    brings = Joining(name, spoken(), hashed)
    with site().sessions.begin() as session:
        outcome = _accepted(session, token, brings)
    return after(outcome, "sign_in.html", {})


join.fresh = True  # type: ignore[attr-defined]  # a form that is sent once more after a second factor may lead here


def _join_as(token: str, who: Who) -> ResponseReturnValue:
    try:
        with site().sessions.begin() as session:
            now = staffing.hold(session, cookies.given(cookies.SESSION) or "")
            invitations.accept_as(session, token, who.own, now)
    except Refusal as refusal:
        if refusal.code != "second_factor_first":
            raise
        return once_more()
    cookies.drop(cookies.SESSION)
    return go("sign_in.ask")


@joining.get("/reset/<token>")
def lost(token: str) -> ResponseReturnValue:
    """Ask for a new passphrase; looking doesn't use the link up."""
    bind_to_visitor()
    return _reset(token)


@joining.post("/reset/<token>")
def reset(token: str) -> ResponseReturnValue:
    """Store it. Nobody is signed in by that: a second factor may still be wanted."""
    bind_to_visitor()
    form = PassphraseForm(request.form)
    if not form.validate():
        return _reset(token, of_form(form))
    with site().sessions.reading() as session:
        email = invitations.resetting(session, token, staffing.now(session)).email
    try:
        hashed = passwords.hashed(form.passphrase.data or "", email)
    except Refusal as refusal:
        return _reset(token, of_refusal("passphrase", refusal))
    with site().sessions.begin() as session:
        invitations.use_reset(session, token, hashed, staffing.now(session))
    return go("sign_in.ask")


def _bind() -> Who | None:
    who = enter()
    bind_to_visitor() if who is None else bind(str(who.own.id))
    return who


def _misnamed(name: str) -> dict[str, str]:
    try:
        people.read_name(name)
    except Refusal as refusal:
        return of_refusal("name", refusal)
    return {}


def _opened(token: str) -> Invited:
    with site().sessions.reading() as session:
        return invitations.opened(session, token, staffing.now(session))


def _accepted(session: Session, token: str, brings: Joining) -> Outcome:
    person_id = invitations.accept(session, token, brings, staffing.now(session))
    return signing.after_joining(session, person_id, visitor())


def _invitation(token: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    with site().sessions.reading() as session:
        offered = invitations.opened(session, token, staffing.now(session))
        organisation = in_language(staffing.name_of(session, offered.org_id), spoken())
    form = "" if "who" in g else "typed"
    return page("invitation.html", errors or {}, form=form, token=token, offered=offered, organisation=organisation)


def _reset(token: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    with site().sessions.reading() as session:
        person = invitations.resetting(session, token, staffing.now(session))
    return page("reset.html", errors or {}, form="typed", token=token, email=person.email)
