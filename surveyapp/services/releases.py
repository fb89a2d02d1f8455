"""The export: what a release may hold of a settled wave, as CSV with a codebook. Never raw rows."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.engine import sheet
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.rules import holds, mentioned
from surveyapp.services import library, questionnaires
from surveyapp.services.refusals import Refusal
from surveyapp.store.programmes import Programme
from surveyapp.store.responses import Settled
from surveyapp.store.waves import Wave

Progress = Callable[[int, int], None]
"""Told now and then how many responses are written, and of how many."""

FEWEST = 10
"""Settled responses below which nothing leaves the store."""

RESPONSES, CODEBOOK, SYNTHETIC = "data/responses.csv", "codebook.csv", "SYNTHETIC.txt"
_AT_ONCE = 1000
_EXECUTES = tuple("=+-@\t\r\n|%＝＋－＠")
_BEFORE = " \u00a0\ufeff\u200b\u200c\u200d\u2060\"'"


class Exported(NamedTuple):
    """How many responses and columns were written."""

    responses: int
    columns: int


class _Sheet(NamedTuple):
    """A wave's sheet: what it was asked with, its columns, how many responses fill it, and whether they are made up."""

    wave: Wave
    q: Questionnaire
    columns: tuple[sheet.Column, ...]
    size: int
    synthetic: bool


def write(session: Session, wave: Wave, file: Path, progress: Progress = lambda done, of: None) -> Exported:
    """Write ``FILE.zip``, or ``FILE.csv`` with ``FILE.codebook.csv`` beside it: the same bytes every time.

    Nothing is left of a file that couldn't be finished, and an older one stays as it was.
    Raises Refusal "unknown_format", "not_settled" or "too_few_settled".
    """
    if file.suffix not in {".zip", ".csv"}:
        raise Refusal("unknown_format", {"file": file.name})
    made = _sheet(session, wave)
    rows = _watched(_response_lines(session, made), made.size, progress)
    if file.suffix == ".zip":
        with _whole(file) as out:
            _write_zip(made, rows, out)
    else:
        with _whole(file) as out, _whole(file.with_suffix(".codebook.csv")) as codebook:
            _write(out, rows)
            _write(codebook, _codebook_lines(made))
        if made.synthetic:
            with _whole(file.with_suffix(f".{SYNTHETIC}")) as out:
                out.write(_warning(made))
    return Exported(made.size, len(made.columns))


@contextmanager
def _whole(file: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only once it is complete."""
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _watched(rows: Iterator[Sequence[str]], of: int, progress: Progress) -> Iterator[Sequence[str]]:
    for done, row in enumerate(rows):
        if done % _AT_ONCE == 0:
            progress(done, of)
        yield row
    progress(of, of)


def _write_zip(made: _Sheet, rows: Iterator[Sequence[str]], file: IO[bytes]) -> None:
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, lines in ((CODEBOOK, _codebook_lines(made)), (RESPONSES, rows)):
            with archive.open(_entry(name, made.wave), "w", force_zip64=True) as entry:
                _write(entry, lines)
        if made.synthetic:
            archive.writestr(_entry(SYNTHETIC, made.wave), _warning(made))


def _warning(made: _Sheet) -> bytes:
    """That nobody real has answered, in the languages of the questionnaire."""
    words = library.phrase("synthetic")
    return "".join(f"{words[language]}\n" for language in made.q.languages if language in words).encode()


def _sheet(session: Session, wave: Wave) -> _Sheet:
    size = session.scalars(
        select(func.count()).select_from(Settled).filter_by(org_id=wave.org_id, wave_id=wave.id)
    ).one()
    if size == 0 and wave.state != "settled":
        raise Refusal("not_settled")
    if size < FEWEST:
        raise Refusal("too_few_settled", {"needed": FEWEST})
    q = questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version)
    programme = session.get_one(Programme, (wave.org_id, wave.programme_id))
    items = [item for item in sheet.released_items(q) if _was_on(session, wave, item, programme.modules)]
    return _Sheet(wave, q, sheet.columns(items), size, programme.synthetic)


def _was_on(session: Session, wave: Wave, item: Item, modules: Sequence[str]) -> bool:
    """The item isn't one of an optional module that nobody was shown."""
    if item.show_if is None or mentioned(item.show_if) != {"modules"} or holds(item.show_if, {"modules": modules}):
        return True
    answered = select(Settled.id).filter_by(org_id=wave.org_id, wave_id=wave.id)
    return session.scalar(answered.where(Settled.answers[item.id].as_string().is_not(None)).limit(1)) is not None


def _response_lines(session: Session, made: _Sheet) -> Iterator[Sequence[str]]:
    """The header and a row per response, in the order of their random ids, batch after batch.

    Each batch is asked for by itself: the table is in the order of ids, and SQLite would sort all rows in memory.
    """
    yield [column.id for column in made.columns]
    of_wave = {"org_id": made.wave.org_id, "wave_id": made.wave.id}
    batches = session.scalars(select(Settled.batch).filter_by(**of_wave).distinct().order_by(Settled.batch)).all()
    for batch in batches:
        of_batch = select(Settled.answers).filter_by(**of_wave, batch=batch).order_by(Settled.id)
        rows = session.connection().execute(of_batch, execution_options={"yield_per": _AT_ONCE})
        for answers in rows.scalars():
            yield sheet.row(made.columns, answers)


def _codebook_lines(made: _Sheet) -> Iterator[Sequence[str]]:
    languages = made.q.languages
    header = sheet.codebook_header(languages)
    yield header
    for entry in sheet.codebook(made.q, made.columns, languages):
        yield [harmless(entry[name]) if name.startswith("label_") else entry[name] for name in header]


def harmless(cell: str) -> str:
    """A text that a spreadsheet takes for a text: what it could take for a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.startswith(_EXECUTES) or cell.lstrip(_BEFORE).startswith(_EXECUTES) else cell


def _write(out: IO[bytes], lines: Iterator[Sequence[str]]) -> None:
    text = io.TextIOWrapper(out, "utf-8", newline="")
    csv.writer(text, lineterminator="\n").writerows(lines)
    text.flush()
    text.detach()


def _entry(name: str, wave: Wave) -> ZipInfo:
    """Fixed time and permissions, so that a file says nothing about when and where it was made."""
    day = wave.settles
    entry = ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    entry.compress_type = ZIP_DEFLATED
    return entry
