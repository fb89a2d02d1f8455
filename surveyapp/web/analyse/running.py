"""What managers set going: settling, a release, publishing it, withdrawing it. Long work is done by the worker."""

from uuid import UUID

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.services import analysing, audit, jobs, publishing
from surveyapp.services.refusals import Refusal
from surveyapp.web.analyse.pages import made_here, release_page
from surveyapp.web.manage.allowed import allows, change, who
from surveyapp.web.manage.pages import go, of_refusal

running = Blueprint("running", __name__, url_prefix="/analyse")


KINDS: dict[str, jobs.Kind] = {"settle": "settle", "part": "part", "release": "release"}
"""Buttons -> what they ask for."""


@running.post("/waves/<uuid:wave_id>/jobs")
@allows("manager", fresh=True, of_all=True)
def ask(wave_id: UUID) -> ResponseReturnValue:
    """Ask for a wave or a part of it to be settled, or for a release; asked twice it is done once."""
    kind = request.form.get("action", "")
    if kind not in KINDS:
        abort(400)
    change(lambda session: _asked(session, wave_id, kind))
    return go("analyse.wave", wave_id=wave_id)


def _asked(session: Session, wave_id: UUID, kind: str) -> None:
    if analysing.a_round(session, who().org_id, wave_id) is None:
        abort(404)
    jobs.ask(session, who().org_id, KINDS[kind], wave_id)
    audit.record(session, who().org_id, audit.staff(who().person.id), f"{kind}_asked", wave_id)


@running.post("/releases/<uuid:release_id>/publish")
@allows("manager", fresh=True, of_all=True)
def publish(release_id: UUID) -> ResponseReturnValue:
    """Publish a profile of a release."""
    profile = request.form.get("action", "")
    if profile not in {"analyst", "public"}:
        abort(400)
    change(lambda session: publishing.publish(session, made_here(session, release_id).release, profile, _me()))
    return go("analyse.release", release_id=release_id)


@running.post("/releases/<uuid:release_id>/withdraw")
@allows("manager", fresh=True, of_all=True)
def withdraw(release_id: UUID) -> ResponseReturnValue:
    """Withdraw a release for good, with a note that everybody can read."""
    if g.looks_again:
        return release_page(release_id)
    note = request.form.get("note", "")
    try:
        change(lambda session: publishing.withdraw(session, made_here(session, release_id).release, note, _me()))
    except Refusal as refusal:
        if refusal.code not in {"control_character", "note_needed"}:
            raise
        return release_page(release_id, of_refusal("note", refusal))
    return go("analyse.release", release_id=release_id)


def _me() -> audit.Actor:
    return audit.staff(who().person.id)
