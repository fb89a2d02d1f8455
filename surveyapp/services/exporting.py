"""Files of a release in every format: written from its frozen rows, whole or not at all, the same bytes each time."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from surveyapp.formats import archive, tables, words, workbook
from surveyapp.formats.data import Data
from surveyapp.services import frozen
from surveyapp.services.refusals import Refusal
from surveyapp.store.organisations import Organisation
from surveyapp.store.programmes import Programme
from surveyapp.store.releases import Release
from surveyapp.store.waves import Wave

Progress = Callable[[int, int], None]
"""Told now and then how many rows are read, and how many will be."""

SYNTHETIC = "SYNTHETIC.txt"
_AT_ONCE = 1000


class Options(NamedTuple):
    """``language`` of labels, or the questionnaire's first. ``labels``: words in the place of codes for spreadsheets.

    ``excel``: CSV as spreadsheets want it; labels are only ever written so.
    """

    language: str | None = None
    labels: bool = False
    excel: bool = False


class Exported(NamedTuple):
    """How many rows and columns were written, and the file's SHA-256 in hex."""

    responses: int
    columns: int
    sha256: str


def chosen(session: Session, wave: Wave, batch: int | None = None) -> list[Release]:
    """The releases of a wave that stand, or the one of a batch. Raises Refusal "release_withdrawn", and as ``frozen.of_batch``."""
    found = frozen.of_batch(frozen.releases_of(session, wave), batch)
    standing = [each for each in found if each.state != "withdrawn"]
    if not standing:
        raise Refusal("release_withdrawn")
    return standing


def only(releases: Sequence[Release]) -> Release:
    """The one release. Raises Refusal "several_batches"."""
    if len(releases) > 1:
        raise Refusal("several_batches", {"batches": ", ".join(str(each.batch) for each in releases)})
    return releases[0]


def data_of(session: Session, release: Release, profile: str, language: str | None) -> tuple[Data, str]:
    """What is to be written, and the language of its labels.

    Raises Refusal "language_not_offered", "too_few_for_file", and as ``frozen.chunks``.
    """
    if frozen.PROFILES[profile] not in frozen.files_of(session, release):
        raise Refusal("too_few_for_file")
    data = frozen.data(session, release, profile)
    language = language or data.languages[0]
    if language not in data.languages:
        raise Refusal("language_not_offered", {"language": language, "known": ", ".join(data.languages)})
    return data, language


def write(
    data: Data, language: str, file: Path, options: Options, progress: Progress = lambda done, of: None
) -> Exported:
    """Write ``FILE.zip``, ``.csv``, ``.xlsx``, ``.sav`` or ``.parquet``, and what belongs beside it.

    Nothing is left of a file that couldn't be finished, and an older one stays as it was. Raises Refusal
    "unknown_format", "extra_missing", "too_many_rows" or "only_responses".
    """
    writer = WRITERS.get(file.suffix)
    if writer is None:
        raise Refusal("unknown_format", {"file": file.name})
    writer(_watched(data, progress, _READ.get(file.suffix, 1)), language, file, options)
    return Exported(data.size, len(data.columns), _digest(file))


def with_rows(session: Session, releases: Sequence[Release], profile: str = "analyst") -> list[Release]:
    """Those of them that have rows, or tables. Raises Refusal "too_few_for_file" where none has."""
    found = [each for each in releases if frozen.PROFILES[profile] in frozen.files_of(session, each)]
    if not found:
        raise Refusal("too_few_for_file")
    return found


