"""Files of releases on their way to a browser or a program: frozen ones in pieces, others written to disk first.

So a large one takes no more memory than a small one.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, TYPE_CHECKING, NamedTuple
from uuid import UUID

from flask import Response, abort

from surveyapp.formats import archive
from surveyapp.formats.data import Data
from surveyapp.later import Later
from surveyapp.services import analysing, frozen
from surveyapp.services.analysing import Made
from surveyapp.store.sessions import Sessions
from surveyapp.web.site import site

if TYPE_CHECKING:
    from surveyapp.formats import workbook
else:
    workbook = Later("surveyapp.formats.workbook")

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PIECE = 2**16
PACKED = ("zip", "xlsx")
"""Formats that are written when they are asked for, the same bytes each time."""


class Packed(NamedTuple):
    """A file that was written just now, and what the log tells of it."""

    file: IO[bytes]
    size: int
    rows: int
    sha256: str


def frozen_file(made: Made, name: str) -> Response:
    """A frozen file with its fingerprint, under a name that says where it is from; 404 where the release has none like it."""
    org_id, release_id = made.release.org_id, made.release.id
    with site().sessions.reading(org_id) as session:
        file = frozen.files_of(session, made.release).get(name) or abort(404)
    response = Response(_pieces(site().sessions, org_id, release_id, name))
    response.set_etag(file.sha256.hex())
    return _named(response, made, name, file.size)


def _pieces(sessions: Sessions, org_id: UUID, release_id: UUID, name: str) -> Iterator[bytes]:
    with sessions.reading(org_id) as session:
        made = analysing.made(session, org_id, release_id)
        if made is not None:
            yield from frozen.chunks(session, made.release, name)


def packed(made: Made, kind: str, language: str) -> Packed:
    """The analysts' rows as a zip or a workbook, written to a file without a name."""
    with site().sessions.reading(made.release.org_id) as session:
        data = frozen.data(session, made.release, "analyst")
        file = _zip(data, language) if kind == "zip" else _workbook(data, language)
    return _packed(file, data.size)


def joined(made: Made) -> Packed:
    """The rows of all batches of a wave that analysts may have, one after the other. Raises Refusal as ``frozen.joined``."""
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with site().sessions.reading(made.release.org_id) as session:
        file.writelines(frozen.joined(session, made.round.for_analysts))
    return _packed(file, sum(each.n for each in made.round.for_analysts))


def _packed(file: IO[bytes], rows: int) -> Packed:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # it reads, as a file does
    size = file.tell()
    file.seek(0)
    return Packed(file, size, rows, digest)


def _zip(data: Data, language: str) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    archive.write(data, file, language)
    file.seek(0)
    return file


def _workbook(data: Data, language: str) -> IO[bytes]:
    """The file has no name any more once it is written; what is open can still be read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "release.xlsx"
        workbook.write(data, path, language, labels=False)
        return path.open("rb")


def packed_file(made: Made, written: Packed, name: str) -> Response:
    """Send it."""
    return _named(Response(_read(written.file)), made, name, written.size)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _named(response: Response, made: Made, name: str, size: int) -> Response:
    """The answer with a file's type, size, and a name that says where it is from."""
    short = f"{made.round.name.replace('/', '-')}-{made.release.batch}-{name.rpartition('/')[2]}"
    response.content_type = _TYPES[name.rpartition(".")[2]]
    response.content_length = size
    response.headers["Content-Disposition"] = f'attachment; filename="{short}"'
    return response
