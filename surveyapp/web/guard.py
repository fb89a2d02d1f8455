"""What an address and a form post must show before they are read: no character that can't be stored; made here."""

import re

from flask import Flask, abort, request

from surveyapp.web.headers import comes_from_elsewhere
from surveyapp.web.site import site

FIELD = "form_token"
_UNREADABLE = re.compile(r"[\x00\ud800-\udfff]")


def install(app: Flask) -> None:
    """Answer at once to an address that holds what no database takes: there is nothing."""

    @app.before_request
    def look() -> None:
        if _UNREADABLE.search(request.path):
            abort(404)


def require_own_form(purpose: str, *objects: str) -> None:
    """403 unless the hidden token is ours for this purpose and these objects and the browser names no other site."""
    if comes_from_elsewhere(site().config.public_url):
        abort(403)
    if not site().tokens.accepts(request.form.get(FIELD, ""), purpose, *objects):
        abort(403)
