"""Forms of staff pages are bound to who opened them: Flask-WTF's token, made of the session's id and of no other cookie."""

import hmac
import secrets
from typing import Any

from flask import Flask, Request, Response, abort, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from surveyapp.languages import LANGUAGES
from surveyapp.services import staffing
from surveyapp.services.responses import Chosen
from surveyapp.web.headers import comes_from_elsewhere
from surveyapp.web.languages import LANGUAGE, spoken
from surveyapp.web.manage import cookies
from surveyapp.web.respond.choices import another_look, size
from surveyapp.web.site import site

FIELD = "csrf_token"
PASSPHRASES = frozenset({"passphrase", "again", "present"})
"""Fields that no page holds on to."""

LOOK = "look"
_SECRET = PASSPHRASES | {"code", "response"}
_NOT_KEPT = _SECRET | {FIELD, LANGUAGE, "action", "proof"}
_PURPOSE = b"surveyapp forms of staff"


class _Bound(dict[str, Any], SessionMixin):
    """What Flask-WTF takes for Flask's session: it lives for one request and is never sent."""


class _NoCookie(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> _Bound:
        return _Bound()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing is kept: the session's id is in the database, and its token in a cookie of its own."""


def install(app: Flask, secret: str) -> None:
    """Let forms be checked where staff pages ask for it. Their tokens carry a time, which isn't looked at."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SECRET_KEY=_key(secret))
    app.session_interface = _NoCookie()


def bind(what: str) -> None:
    """Bind this page's forms to a session, and refuse one that was posted from elsewhere or bound to another."""
    session[FIELD] = what
    if request.method == "POST" and not _is_ours():
        with site().sessions.begin() as store:
            staffing.form_refused(store, g.get("who"), request.endpoint or "")
        abort(403)
    _look_again()


def _is_ours() -> bool:
    """The posted form was opened here, in the session that sends it."""
    return not comes_from_elsewhere(site().config.public_url) and any(map(_is_signed, site().config.secrets))


def _is_signed(secret: str) -> bool:
    """The posted token was made with this secret, for what the page is bound to."""
    try:
        validate_csrf(request.form.get(FIELD), _key(secret))
    except ValidationError:
        return False
    return True


def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), _PURPOSE, "sha256")


def _look_again() -> None:
    """A button for language or size was pressed: the same page comes back with what was typed, and is judged later."""
    chosen = another_look(Chosen(language=spoken(), size=size()), request.values.get("action", ""), LANGUAGES)
    if chosen is not None:
        g.size = chosen.size
    g.looks_again = chosen is not None or (LOOK in request.form and request.form.get("then") == request.path)


def kept() -> tuple[tuple[str, str], ...]:
    """The fields that were posted, to go along through another page; what is secret is left out."""
    return tuple((name, value) for name, value in request.form.items(multi=True) if name not in _NOT_KEPT)


def resent() -> tuple[tuple[str, str], ...]:
    """The same, to be posted here once more. It is shown again then, not judged, where a secret is missing or nobody sent it."""
    look = () if _SECRET.isdisjoint(request.form) and not g.get("looks_again") else ((LOOK, "1"),)
    return (*kept(), ("then", request.path), *look)


def retyped() -> bool:
    """A passphrase was typed, or sent, and isn't in the page any more: it only looks another way."""
    return bool(g.get("looks_again")) and (LOOK in request.form or any(map(request.form.get, PASSPHRASES)))


def bind_to_visitor() -> None:
    """The same before somebody is signed in: their browser gets a random cookie."""
    seed = cookies.given(cookies.SEED)
    if seed is None:
        seed = secrets.token_urlsafe(24)
        cookies.give(cookies.SEED, seed)
    bind(seed)


def hidden() -> tuple[tuple[str, str], ...]:
    """The hidden fields of every form."""
    return ((FIELD, generate_csrf()), (LANGUAGE, spoken()))
