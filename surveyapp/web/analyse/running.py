"""What managers decide: a release is published, or withdrawn for good."""

from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from surveyapp.services import audit, publishing
from surveyapp.web.analyse.pages import made_here
from surveyapp.web.manage.allowed import allows, change, who
from surveyapp.web.manage.pages import go

running = Blueprint("running", __name__, url_prefix="/analyse")


@running.post("/releases/<uuid:release_id>/publish")
@allows("manager", fresh=True)
def publish(release_id: UUID) -> ResponseReturnValue:
    """Publish a profile of a release."""
    profile = request.form.get("action", "")
    if profile not in {"analyst", "public"}:
        abort(400)
    change(lambda session: publishing.publish(session, made_here(session, release_id).release, profile, _me()))
    return go("analyse.release", release_id=release_id)


@running.post("/releases/<uuid:release_id>/withdraw")
@allows("manager", fresh=True)
def withdraw(release_id: UUID) -> ResponseReturnValue:
    """Withdraw a release for good, with a note that everybody can read."""
    note = request.form.get("note", "")
    change(lambda session: publishing.withdraw(session, made_here(session, release_id).release, note, _me()))
    return go("analyse.release", release_id=release_id)


def _me() -> audit.Actor:
    return audit.staff(who().person.id)
