"""A workbook for spreadsheets: data, codebook and report on a sheet each; no cell is a formula."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from surveyapp.formats.data import Data
from surveyapp.formats.tables import codebook_header
from surveyapp.formats.variables import cells

MOST_ROWS = 1_048_575
"""A sheet has room for so many below its header."""

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LONGEST_NAME = 31
_WIDTH = 14


def write(data: Data, file: Path, language: str, *, labels: bool) -> None:
    """Write the workbook. There are at most ``MOST_ROWS`` rows."""
    with xlsxwriter.Workbook(str(file), _OPTIONS) as book:
        book.set_properties({"title": data.title(language), "created": datetime.combine(data.day, time())})
        _sheet(book, "data", data.columns, cells(data, language, labels=labels))
        header = codebook_header(data)
        _sheet(book, "codebook", header, ([entry[name] for name in header] for entry in data.codebook))
        _sheet(book, "report", ("name", "value"), _flat("", json.loads(data.report)))
        for item, lines in data.texts.items():
            _sheet(book, f"texts_{item}"[:_LONGEST_NAME], lines[0], lines[1:])


def _sheet(book: xlsxwriter.Workbook, name: str, header: Sequence[str], rows: Iterable[Sequence[float | str]]) -> None:
    sheet: Worksheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(header) - 1, _WIDTH)
    _line(sheet, 0, header)
    for number, row in enumerate(rows, 1):
        _line(sheet, number, row)


def _line(sheet: Worksheet, number: int, row: Sequence[float | str]) -> None:
    for place, cell in enumerate(row):
        if isinstance(cell, str):
            sheet.write_string(number, place, cell)
        else:
            sheet.write_number(number, place, cell)


def _flat(path: str, value: Any) -> Iterator[tuple[str, float | str]]:
    """Every figure of the report with the way to it."""
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in parts:
            yield from _flat(f"{path}.{name}" if path else str(name), each)
    else:
        yield path, value if isinstance(value, str | int | float) and not isinstance(value, bool) else json.dumps(value)
