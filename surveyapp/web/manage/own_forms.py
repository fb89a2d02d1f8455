"""Forms of staff pages are bound to who opened them: Flask-WTF's token, made of the session's id and of no other cookie."""

import secrets
from typing import Any

from flask import Flask, Request, Response, abort, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf

from surveyapp.languages import LANGUAGES
from surveyapp.services.wrapping import derived
from surveyapp.web.headers import comes_from_elsewhere
from surveyapp.web.languages import LANGUAGE, speak, spoken
from surveyapp.web.manage import cookies
from surveyapp.web.respond.views import SIZES
from surveyapp.web.site import site

FIELD = "csrf_token"
_csrf = CSRFProtect()


class _Bound(dict[str, Any], SessionMixin):
    """What Flask-WTF takes for Flask's session: it lives for one request and is never sent."""


class _NoCookie(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> _Bound:
        return _Bound()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing is kept: the session's id is in the database, and its token in a cookie of its own."""


def install(app: Flask, secret: str) -> None:
    """Let forms be checked where staff pages ask for it. Their tokens carry a time, which isn't looked at."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SECRET_KEY=derived(secret, "surveyapp forms of staff"),
    )
    app.session_interface = _NoCookie()
    _csrf.init_app(app)


def bind(what: str) -> None:
    """Bind this page's forms to a session, and refuse one that was posted from elsewhere or bound to another."""
    session[FIELD] = what
    if request.method != "POST":
        return
    if comes_from_elsewhere(site().config.public_url):
        abort(403)
    try:
        _csrf.protect()
    except CSRFError:
        abort(403)
    _look_again()


def _look_again() -> None:
    """A button for language or size was pressed: the same page comes back with what was typed, and is judged later."""
    what, _, value = request.form.get("action", "").partition("-")
    if what == "lang" and value in LANGUAGES:
        speak(value)
        g.looks_again = True
    if what == "size" and value in map(str, SIZES):
        g.size = int(value)
        g.looks_again = True


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
