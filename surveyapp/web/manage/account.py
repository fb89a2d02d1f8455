"""One's own account: devices, the passphrase, and what is shown beside it."""

from uuid import UUID

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.services import oidc, passwords, people, staff_sessions
from surveyapp.services import sign_in as signing
from surveyapp.services.refusals import Refusal
from surveyapp.web.manage import cookies
from surveyapp.web.manage.allowed import allows, change, posted_id, renewed, who
from surveyapp.web.manage.devices import visitor
from surveyapp.web.manage.forms import PassphraseForm, PresentForm
from surveyapp.web.manage.pages import go, of_form, of_refusal, page, words
from surveyapp.web.site import site

account = Blueprint("account", __name__, url_prefix="/manage/account")


@account.get("")
@allows(early=True)
def show() -> ResponseReturnValue:
    """Devices, and ways to sign in."""
    with site().sessions.reading() as session:
        devices = staff_sessions.listed(session, who().person.id, who().now)
        asked = oidc.provider(site().config)
        linked = oidc.is_linked(session, who().own, asked) if asked else None
    return page("account.html", devices=devices, now=who().now, linked=linked)


@account.post("/devices")
@allows(early=True)
def end_device() -> ResponseReturnValue:
    """End one of one's own sessions."""
    wanted = posted_id("device")
    if wanted == who().own.id or not change(lambda session: _ended(session, wanted)):
        abort(404)
    return go("account.show")


@account.get("/passphrase")
@allows(early=True, fresh=True)
def passphrase() -> ResponseReturnValue:
    """Ask for a new passphrase."""
    return page("passphrase.html", form="typed")


@account.post("/passphrase")
@allows(early=True, fresh=True)
def change_passphrase() -> ResponseReturnValue:
    """Keep it; other sessions end, and this one goes on under a new token."""
    form = PassphraseForm(request.form)
    wrong = _present() | ({} if form.validate() else of_form(form))
    if wrong or g.looks_again:
        return page("passphrase.html", wrong, form="typed")
    try:
        hashed = passwords.hashed(form.passphrase.data or "", who().person.email, request.form.get("present", ""))
    except Refusal as refusal:
        return page("passphrase.html", of_refusal("passphrase", refusal), form="typed")
    renewed = change(lambda session: _changed(session, hashed))
    cookies.give(cookies.SESSION, renewed)
    return go("home.show")


def _present() -> dict[str, str]:
    """Whoever has a passphrase shows that they know it."""
    if not who().asks_present:
        return {}
    form = PresentForm(request.form)
    if not form.validate():
        return of_form(form)
    outcome = signing.with_present(site().sessions, who().person.email, form.present.data or "", visitor())
    if outcome.state == "wait":
        return {"present": words("wait", {"seconds": outcome.seconds})}
    return {} if outcome.state == "right" else {"present": words("passphrase_wrong")}


def _ended(session: Session, device: UUID) -> bool:
    ended = staff_sessions.revoke(session, who().person.id, device)
    if ended:
        people.note_own(session, who().own, "device_signed_out")
    return ended


def _changed(session: Session, hashed: str) -> str:
    people.change_password(session, who().own, hashed)
    return renewed(session)
