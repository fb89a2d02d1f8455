"""What an address and a form post must show before they are read: no character that can't be stored, not too much; made here."""

import re
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, request

from surveyapp.web.headers import comes_from_elsewhere
from surveyapp.web.site import site

FIELD = "form_token"
_URL_ENCODED = "application/x-www-form-urlencoded"
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")


def install(app: Flask) -> None:
    """Answer at once to an address that holds what no database takes: there is nothing; and to a form that can't be read."""

    @app.before_request
    def look() -> None:
        if _UNREADABLE.search(request.path):
            abort(404)
        if request.method == "POST" and request.mimetype != "application/json":
            _look_at_form()


def _look_at_form() -> None:
    """413 for too many fields, which Werkzeug counts in forms of parts only; 400 for what it would put other signs for."""
    body = request.get_data()
    if request.mimetype == _URL_ENCODED:
        if body.count(b"&") >= (request.max_form_parts or 0):
            abort(413)
        body = unquote_to_bytes(body)
    try:
        body.decode()
    except UnicodeDecodeError:
        abort(400)


def require_own_form(purpose: str, *objects: str) -> None:
    """403 unless the hidden token is ours for this purpose and these objects and the browser names no other site."""
    if comes_from_elsewhere(site().config.public_url):
        abort(403)
    if not site().tokens.accepts(request.form.get(FIELD, ""), purpose, *objects):
        abort(403)
