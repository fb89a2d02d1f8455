"""A browser in words for its owner, who is shown the devices they are signed in on."""

from flask import request

from surveyapp.services.sign_in import Visitor

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
    return Visitor(request.remote_addr, ", ".join(filter(None, found)) or "–")
