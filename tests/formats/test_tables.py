"""CSV for programs and for spreadsheets: the same codes, and nothing a spreadsheet would run."""

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.formats import tables
from surveyapp.formats.guard import harmless

from .releases import release

LABELS = {"label_lv", "label_et", "label_ru", "label_en", "label_uk"}
DANGEROUS = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|x", "%x", "＝1", "＋1", "－1", "＠1"),
    *(" =1", "\u00a0=1", "\ufeff=1", "\u200b=1", "\u200c=1", "\u200d=1", "\u2060=1", '"=1', "'=1", " '\u00a0\"=1"),
]


def read(content: Iterator[bytes], **flavour: str) -> list[list[str]]:
    text = b"".join(content).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline=""), **flavour))


def test_programs_read_the_codes_as_they_are() -> None:
    data = release()
    content = b"".join(tables.machine(data))
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert read(iter([content])) == [list(data.columns), *map(list, data.rows())]


def test_spreadsheets_get_the_same_codes_with_numbers_as_numbers() -> None:
    data = release()
    content = b"".join(tables.excel(data, "lv", labels=False))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    rows = read(iter([content[3:]]), delimiter=";")
    assert rows == [list(data.columns), *map(list, data.rows())]
    assert b';-9;"' in content
    assert b'"*"' in content


@pytest.mark.parametrize("language", ["lv", "et", "ru", "en", "uk"])
def test_labels_stand_in_the_place_of_codes(language: str) -> None:
    data = release()
    words = {(row["column"], row["code"]): row[f"label_{language}"] for row in data.codebook}
    content = b"".join(tables.excel(data, language, labels=True)).decode("utf-8-sig")
    _, *rows = read(iter([content.encode()]), delimiter=";")
    for shown, codes in zip(rows, data.rows(), strict=True):
        assert shown == [words[column, code] for column, code in zip(data.columns, codes, strict=True)]
        assert all(shown)


@pytest.mark.parametrize("cell", DANGEROUS)
def test_what_a_spreadsheet_would_run_becomes_a_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    data = release(3, texts={"improve": [("language", "text"), ("lv", cell)]})
    book = tuple({name: cell if name in LABELS else text for name, text in row.items()} for row in data.codebook)
    data = data._replace(codebook=book)
    for content in (
        tables.excel_texts(data, "improve"),
        tables.excel_codebook(data),
        tables.excel(data, "lv", labels=True),
    ):
        found = {each for row in read(content, delimiter=";") for each in row}
        assert f"'{cell}" in found
        assert cell not in found
    assert read(tables.texts(data, "improve")) == [["language", "text"], ["lv", cell]]


@given(st.text())
def test_the_guard_changes_nothing_but_the_beginning(cell: str) -> None:
    assert harmless(cell) in {cell, f"'{cell}"}
    assert not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r", "|", "%"))
