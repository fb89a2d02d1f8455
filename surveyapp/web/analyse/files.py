"""Frozen files on their way to a browser or a program: in pieces, so that a large one takes no more memory than a small one."""

from collections.abc import Iterator
from uuid import UUID

from flask import Response, abort, stream_with_context

from surveyapp.services import frozen
from surveyapp.store.sessions import Sessions
from surveyapp.web.site import site

_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def sent(org_id: UUID, release_id: UUID, name: str, wave: str) -> Response:
    """A frozen file under a name that says where it is from; 404 where the release has no such file."""
    with site().sessions.reading(org_id) as session:
        release = frozen.find(session, org_id, release_id) or abort(404)
        file = frozen.files_of(session, release).get(name) or abort(404)
    short = f"{wave.replace('/', '-')}-{release.batch}-{name.rpartition('/')[2]}"
    response = Response(stream_with_context(_pieces(site().sessions, org_id, release_id, name)))
    response.content_type = _TYPES[name.rpartition(".")[2]]
    response.content_length = file.size
    response.headers["Content-Disposition"] = f'attachment; filename="{short}"'
    return response


def _pieces(sessions: Sessions, org_id: UUID, release_id: UUID, name: str) -> Iterator[bytes]:
    with sessions.reading(org_id) as session:
        release = frozen.find(session, org_id, release_id)
        if release is not None:
            yield from frozen.chunks(session, release, name)
