"""The files of releases, as they were frozen: found, and read in pieces. Nothing here can make or change one."""

import codecs
import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import islice
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from surveyapp.engine import codebook
from surveyapp.engine.definition import Questionnaire
from surveyapp.formats.data import Data
from surveyapp.services import codebooks, questionnaires
from surveyapp.services.refusals import Refusal
from surveyapp.store.releases import Release, ReleaseFile, ReleasePart
from surveyapp.store.waves import Wave

RESPONSES, TABLES, OVERALL, REPORT = "data/responses.csv", "data/tables.csv", "data/overall.json", "report.json"
"""Names of frozen files.

``RESPONSES``: a row for each person, for analysts. ``TABLES``: how many of each public group gave each answer.
``OVERALL``: all that is said of five to nine people, ``{"n": people, "mean": their mean rating or null}``; there are no
other data then. ``REPORT``: the disclosure report.
"""

PAGE, HTML = "report.", ".html"
"""What the name of the report as a page in a language begins and ends with: ``report.lv.html``."""

TEXTS, CSV = "data/texts_", ".csv"
"""What the name of a file of approved texts begins and ends with: ``data/texts_words.csv``."""

ZIP = "public.zip"
"""Everything that anybody may have, in one file; releases made before there was one have none."""

PROFILES = {"analyst": RESPONSES, "public": TABLES}
"""Profile -> its data."""

Readers = Mapping[str, Callable[[], Iterable[bytes]]]
"""Name of a file -> what reads it in pieces, from the start each time."""


def releases_of(session: Session, wave: Wave) -> Sequence[Release]:
    """Every release of a wave whatever its state, the newest last."""
    return session.scalars(_OF_WAVE, {"of_org": wave.org_id, "of_wave": wave.id}).all()


_OF_WAVE = (
    select(Release)
    .where(Release.org_id == bindparam("of_org"), Release.wave_id == bindparam("of_wave"))
    .order_by(Release.batch)
)


def of_batch(releases: Sequence[Release], batch: int | None) -> list[Release]:
    """All of them, or the one of a batch. Raises Refusal "no_release" or "no_such_batch" where there is none."""
    found = [each for each in releases if batch in {None, each.batch}]
    if not found:
        there = ", ".join(str(each.batch) for each in releases)
        raise Refusal("no_such_batch", {"batch": str(batch), "there": there}) if there else Refusal("no_release")
    return found


def find(session: Session, org_id: UUID, release_id: UUID) -> Release | None:
    """The release with this id, if the organisation has it."""
    return session.get(Release, (org_id, release_id))


def files_of(session: Session, release: Release) -> dict[str, ReleaseFile]:
    """Name -> frozen file."""
    of_release = select(ReleaseFile).filter_by(org_id=release.org_id, release_id=release.id)
    return {file.name: file for file in session.scalars(of_release.order_by(ReleaseFile.name))}


def chunks(session: Session, release: Release, name: str) -> Iterator[bytes]:
    """The bytes of a frozen file, at most 1 MiB at a time.

    Raises Refusal "no_frozen_file", and "frozen_file_changed" instead of the last piece when the bytes are no longer
    those that were frozen.
    """
    of_file = {"org_id": release.org_id, "release_id": release.id, "name": name}
    file = session.get(ReleaseFile, (release.org_id, release.id, name))
    if file is None:
        raise Refusal("no_frozen_file", {"file": name})
    numbers = session.scalars(select(ReleasePart.number).filter_by(**of_file).order_by(ReleasePart.number)).all()
    digest, held = hashlib.sha256(), b""
    for number in numbers:
        if held:
            yield held
        held = session.scalars(select(ReleasePart.data).filter_by(**of_file, number=number)).one()
        digest.update(held)
    if digest.digest() != file.sha256:
        raise Refusal("frozen_file_changed", {"file": name})
    yield held


def content(session: Session, release: Release, name: str) -> bytes:
    """A whole frozen file, for small ones. Raises as ``chunks``."""
    return b"".join(chunks(session, release, name))


def joined(session: Session, releases: Iterable[Release]) -> Iterator[bytes]:
    """The rows of batches one after the other, each as it was frozen, under one header.

    A further batch comes behind; what stood there stays. Raises Refusal "batches_differ" and as ``chunks``.
    """
    header = None
    for release in releases:
        pieces = chunks(session, release, RESPONSES)
        names, _, rest = next(pieces).partition(b"\n")
        if header is None:
            header = names
            yield names + b"\n"
        if names != header:
            raise Refusal("batches_differ", {"batch": release.batch})
        yield rest
        yield from pieces


def lines(session: Session, release: Release, name: str) -> Iterator[list[str]]:
    """The cells of a frozen CSV file line by line, the header first. Raises as ``chunks``."""
    return csv.reader(decoded(chunks(session, release, name)))


def data(session: Session, release: Release, profile: str) -> Data:
    """One profile of a release, for whatever writes it in a format. Its rows are read while the session is open.

    Raises Refusal "no_frozen_file" where a small wave has no such data, and as ``chunks``.
    """
    wave = session.get_one(Wave, (release.org_id, release.wave_id))
    q = questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version)
    readers = {name: partial(chunks, session, release, name) for name in files_of(session, release)}
    return described(q, readers, release.made, profile)


def described(q: Questionnaire, readers: Readers, day: date, profile: str) -> Data:
    """The same of files that may be on their way into a release. ``day``: on which it is made. Raises as ``data``."""
    name = PROFILES[profile]
    if name not in readers:
        raise Refusal("no_frozen_file", {"file": name})
    report = b"".join(readers[REPORT]())
    told = json.loads(report)
    columns = tuple(next(_lines(readers, name)))
    entries = codebook.entries if profile == "analyst" else codebook.of_tables
    pages = {each[len(PAGE) : -len(HTML)]: each for each in readers if each.endswith(HTML)}
    return Data(
        name=told["wave"].replace("/", "-"),
        titles=told["title"],
        day=day,
        languages=q.languages,
        columns=columns,
        codebook=tuple(entries(q, columns, codebooks.frozen_names(told["labels"]))),
        rows=lambda: islice(_lines(readers, name), 1, None),
        size=told["counts"]["released"] if profile == "analyst" else _count(readers, name) - 1,
        profile=profile,
        synthetic=told["synthetic"],
        report=report,
        report_pages={language: b"".join(readers[each]()) for language, each in pages.items()},
        texts=_texts(readers) if profile == "analyst" else {},
    )


def _lines(readers: Readers, name: str) -> Iterator[list[str]]:
    return csv.reader(decoded(readers[name]()))


def _count(readers: Readers, name: str) -> int:
    return sum(piece.count(b"\n") for piece in readers[name]())


def _texts(readers: Readers) -> dict[str, list[list[str]]]:
    """Item -> the lines of its approved texts."""
    names = [name for name in readers if name.startswith(TEXTS)]
    return {name[len(TEXTS) : -len(CSV)]: list(_lines(readers, name)) for name in names}


def decoded(pieces: Iterable[bytes]) -> Iterator[str]:
    """The lines of a text that comes in pieces; they may be cut anywhere."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    begun = ""
    for piece in pieces:
        *whole, begun = (begun + decode(piece)).split("\n")
        yield from (f"{line}\n" for line in whole)
    if begun:
        yield begun
