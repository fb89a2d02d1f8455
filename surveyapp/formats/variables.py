"""The columns of a release in one language, as formats that know labels need them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from surveyapp.formats.data import Data


class Variable(NamedTuple):
    """A column. ``labels``: code -> words, in the codebook's order; none where anything may stand. ``missing``: codes.

    ``numeric``: every code is a whole number. ``quasi``: it tells people apart, so that ``*`` may stand in it.
    """

    name: str
    type: str
    item: str
    label: str
    labels: Mapping[str, str]
    missing: frozenset[str]

    @property
    def numeric(self) -> bool:
        """Every code is a whole number."""
        return all(map(is_number, self.labels)) if self.labels else self.type == "count"

    @property
    def quasi(self) -> bool:
        """It tells people apart, so that ``*`` may stand in it."""
        return "*" in self.labels


def is_number(code: str) -> bool:
    """The code is a whole number, written as one."""
    return code.removeprefix("-").isdecimal() and code.isascii() and str(int(code)) == code


def variables(data: Data, language: str) -> list[Variable]:
    """The columns of the rows, in their order. Every one is in the codebook."""
    found = every(data, language)
    return [found[name] for name in data.columns]


def every(data: Data, language: str) -> dict[str, Variable]:
    """All columns the codebook knows, those that are counted in the public's tables included."""
    found: dict[str, Variable] = {}
    for name, rows in _of_columns(data.codebook):
        first, *codes = rows
        said = f"label_{language}"
        found[name] = Variable(
            name,
            first["type"],
            first["item"],
            first[said],
            {row["code"]: row[said] for row in codes},
            frozenset(row["code"] for row in codes if row["missing"] == "1"),
        )
    return found


def _of_columns(codebook: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, list[Mapping[str, str]]]]:
    of: dict[str, list[Mapping[str, str]]] = {}
    for row in codebook:
        of.setdefault(row["column"], []).append(row)
    yield from of.items()


def cells(data: Data, language: str, *, labels: bool, text: Callable[[str], str] = str) -> Iterator[list[int | str]]:
    """The rows as a spreadsheet takes them: whole numbers as numbers. ``labels``: words in the place of codes.

    ``text``: what becomes of each different text.
    """
    columns = variables(data, language)
    convert = [_Cells(column.labels if labels else {}, text) for column in columns]
    known = every(data, language) if labels and "column" in data.columns else {}
    for row in data.rows():
        yield [each[code] for each, code in zip(convert, _told(data, known, row), strict=True)]


def _told(data: Data, known: Mapping[str, Variable], row: Sequence[str]) -> Sequence[str]:
    """A row of the public's tables with the words of the column and the code that are counted."""
    if not known:
        return row
    counted = known[row[data.columns.index("column")]]
    words = {"column": counted.label, "code": counted.labels.get(row[data.columns.index("code")], "")}
    return [words.get(name, code) for name, code in zip(data.columns, row, strict=True)]


class _Cells(dict[str, int | str]):
    """Code -> cell, each worked out once."""

    def __init__(self, labels: Mapping[str, str], text: Callable[[str], str]) -> None:
        self.update({code: text(label) for code, label in labels.items()})
        self.text = text

    def __missing__(self, code: str) -> int | str:
        self[code] = cell = int(code) if is_number(code) else self.text(code)
        return cell
