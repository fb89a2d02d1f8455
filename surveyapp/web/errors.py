"""Error pages in the person's language. They need no database, and a refused form keeps what was typed.

Programs get a word instead.
"""

from collections.abc import Iterator

from flask import Flask, Response, jsonify, make_response, request
from werkzeug.exceptions import HTTPException

from surveyapp.services.limits import SUBMISSIONS
from surveyapp.services.refusals import Refusal
from surveyapp.store.sessions import StoreUnavailable
from surveyapp.web import journal
from surveyapp.web.headers import STAFF
from surveyapp.web.languages import speak_as_posted
from surveyapp.web.limited import wrong_link
from surveyapp.web.pieces import render
from surveyapp.web.respond.shells import plain_shell

RETRY_AFTER = "2"
_PAGES = frozenset({400, 403, 404, 405, 410, 413, 422, 429, 500, 503})
_AGAIN = frozenset({429, 503})
"""The same form may be sent once more: it comes back with the page. Never one of staff, which may hold a passphrase."""

_FORM_UNREADABLE = frozenset({400, 413})
_UNAVAILABLE = 503
_DESK = "/manage"
"""Where staff begin; built from no route: a host that isn't ours gets an error page, too."""

_PROGRAMS = "/api/"
_WORDS = {401: "unauthorized", 404: "not_found", 405: "method_not_allowed", 500: "broken", 503: "unavailable"}

REFUSED = {"unknown_code": 404, "closed": 410, "not_open_yet": 410, "too_many_tries": 429}


def install(app: Flask) -> None:
    """Answer every failure with a page of ours."""
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(StoreUnavailable, unavailable)
    app.register_error_handler(Refusal, declined)
    app.register_error_handler(Exception, broken)


def error_page(status: int, *, busy: bool = False) -> Response:
    """The page of a status, for staff at their addresses; ``busy``: too much at once, though nobody did anything wrong.

    For programs at theirs ``{"error": word}``.
    """
    if request.path.startswith(_PROGRAMS):
        return make_response(jsonify(error=_WORDS.get(status, "refused")), status)
    if request.method == "POST" and status not in _FORM_UNREADABLE:
        speak_as_posted()
    shown = status if status in _PAGES else (400 if status < 500 else 500)
    again = status in _AGAIN and request.method == "POST" and not request.path.startswith(STAFF)
    fields = tuple(posted()) if again else ()
    staff = request.path.startswith(STAFF)
    shell = plain_shell(_DESK if staff else "/")
    given = {"status": shown, "busy": busy, "fields": fields, "staff": staff}
    return make_response(render("error.html", shell=shell, **given), status)


def posted() -> Iterator[tuple[str, str]]:
    """Every field of the form that could not be stored, so that the page can send it again."""
    for name, values in request.form.lists():
        for value in values:
            yield name, value


def refused(error: HTTPException) -> Response:
    """A request that can't be carried out as it stands; redirects and finished answers pass through."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # werkzeug's own response class, which Flask takes
    response = error_page(error.code)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def declined(error: Refusal) -> Response:
    """What a service declined. A wrong address counts as a guess; too many of them have to wait."""
    if error.code == "unknown_code":
        error = wrong_link(error)
    status = REFUSED.get(error.code, 422)
    response = error_page(status, busy=error.values.get("limit") == SUBMISSIONS.name)
    if status == 429:
        response.headers["Retry-After"] = str(error.values.get("seconds", 60))
    return response


def unavailable(error: StoreUnavailable) -> Response:
    """The answers could not be saved now: say so, keep them on the page, let them be sent again."""
    journal.failed(error, _UNAVAILABLE)
    response = error_page(_UNAVAILABLE)
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def broken(error: Exception) -> Response:
    """A mistake of ours. What happened goes to the log without what the person wrote."""
    journal.failed(error, 500)
    return error_page(500)
