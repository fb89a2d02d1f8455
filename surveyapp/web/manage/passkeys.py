"""Passkeys: to sign in, as a second factor, and in one's own account. The one thing here that needs JavaScript."""

import ipaddress
from uuid import UUID

from flask import Blueprint, Response, abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.services import passkeys as keys
from surveyapp.services import people, staff_sessions, staffing
from surveyapp.services import sign_in as signing
from surveyapp.services.passkeys import Answer, Ceremony, Site
from surveyapp.services.refusals import Refusal
from surveyapp.web.manage import cookies, step_up
from surveyapp.web.manage.allowed import allows, change, posted_id, renewed, who
from surveyapp.web.manage.devices import visitor
from surveyapp.web.manage.own_forms import bind_to_visitor
from surveyapp.web.manage.pages import go, of_refusal, page
from surveyapp.web.manage.sign_in import after
from surveyapp.web.site import site

passkeys = Blueprint("passkeys", __name__)


@passkeys.post("/sign-in/passkey")
def ask() -> ResponseReturnValue:
    """Begin: of whoever is there, or of whom a second factor is awaited."""
    bind_to_visitor()
    step = cookies.given(cookies.STEP) if "second" in request.form else None
    with site().sessions.begin() as session:
        begun = signing.ask_for_passkey(session, _here(), visitor(), step)
    if begun is None:
        abort(410)
    return _asked(begun)


@passkeys.post("/sign-in/passkey/answer")
def take() -> ResponseReturnValue:
    """Sign in with what the device has answered."""
    bind_to_visitor()
    second = "second" in request.form
    step = (cookies.given(cookies.STEP) or "") if second else None
    with site().sessions.begin() as session:
        outcome = signing.with_passkey(session, _here(), _answer(), visitor(), second_of=step)
    template, field = ("second_factor.html", "code") if second else ("sign_in.html", "passphrase")
    return after(outcome, template, {field: "passkey_refused"})


@passkeys.post("/sign-in/again/passkey")
@allows(early=True)
def ask_again() -> ResponseReturnValue:
    """Begin to show once more who is there."""
    return _asked(change(lambda session: keys.begin(session, _here(), who().now, who().person.id)))


@passkeys.post("/sign-in/again/passkey/answer")
@allows(early=True)
def take_again() -> ResponseReturnValue:
    """The session goes on under a new token."""
    answer, me = _answer(), who()
    outcome = change(lambda session: signing.step_up_with_passkey(session, _here(), me.own, g.token, answer))
    return step_up.after(outcome, "passkey_refused")


@passkeys.get("/manage/account/passkeys")
@allows(early=True, fresh=True)
def show() -> ResponseReturnValue:
    """One's own keys."""
    return _page()


@passkeys.post("/manage/account/passkeys")
@allows(early=True, fresh=True)
def ask_for_new() -> ResponseReturnValue:
    """Begin to make a key, once it has a name that can be kept."""
    me = who()
    people.read_name(_name(), keys.LONGEST_NAME)
    return _asked(
        change(lambda session: keys.begin_adding(session, _here(), me.own, me.person.email, staffing.now(session)))
    )


@passkeys.post("/manage/account/passkeys/add")
@allows(early=True, fresh=True)
def add() -> ResponseReturnValue:
    """Keep the key; a second factor has been shown by that."""
    if g.looks_again:
        return _page()
    try:
        token = change(_added)
    except Refusal as refusal:
        return _page(of_refusal("name", refusal))
    cookies.give(cookies.SESSION, token)
    return go("passkeys.show")


@passkeys.post("/manage/account/passkeys/remove")
@allows(early=True, fresh=True)
def remove() -> ResponseReturnValue:
    """Let a key count no more."""
    wanted = posted_id("passkey")
    cookies.give(cookies.SESSION, change(lambda session: _removed(session, wanted)))
    return go("passkeys.show")


def possible() -> bool:
    """Devices bind keys to a name, not to a number."""
    try:
        ipaddress.ip_address(_here().host)
    except ValueError:
        return True
    return False


def _here() -> Site:
    return keys.site(site().config.public_url)


def _answer() -> Answer:
    return Answer(cookies.given(cookies.KEY) or "", request.form.get("response", ""))


def _asked(begun: Ceremony) -> Response:
    cookies.give(cookies.KEY, begun.token)
    return Response(begun.options, mimetype="application/json")


def _page(errors: dict[str, str] | None = None) -> Response:
    with site().sessions.reading() as session:
        own = session.scalars(keys.listed(who().person.id)).all()
    return page("passkeys.html", errors or {}, own=own, possible=possible())


def _name() -> str:
    return request.form.get("name", "").strip() or visitor().device


def _added(session: Session) -> str:
    keys.add(session, _here(), who().own, _answer(), _name())
    return staff_sessions.rise(session, g.token, staffing.now(session)) or ""


def _removed(session: Session, passkey_id: UUID) -> str:
    keys.remove(session, who().own, passkey_id)
    return renewed(session)