def join(session: Session, releases: Sequence[Release], file: Path) -> Exported:
    """Write the rows of all batches into one ``FILE.csv``, and the codebook beside it, as ``write`` does for one.

    Raises Refusal "only_csv", and as ``frozen.joined``.
    """
    if file.suffix != ".csv":
        raise Refusal("only_csv")
    data = frozen.data(session, releases[-1], "analyst")
    with _whole(file) as part, _whole(file.with_suffix(".codebook.csv")) as beside:
        _pour(part, frozen.joined(session, releases))
        _pour(beside, tables.codebook(data))
    _mark(data, file)
    return Exported(sum(each.n for each in releases), len(data.columns), _digest(file))


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def folder_of(session: Session, folder: Path, release: Release, profile: str) -> Path:
    """Where a release's rows stand in a folder of Parquet that is parted by organisation, wave and batch."""
    wave = session.get_one(Wave, (release.org_id, release.wave_id))
    programme = session.get_one(Programme, (release.org_id, wave.programme_id))
    owner = session.get_one(Organisation, (release.org_id, release.org_id))
    parts = f"org={owner.slug}", f"wave={programme.slug}-{wave.slug}", f"batch={release.batch}"
    return folder.joinpath(*parts, f"{Path(frozen.PROFILES[profile]).stem}.parquet")


def _zip(data: Data, language: str, file: Path, options: Options) -> None:
    with _whole(file) as part, part.open("wb") as out:
        archive.write(data, out, language, labels=options.labels)


def _csv(data: Data, language: str, file: Path, options: Options) -> None:
    if options.excel or options.labels:
        rows, book = tables.excel(data, language, labels=options.labels), tables.excel_codebook(data)
    else:
        rows, book = tables.machine(data), tables.codebook(data)
    with _whole(file) as part, _whole(file.with_suffix(".codebook.csv")) as beside:
        _pour(part, rows)
        _pour(beside, book)
    _mark(data, file)


def _xlsx(data: Data, language: str, file: Path, options: Options) -> None:
    if data.size > workbook.MOST_ROWS:
        raise Refusal("too_many_rows", {"most": workbook.MOST_ROWS})
    with _whole(file) as part:
        workbook.write(data, part, language, labels=options.labels)
    _mark(data, file)


def _sav(data: Data, language: str, file: Path, options: Options) -> None:
    if data.profile != "analyst":
        raise Refusal("only_responses")
    with _extra("spss"):
        from surveyapp.formats import spss  # noqa: PLC0415 - brings polars: loaded by who writes such a file
    with _whole(file) as part, _whole(file.with_suffix(".sps")) as beside:
        spss.write(data, part, language)
        beside.write_bytes(spss.syntax(data, file.name, language))
    _mark(data, file)


def _parquet(data: Data, language: str, file: Path, options: Options) -> None:
    with _extra("parquet"):
        from surveyapp.formats import parquet  # noqa: PLC0415 - brings pyarrow: the same
    with _whole(file) as part:
        parquet.write(data, part, language)
    _mark(data, file)


WRITERS: Mapping[str, Callable[[Data, str, Path, Options], None]] = {
    ".zip": _zip,
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".sav": _sav,
    ".parquet": _parquet,
}
"""Ending of a file -> what writes it."""

_READ = {".zip": 4}
"""How often a format reads the rows, where it isn't once: each table of a zip is measured before it is written."""


@contextmanager
def _extra(name: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise Refusal("extra_missing", {"extra": name}) from error


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """Where to write a file that appears under its name only once it is complete."""
    part = file.with_name(f"{file.name}.part")
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _pour(file: Path, content: Iterator[bytes]) -> None:
    with file.open("wb") as out:
        out.writelines(content)


def _mark(data: Data, file: Path) -> None:
    """Say beside the file that nobody real has answered."""
    if data.synthetic:
        _pour(file.with_suffix(f".{SYNTHETIC}"), iter([words.warning(data)]))


def _watched(data: Data, progress: Progress, times: int) -> Data:
    done = 0

    def rows() -> Iterator[Sequence[str]]:
        nonlocal done
        for row in data.rows():
            if done % _AT_ONCE == 0:
                progress(done, data.size * times)
            done += 1
            yield row
        progress(done, data.size * times)

    return data._replace(rows=rows)
