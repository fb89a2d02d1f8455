"""LibreOffice opens what is meant for spreadsheets: the same words and numbers, and not one formula."""

import csv
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from surveyapp.formats import tables, workbook
from surveyapp.formats.guard import harmless

from .releases import release
from .test_tables import DANGEROUS

pytestmark = pytest.mark.soak
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
SEMICOLONS = "--infilter=CSV:59,34,76,1,,0,false,true"


def converted(file: Path, kind: str, *options: str) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("there is no LibreOffice on this machine: install libreoffice-calc-nogui")
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        *options,
        "--convert-to",
        kind,
        "--outdir",
        str(file.parent),
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_a_workbook(tmp_path: Path, language: str) -> None:
    data = release()
    words = {(row["column"], row["code"]): row[f"label_{language}"] for row in data.codebook}
    workbook.write(data, tmp_path / "release.xlsx", language, labels=True)
    converted(tmp_path / "release.xlsx", CSV)
    with (tmp_path / "release-data.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == data.columns
    assert rows == [[words[name, code] for name, code in zip(data.columns, row, strict=True)] for row in data.rows()]


def test_csv_for_spreadsheets(tmp_path: Path) -> None:
    dangerous = [cell for cell in DANGEROUS if not set(cell) & set("\r\n")]
    data = release(
        texts={
            "improve": [
                ("language", "text"),
                ("lv", "Āboliņš, žēl"),
                ("ru", "Ёлка"),
                *(("en", cell) for cell in dangerous),
            ]
        }
    )
    (tmp_path / "rows.csv").write_bytes(b"".join(tables.excel(data, "lv", labels=False)))
    (tmp_path / "texts.csv").write_bytes(b"".join(tables.excel_texts(data, "improve")))
    for name in ("rows", "texts"):
        converted(tmp_path / f"{name}.csv", "xlsx", SEMICOLONS)
    header, *rows = openpyxl.load_workbook(tmp_path / "rows.xlsx").active.iter_rows()
    assert tuple(cell.value for cell in header) == data.columns
    assert [[str(cell.value) for cell in row] for row in rows] == [list(row) for row in data.rows()]
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "texts.xlsx").active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    shown = [cell.value for cell in cells[3::2]]
    assert shown == ["Āboliņš, žēl", "Ёлка", *map(harmless, dangerous)]
