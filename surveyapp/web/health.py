"""Is the process alive, and is it able to store an answer? Neither address says which versions run."""

from flask import Blueprint, Response

from surveyapp.services.readiness import unready
from surveyapp.web.site import site

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """The process answers; the database isn't asked."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/readyz")
def ready() -> Response:
    """200 when an answer could be stored now, else 503."""
    if unready(site().sessions, site().config.instance_dir):
        return Response("not ready\n", 503, {"Retry-After": "5"}, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
