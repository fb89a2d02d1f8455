"""CSV, in the two flavours there are: for programs, and for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from surveyapp.formats.data import Data
from surveyapp.formats.guard import harmless
from surveyapp.formats.variables import cells

Bytes = Iterator[bytes]
_AT_ONCE = 1000


def machine(data: Data) -> Bytes:
    """The rows for programs: UTF-8, commas, line feeds; nothing is altered."""
    return plain(data.columns, data.rows())


def excel(data: Data, language: str, *, labels: bool) -> Bytes:
    """The rows for spreadsheets: byte order mark, semicolons, CRLF, texts in quotation marks, no formulas."""
    return _for_spreadsheets(data.columns, cells(data, language, labels=labels, text=harmless))


def codebook(data: Data) -> Bytes:
    """The codebook for programs."""
    header = codebook_header(data)
    return plain(header, ([entry[name] for name in header] for entry in data.codebook))


def excel_codebook(data: Data) -> Bytes:
    """The codebook for spreadsheets."""
    header = codebook_header(data)
    return _for_spreadsheets(header, ([harmless(entry[name]) for name in header] for entry in data.codebook))


def codebook_header(data: Data) -> list[str]:
    """The codebook's fields, in their order."""
    return list(data.codebook[0])


def texts(data: Data, item: str) -> Bytes:
    """Approved texts of an item, in their own order, as they were approved."""
    header, *rows = data.texts[item]
    return quoted(header, rows)


def excel_texts(data: Data, item: str) -> Bytes:
    """The same for spreadsheets: what people wrote never becomes a formula."""
    header, *rows = data.texts[item]
    return _for_spreadsheets(header, ([harmless(cell) for cell in row] for row in rows))


def quoted(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Bytes:
    """A table of texts for programs; in quotation marks, for lone returns."""
    return _encoded(header, rows, lineterminator="\n", quoting=csv.QUOTE_ALL)


def plain(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Bytes:
    """A table for programs."""
    return _encoded(header, rows, lineterminator="\n")


def _for_spreadsheets(header: Sequence[str], rows: Iterable[Sequence[int | str]]) -> Bytes:
    flavour = {"delimiter": ";", "lineterminator": "\r\n", "quoting": csv.QUOTE_NONNUMERIC}
    yield "\ufeff".encode()
    yield from _encoded([harmless(name) for name in header], rows, **flavour)


def _encoded(header: Sequence[str], rows: Iterable[Sequence[int | str]], **flavour: Any) -> Bytes:
    left = chain([header], rows)
    while some := list(islice(left, _AT_ONCE)):
        text = io.StringIO(newline="")
        csv.writer(text, **flavour).writerows(some)
        yield text.getvalue().encode()
