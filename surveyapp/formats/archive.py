"""The zip of a release: the same bytes every time."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from surveyapp.formats import package, starters, tables, words
from surveyapp.formats.data import Data
from surveyapp.formats.package import Written

_EARLIEST = 1980
"""A zip knows no earlier year."""

Entries = dict[str, Callable[[], Iterator[bytes]]]


def write(data: Data, out: IO[bytes], language: str, *, labels: bool = False) -> None:
    """Write the zip: entries in the order of their names, all dated the release's day at midnight.

    ``labels``: words in the place of codes in the file for spreadsheets. Rows are read twice, never kept.
    """
    files = _entries(data, language, labels=labels)
    known = {name: _written(made) for name, made in files.items()}
    described = package.descriptor(data, known, language)
    readme = words.readme(data, sorted([*files, "datapackage.json", "SHA256SUMS"]))
    for name, content in (("datapackage.json", described), ("README", readme)):
        files[name] = partial(_whole, content)
        known[name] = _written(files[name])
    files["SHA256SUMS"] = partial(_whole, _sums(known))
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            with archive.open(_entry(name, data), "w", force_zip64=True) as entry:
                for some in files[name]():
                    entry.write(some)


def _entries(data: Data, language: str, *, labels: bool) -> Entries:
    rows = package.data_file(data)
    files: Entries = {
        rows: partial(tables.machine, data),
        _for_spreadsheets(rows): partial(tables.excel, data, language, labels=labels),
        _for_spreadsheets(package.CODEBOOK): partial(tables.excel_codebook, data),
        package.CODEBOOK: partial(tables.codebook, data),
        "report.json": partial(_whole, data.report),
        "start.R": partial(_whole, starters.for_r(data, language)),
        "start.sps": partial(_whole, starters.for_spss(data, language)),
    }
    files |= {f"report.{each}.html": partial(_whole, page) for each, page in data.report_pages.items()}
    for item in data.texts:
        files[package.texts_of(item)] = partial(tables.texts, data, item)
        files[_for_spreadsheets(package.texts_of(item))] = partial(tables.excel_texts, data, item)
    if data.synthetic:
        files["SYNTHETIC.txt"] = partial(_whole, words.warning(data))
    return files


def _for_spreadsheets(name: str) -> str:
    return f"spreadsheet/{name.removeprefix('data/')}"


def _whole(content: bytes) -> Iterator[bytes]:
    yield content


def _written(made: Callable[[], Iterator[bytes]]) -> Written:
    size, digest = 0, hashlib.sha256()
    for some in made():
        size += len(some)
        digest.update(some)
    return Written(size, digest.hexdigest())


def _sums(known: Mapping[str, Written]) -> bytes:
    return "".join(f"{known[name].sha256}  {name}\n" for name in sorted(known)).encode()


def _entry(name: str, data: Data) -> ZipInfo:
    """Fixed time and permissions, so that a file says nothing about when and where it was made."""
    day = data.day
    entry = ZipInfo(name, (max(day.year, _EARLIEST), day.month, day.day, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 3
    return entry
