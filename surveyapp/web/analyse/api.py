"""Releases for analysts' programs: a list, and the same files as on the pages. A token of the account opens it."""

import json
from importlib.resources import files as resources
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from surveyapp.services import analysing, analysts, frozen
from surveyapp.services.analysing import Made
from surveyapp.services.analysts import Caller
from surveyapp.web.analyse import files
from surveyapp.web.analyse.rows import sent, texts_sent
from surveyapp.web.languages import spoken
from surveyapp.web.site import site

api = Blueprint("api", __name__, url_prefix="/api/v1")

_LONGEST = 200


@api.get("/openapi.json")
def description() -> Response:
    """What there is to ask for, as OpenAPI 3.1."""
    text = resources("surveyapp.web.analyse").joinpath("openapi.json").read_text("utf-8")
    return jsonify(json.loads(text) | {"servers": [{"url": f"{site().config.public_url}/api/v1"}]})


@api.get("/releases")
def releases() -> Response:
    """Every release that is published for analysts."""
    with site().sessions.reading() as session:
        caller = _caller(session)
        found = [
            _told(session, Made(release, each))
            for each in analysing.rounds(session, caller.org_id)
            for release in each.releases
            if release.analyst and release.state == "published"
        ]
    return jsonify(releases=found)


@api.get("/releases/<uuid:release_id>")
def release(release_id: UUID) -> Response:
    """One of them."""
    with site().sessions.reading() as session:
        return jsonify(_told(session, _made(session, _caller(session), release_id)))


@api.get("/releases/<uuid:release_id>/files/<path:name>")
def file(release_id: UUID, name: str) -> ResponseReturnValue:
    """A file; rows and texts are noted in the log before they leave."""
    with site().sessions.reading() as session:
        caller = _caller(session)
        made = _made(session, caller, release_id)
    if name == frozen.RESPONSES:
        return sent(caller, made, "csv", spoken())
    if name.startswith(frozen.TEXTS):
        return texts_sent(caller, made, name)
    if name in {f"release.{kind}" for kind in files.PACKED}:
        return sent(caller, made, name.partition(".")[2], spoken())
    return files.frozen_file(made, name)


def _caller(session: Session) -> Caller:
    """Whose program this is; 401 for a token that is none, was revoked, or whose owner may no longer have rows."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and token and len(token) <= _LONGEST and (caller := analysts.caller(session, token)):
        return caller
    raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))


def _made(session: Session, caller: Caller, release_id: UUID) -> Made:
    made = analysing.made(session, caller.org_id, release_id)
    if made is None or not made.release.analyst or made.release.state != "published":
        abort(404)
    return made


def _told(session: Session, made: Made) -> dict[str, Any]:
    release = made.release
    here = f"{site().config.public_url}/api/v1/releases/{release.id}/files"
    frozen_files = [
        {"name": name, "url": f"{here}/{name}", "size": each.size, "sha256": each.sha256.hex()}
        for name, each in frozen.files_of(session, release).items()
    ]
    written = [{"name": f"release.{kind}", "url": f"{here}/release.{kind}"} for kind in files.PACKED]
    return {
        "id": str(release.id),
        "wave": made.round.name,
        "batch": release.batch,
        "made": release.made.isoformat(),
        "people": release.n,
        "synthetic": made.round.synthetic,
        "files": [*frozen_files, *written],
    }
