"""The public's files of a wave in which few of some groups answered open everywhere, and say the same there."""

import csv
import json
from collections import Counter
from pathlib import Path
from zipfile import ZipFile

from frictionless import Package
from openpyxl import load_workbook
from pyarrow.parquet import read_table

from surveyapp.formats import starters
from surveyapp.store.sessions import Sessions
from tests.conftest import POSTGRESQL_IN_SOAK
from tests.formats.test_pspp import pspp
from tests.released.people import release, settle
from tests.released_files import write


@POSTGRESQL_IN_SOAK
def test_they_open_and_tell_how_many_people_each_group_has(sessions: Sessions, tmp_path: Path) -> None:
    settle(sessions, 120, 1)
    made = release(sessions)
    for ending in ("zip", "xlsx", "parquet"):
        write(sessions, made, tmp_path / f"public.{ending}", "public")
    with ZipFile(tmp_path / "public.zip") as inside:
        inside.extractall(tmp_path)
    with (tmp_path / "data/tables.csv").open(encoding="utf-8") as file:
        lines = list(csv.reader(file))
    groups = {column: {tuple(line[:-3]) for line in lines if line[-3] == column} for column in ("*", "r01")}
    assert groups["*"] - groups["r01"], "of some groups few have answered"
    assert Package(str(tmp_path / "datapackage.json")).validate().valid
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert printed(tmp_path) == by_size(report["profiles"]["public"]["classes"]["sizes"])
    sheet = load_workbook(tmp_path / "public.xlsx")["data"]
    assert [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)] == lines
    table = read_table(tmp_path / "public.parquet").to_pylist()
    assert [[str(cell) for cell in row.values()] for row in table] == lines[1:]


def printed(folder: Path) -> list[list[str]]:
    """The first table of the report as the starter for SPSS makes it from the file."""
    (table,) = pspp(folder, (folder / "start.sps").read_text("utf-8")).values()
    return [[cell.strip() for cell in row] for row in table[1:]]


def by_size(sizes: dict[str, int]) -> list[list[str]]:
    """The same of the report's figures."""
    first = [*starters.SIZES, 10**9]
    groups, people = Counter[str](), Counter[str]()
    for size, times in sizes.items():
        band = next(name for name, end in zip(starters.bands(), first[1:], strict=True) if int(size) < end)
        groups[band] += times
        people[band] += times * int(size)
    return [[band, str(groups[band]), str(people[band])] for band in starters.bands() if groups[band]]
