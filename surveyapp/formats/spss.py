"""SPSS: numbers with labels, missing values as a range, and a syntax file with the multiple-response sets.

An extra of the package, [spss]. Codes that are no numbers become 1, 2, … in the order of the codebook.
"""

import re
from array import array
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat

from surveyapp.formats.data import Data
from surveyapp.formats.variables import Variable, variables

GENERALISED = -4
"""What ``*`` is; all from -9 to here is missing."""

_MISSING: list[Any] = [{"lo": -9, "hi": GENERALISED}]
_LONGEST = {"name": 64, "value": 120, "variable": 255}
"""Bytes of UTF-8 that SPSS takes."""

_RESERVED = frozenset({"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"})
_CREATED = 92
"""Where the header says when it was written: nine signs for the day, eight for the time."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write(data: Data, file: Path, language: str) -> None:
    """Write ``file`` (.sav) with a row for each response."""
    columns = variables(data, language)
    names = _names(columns)
    values = [_numbers(column) for column in columns]
    pyreadstat.write_sav(
        pl.DataFrame(dict(zip(names, _columns(data, columns, values), strict=True))),
        str(file),
        file_label=_cut(data.title(language), 60),
        column_labels=[_cut(column.label, _LONGEST["variable"]) for column in columns],
        row_compress=True,
        variable_value_labels={
            name: {of[code]: _cut(label, _LONGEST["value"]) for code, label in column.labels.items()}
            for name, column, of in zip(names, columns, values, strict=True)
            if column.labels
        },
        missing_ranges={name: _MISSING for name, column in zip(names, columns, strict=True) if column.labels},
        variable_measure={name: _measure(column) for name, column in zip(names, columns, strict=True)},
        variable_format={
            name: "F4.0" if column.labels else "F8.0" for name, column in zip(names, columns, strict=True)
        },
    )
    _date(file, data.day)


def syntax(data: Data, sav: str, language: str) -> bytes:
    """Commands for SPSS and PSPP that open ``sav`` and define a set for each question with several answers."""
    columns = variables(data, language)
    named = zip(_names(columns), columns, strict=True)
    lines = [f"GET FILE={_quoted(sav)}."]
    for item, parts in groupby(named, lambda each: each[1].item if each[1].type == "multiple" else ""):
        if item:
            several = list(parts)
            label = several[0][1].label.partition(": ")[0]
            lines += [f"MRSETS /MDGROUP NAME=${item} LABEL={_quoted(label)}", "  CATEGORYLABELS=VARLABELS"]
            lines += [f"  VARIABLES={' '.join(name for name, _ in several)} VALUE=1."]
    return "\n".join([*lines, "MRSETS /DISPLAY NAME=ALL.", ""]).encode()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _numbers(column: Variable) -> dict[str, int]:
    """Code -> its number."""
    values = [code for code in column.labels if code not in column.missing]
    numbers = {code: int(code) if column.numeric else place for place, code in enumerate(values, 1)}
    return numbers | {code: GENERALISED if code == "*" else int(code) for code in column.missing}


def _columns(data: Data, columns: Sequence[Variable], values: Sequence[Mapping[str, int]]) -> list[pl.Series]:
    """Column by column, two bytes a cell; four where there are no codes but plain numbers."""
    cells = [array("h" if column.labels else "i") for column in columns]
    add = [each.append for each in cells]
    number = [of.__getitem__ if of else int for of in values]
    for row in data.rows():
        for append, of, code in zip(add, number, row, strict=True):
            append(of(code))
    return [pl.Series(values=each, dtype=pl.Int16 if each.typecode == "h" else pl.Int32) for each in cells]


def _measure(column: Variable) -> str:
    return "ordinal" if column.type == "rating" else "nominal"


def _names(columns: Sequence[Variable]) -> list[str]:
    """The ids, where SPSS takes them; cut, and told apart by a number, where it doesn't."""
    names: list[str] = []
    for column in columns:
        name = f"{column.name}_" if column.name in _RESERVED else column.name
        if len(name) > _LONGEST["name"] or name in names:
            name = f"{name[: _LONGEST['name'] - 5]}_{len(names)}"
        names.append(re.sub(r"[^a-z0-9_]", "_", name))
    return names


def _cut(text: str, longest: int) -> str:
    """The text in so many bytes; one that was cut ends with three dots."""
    if len(text.encode()) <= longest:
        return text
    return text.encode()[: longest - 3].decode(errors="ignore").rstrip() + "…"


def _date(file: Path, day: date) -> None:
    """The release's day in the place of the clock's."""
    with file.open("r+b") as header:
        header.seek(_CREATED)
        header.write(f"{day.day:02} {_MONTHS[day.month - 1]} {day.year % 100:02}00:00:00".encode())
