"""A browser: in words for its owner, who is shown the devices they are signed in on; and whether it is known.

After a sign-in it keeps a signed cookie that says whose it was. All it opens is a count of wrong tries of its own, so that
a program elsewhere in the office can't use up theirs.
"""

import secrets
from uuid import UUID

from flask import request

from surveyapp.services.guessing import STRANGER, Known
from surveyapp.services.sign_in import Visitor
from surveyapp.web.manage import cookies
from surveyapp.web.site import site

KEPT = 180 * 24 * 60 * 60
"""Seconds for which a browser is known."""

_PURPOSE = "device"

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def visitor() -> Visitor:
    """Where this request comes from."""
    agent = request.headers.get("User-Agent", "")
    found = [next((name for sign, name in names if sign in agent), "") for names in (_BROWSERS, _SYSTEMS)]
    return Visitor(request.remote_addr, ", ".join(filter(None, found)) or "–", known())


def known() -> Known:
    """Who has signed in with this browser before, the last one of them."""
    person, _, rest = (cookies.given(cookies.DEVICE) or "").partition(".")
    device, _, token = rest.partition(".")
    return Known(UUID(person), device) if site().tokens.accepts(token, _PURPOSE, person, device) else STRANGER


def remember(person_id: UUID) -> None:
    """Know this browser again for half a year as one that somebody has signed in with."""
    person, device = person_id.hex, secrets.token_hex(16)
    token = site().tokens.make(_PURPOSE, person, device)
    cookies.give(cookies.DEVICE, f"{person}.{device}.{token}", KEPT)
