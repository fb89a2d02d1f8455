"""An authenticator app as a second factor: a QR code and a key to type, and recovery codes that are shown once."""

import re

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.engine.voices import grouped
from surveyapp.services import second_factors, staff_sessions, staffing
from surveyapp.services.refusals import Refusal
from surveyapp.services.second_factors import Beginning
from surveyapp.web.manage import cookies
from surveyapp.web.manage.allowed import allows, change, renewed, who
from surveyapp.web.manage.forms import SecondFactorForm
from surveyapp.web.manage.pages import go, of_form, page, words
from surveyapp.web.pictures import qr
from surveyapp.web.site import site

factors = Blueprint("factors", __name__, url_prefix="/manage/account/app")

_KEY = re.compile(r"[A-Z2-7]{32}")


@factors.get("")
@allows(early=True)
def begin() -> ResponseReturnValue:
    """What an app is good for, and a button to begin."""
    return page("app.html")


@factors.post("")
@allows(early=True, fresh=True)
def prepare() -> ResponseReturnValue:
    """Make a key and show it. It counts once a code of it was typed."""
    wraps, me = second_factors.wrapping(site().config.secrets), who()
    made = change(lambda session: second_factors.begin_app(session, wraps, me.own, me.person.email))
    return _key(made)


@factors.post("/code")
@allows(early=True, fresh=True)
def confirm() -> ResponseReturnValue:
    """Let the app count from now on; a second factor has been shown by that. Pressed twice it counts already."""
    shown = request.form.get("key", "")
    if who().factors.app:
        return go("account.show")
    if not _KEY.fullmatch(shown):
        return go("factors.begin")
    again = second_factors.described(shown, who().person.email)
    form = SecondFactorForm(request.form)
    if not form.validate():
        return _key(again, of_form(form))
    confirmed = change(lambda session: _confirmed(session, form.code.data or ""))
    if confirmed is None:
        return _key(again, {"code": words("second_code_wrong")})
    codes, token = confirmed
    cookies.give(cookies.SESSION, token)
    return page("codes.html", form="typed", codes=codes)


@factors.post("/remove")
@allows(early=True, fresh=True)
def remove() -> ResponseReturnValue:
    """Let the app count no more."""
    cookies.give(cookies.SESSION, change(_removed))
    return go("account.show")


@factors.post("/codes")
@allows(early=True, fresh=True)
def new_codes() -> ResponseReturnValue:
    """Ten new recovery codes in place of the old ones."""
    if g.looks_again:
        return page("codes.html", form="typed", codes=request.form.getlist("shown"))
    codes = change(lambda session: second_factors.new_recovery_codes(session, who().own))
    return page("codes.html", form="typed", codes=codes)


def _confirmed(session: Session, code: str) -> tuple[tuple[str, ...], str] | None:
    wraps, now = second_factors.wrapping(site().config.secrets), staffing.now(session)
    codes = second_factors.confirm_app(session, wraps, who().own, code, now)
    return None if codes is None else (codes, staff_sessions.rise(session, g.token, now) or "")


def _removed(session: Session) -> str:
    if not who().factors.app:
        raise Refusal("unknown_app")
    second_factors.remove_app(session, who().own)
    return renewed(session)


def _key(made: Beginning, errors: dict[str, str] | None = None) -> Response:
    key, picture = grouped(made.secret), qr(made.uri)
    return page("app_key.html", errors or {}, form="typed", key=key, secret=made.secret, picture=picture)
