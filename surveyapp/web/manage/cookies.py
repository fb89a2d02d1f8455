"""The cookies of staff pages. Under https their names begin with ``__Host-``: no other host can set or read them."""

from flask import Response, after_this_request, request

from surveyapp.web.site import site

SESSION, STEP, KEY, PROVIDER, SEED, DEVICE = "sid", "step", "key", "provider", "seed", "device"
"""A session; what is remembered between two steps of signing in, of a passkey, and at an identity provider; what the
forms of somebody who isn't signed in are bound to; and who has signed in with this browser."""


def _name(what: str) -> str:
    return f"__Host-{what}" if site().https else what


def given(what: str) -> str | None:
    """What the browser brings."""
    return request.cookies.get(_name(what))


def give(what: str, token: str, seconds: int | None = None) -> None:
    """Set a cookie with the answer to this request; it ends with the browser, or after so many seconds."""

    @after_this_request
    def add(response: Response) -> Response:
        response.set_cookie(_name(what), token, seconds, secure=site().https, httponly=True, samesite="Lax")
        return response


def drop(what: str) -> None:
    """Delete a cookie with the answer to this request."""

    @after_this_request
    def add(response: Response) -> Response:
        response.delete_cookie(_name(what), secure=site().https, httponly=True, samesite="Lax")
        return response
