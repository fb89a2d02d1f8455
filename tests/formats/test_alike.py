"""All formats say the same: codes, labels, missing answers and levels, in whatever is read back by somebody else's program."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import duckdb
import openpyxl
import pyarrow.parquet
import pyreadstat
import pytest
from time_machine import travel

from surveyapp.formats import archive, parquet, spss, tables, workbook
from surveyapp.formats.data import Data
from surveyapp.formats.variables import variables

from .releases import DAY, release

DATA = release()
CODES = [list(row) for row in DATA.rows()]
WORDS = {(row["column"], row["code"]): row for row in DATA.codebook}


def to_xlsx(data: Data, file: Path) -> None:
    workbook.write(data, file, "lv", labels=False)


def to_sav(data: Data, file: Path) -> None:
    spss.write(data, file, "ru")


def to_parquet(data: Data, file: Path) -> None:
    parquet.write(data, file, "ru")


def to_zip(data: Data, file: Path) -> None:
    with file.open("wb") as out:
        archive.write(data, out, "lv")


def to_csv(data: Data, file: Path) -> None:
    file.write_bytes(b"".join(tables.excel(data, "lv", labels=True)))


Write = Callable[[Data, Path], None]
ALL: list[Write] = [to_xlsx, to_sav, to_parquet, to_zip, to_csv]


@pytest.mark.parametrize("labels", [False, True], ids=["codes", "labels"])
def test_the_workbook(tmp_path: Path, *, labels: bool) -> None:
    file = tmp_path / "release.xlsx"
    workbook.write(
        release(texts={"improve": [("language", "text"), ("lv", "=1+1"), ("ru", "http://x.example")]}),
        file,
        "uk",
        labels=labels,
    )
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["data", "codebook", "report", "texts_improve"]
    header, *rows = book["data"].iter_rows(values_only=True)
    assert header == DATA.columns
    for row, codes in zip(rows, CODES, strict=True):
        if labels:
            expected = [WORDS[name, code]["label_uk"] for name, code in zip(DATA.columns, codes, strict=True)]
        else:
            expected = [int(code) if code.removeprefix("-").isdigit() else code for code in codes]
        assert list(row) == expected
    assert [cell.value for cell in book["codebook"][2]] == list(DATA.codebook[0].values())
    assert [cell.value for cell in book["texts_improve"]["B"]] == ["text", "=1+1", "http://x.example"]
    assert dict(book["report"].iter_rows(values_only=True)) == {
        "name": "value",
        "k": 5,
        "share": 0.8,
        "verified": "true",
        "sets.0.0": "age_band",
    }
    assert (book.properties.created.date(), book.properties.modified.date()) == (DAY, DAY)
    with ZipFile(file) as inside:
        sheets = [inside.read(name) for name in inside.namelist() if name.startswith("xl/worksheets/")]
    assert not [sheet for sheet in sheets if b"<f>" in sheet or b"hyperlink" in sheet]


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_spss(tmp_path: Path, language: str) -> None:
    spss.write(DATA, tmp_path / "release.sav", language)
    rows, about = pyreadstat.read_sav(tmp_path / "release.sav", user_missing=True, output_format="dict")
    assert tuple(rows) == DATA.columns
    for column, codes in zip(variables(DATA, language), zip(*CODES, strict=True), strict=True):
        labels = about.variable_value_labels[column.name]
        assert [labels[number] for number in rows[column.name]] == [column.labels[code] for code in codes]
        assert len(labels) == len(column.labels)
        if column.type == "rating":
            assert list(map(str, map(int, rows[column.name]))) == list(codes)
        assert about.column_names_to_labels[column.name] == column.label
        assert about.variable_measure[column.name] == ("ordinal" if column.type == "rating" else "nominal")
        missing = {code for code, number in zip(codes, rows[column.name], strict=True) if -9 <= number <= -4}
        assert missing == column.missing & set(codes)
    assert about.missing_ranges == {name: [{"lo": -9, "hi": -4}] for name in DATA.columns}
    assert about.file_label == f"Kuldīga 2010 ({language})"
    assert about.creation_time.date() == DAY
    assert about.creation_time.time() == datetime.min.time()


def test_long_and_reserved_names_are_told_apart(tmp_path: Path) -> None:
    long = "a" * 60
    names = {"gender": "with", "r01": f"{long}_one", "r02": f"{long}_two", "r03": "r03"}
    book = tuple(row | {"column": names.get(row["column"], row["column"])} for row in DATA.codebook)
    book = tuple(row | {"label_lv": "ā" * 300} if row["code"] in {"", "1"} else row for row in book)
    data = DATA._replace(codebook=book, columns=tuple(names.get(name, name) for name in DATA.columns))
    spss.write(data, tmp_path / "release.sav", "lv")
    rows, about = pyreadstat.read_sav(tmp_path / "release.sav", output_format="dict")
    assert len(rows) == len(DATA.columns)
    assert {"with_", "r03"} <= rows.keys()
    assert len({name for name in rows if name.startswith(long[:50])}) == 2
    assert about.column_names_to_labels["r03"] == "ā" * 126 + "…"
    assert about.variable_value_labels["r03"][1] == "ā" * 58 + "…"


def test_parquet(tmp_path: Path) -> None:
    file = tmp_path / "release.parquet"
    parquet.write(DATA, file, "ru")
    found = duckdb.sql(f"SELECT * FROM '{file}'")
    assert tuple(found.columns) == DATA.columns
    assert [list(map(str, row)) for row in found.fetchall()] == CODES
    assert str(found.types[DATA.columns.index("r01")]) == "INTEGER"
    for field, column in zip(pyarrow.parquet.read_schema(file), variables(DATA, "ru"), strict=True):
        assert field.metadata[b"label"].decode() == column.label
        assert json.loads(field.metadata[b"labels"]) == column.labels


@pytest.mark.parametrize("write", ALL)
def test_it_is_the_same_bytes_whenever_it_is_written(tmp_path: Path, write: Write) -> None:
    for name, when in (("one", datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)), ("two", datetime(2031, 6, 7, tzinfo=UTC))):
        with travel(when):
            write(DATA, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


class Row(list[str]):
    """A row that counts how many of its kind there are at the same time."""

    alive = most = 0

    def __init__(self, codes: list[str]) -> None:
        super().__init__(codes)
        Row.alive += 1
        Row.most = max(Row.most, Row.alive)

    def __del__(self) -> None:
        Row.alive -= 1


@pytest.mark.parametrize("write", ALL)
def test_rows_are_let_go_as_they_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    monkeypatch.setattr(parquet, "_AT_ONCE", 1000)

    def rows() -> Iterator[Row]:
        return (Row(CODES[number % len(CODES)]) for number in range(5000))

    Row.most = 0
    write(DATA._replace(rows=rows, size=5000), tmp_path / "release")
    assert 0 < Row.most <= 2002
    assert Row.alive <= 1
