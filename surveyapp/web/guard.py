"""What a form post must show before it is read: it was made here, and no other site sent it."""

from flask import abort, request

from surveyapp.web.headers import comes_from_elsewhere
from surveyapp.web.site import site

FIELD = "form_token"


def require_own_form(purpose: str, *objects: str) -> None:
    """403 unless the hidden token is ours for this purpose and these objects and the browser names no other site."""
    if comes_from_elsewhere(site().config.public_url):
        abort(403)
    if not site().tokens.accepts(request.form.get(FIELD, ""), purpose, *objects):
        abort(403)
