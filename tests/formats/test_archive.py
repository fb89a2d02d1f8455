"""The zip of a release: every file it should have, the same bytes each time, and nothing that tells when it was made."""

import csv
import hashlib
import io
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from frictionless import Package
from time_machine import travel

from surveyapp.engine import codebook
from surveyapp.formats import archive, starters, words
from surveyapp.formats.data import Data
from surveyapp.languages import LANGUAGES
from tests.builders import tiny

from .releases import DAY, release


def zipped(data: Data, language: str = "lv", *, labels: bool = False) -> ZipFile:
    out = io.BytesIO()
    archive.write(data, out, language, labels=labels)
    return ZipFile(out)


def public() -> Data:
    """What the public gets of two groups of 12 and 30 people: how many there are, and how many gave each answer."""
    data = release(0, tiny(), ("where", "column", "code", "n"))
    rows = [
        ["town", "*", "*", "12"],
        ["*", "*", "*", "30"],
        ["town", "how", "1", "2"],
        ["town", "how", "3", "10"],
        ["*", "how", "2", "30"],
        ["*", "what__help", "1", "30"],
    ]
    columns = ("where", "column", "code", "n")
    data = data._replace(profile="public", columns=columns, rows=lambda: iter(rows), size=len(rows))
    return data._replace(codebook=tuple(codebook.of_tables(tiny(), columns, {})), report=b'{"fewest_answers": 10}')


def test_everything_is_in_it_in_order() -> None:
    names = zipped(release()).namelist()
    assert names == sorted(names)
    assert set(names) == {
        *("README", "SHA256SUMS", "SYNTHETIC.txt", "codebook.csv", "datapackage.json", "report.json"),
        *("data/responses.csv", "data/texts_improve.csv", "start.R", "start.sps"),
        *("spreadsheet/responses.csv", "spreadsheet/codebook.csv", "spreadsheet/texts_improve.csv"),
        *(f"report.{language}.html" for language in ("lv", "et", "ru", "en", "uk")),
    }
    assert "SYNTHETIC.txt" not in zipped(release(synthetic=False)).namelist()
    assert "data/tables.csv" in zipped(public(), "en").namelist()


def test_it_is_the_same_every_time_and_dated_the_day_of_the_release() -> None:
    one, two = io.BytesIO(), io.BytesIO()
    archive.write(release(), one, "lv")
    with travel(datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)):
        archive.write(release(), two, "lv")
    assert one.getvalue() == two.getvalue()
    for entry in ZipFile(one).infolist():
        assert entry.date_time == (DAY.year, DAY.month, DAY.day, 0, 0, 0)
        assert entry.external_attr == 0o644 << 16
        assert not entry.extra


def test_the_sums_are_those_of_the_files() -> None:
    found = zipped(release())
    lines = found.read("SHA256SUMS").decode().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert sums.keys() == set(found.namelist()) - {"SHA256SUMS"}
    assert all(hashlib.sha256(found.read(name)).hexdigest() == digest for name, digest in sums.items())


def test_the_readme_says_in_every_language_what_each_file_is() -> None:
    found = zipped(release())
    parts = found.read("README").decode().split("\n\n\n")
    assert len(parts) == 5
    for part in parts:
        assert all(name in part for name in found.namelist() if name not in {"README", "SYNTHETIC.txt"})
        assert all(f"\n{code}: " in part for code in ("-9", "-8", "-7", "-6", "-5", "*"))
    assert "Īstu cilvēku atbilžu te nav" in parts[0]


def test_the_public_reads_what_becomes_of_few_answers_and_of_older_tables_it_is_not_said() -> None:
    found = zipped(public(), "en")
    parts = found.read("README").decode().split("\n\n\n")
    said = [next(line for line in part.splitlines() if " 10 " in line and "*" in line) for part in parts]
    assert len({words.together(public(), language) for language in LANGUAGES}) == len(LANGUAGES)
    assert set(said) == {words.together(public(), language) for language in public().languages}
    first, *others = json.loads(found.read("datapackage.json"))["resources"]
    assert first["description"] in said
    assert not any("description" in each for each in others)
    older = zipped(public()._replace(report=b"{}"), "en")
    assert " 10 " not in older.read("README").decode()
    assert b"description" not in older.read("datapackage.json")


@pytest.mark.parametrize("data", [release(), public()], ids=["analyst", "public"])
def test_the_data_package_is_valid(data: Data, tmp_path: Path) -> None:
    zipped(data, "en").extractall(tmp_path)
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldNumber", "message"])
    assert report.stats["tasks"] == 3
    described = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert described["created"] == f"{DAY}T00:00:00Z"


def test_a_code_that_is_in_no_codebook_is_found(tmp_path: Path) -> None:
    data = release(3)
    odd = [["nonsense", *row[1:]] for row in data.rows()]
    zipped(data._replace(rows=lambda: iter(odd))).extractall(tmp_path)
    assert not Package(str(tmp_path / "datapackage.json")).validate().valid


def test_the_public_reads_which_answer_is_counted() -> None:
    labelled = zipped(public(), "lv", labels=True).read("spreadsheet/tables.csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(labelled), delimiter=";"))
    assert rows[1] == ["Pilsēta", "cik cilvēku ir grupā", "jebkura atbilde vai neviena", "12"]
    assert rows[3] == ["Pilsēta", "Kā bija?", "slikti", "2"]
    assert rows[6][1:] == ["Ko izmantojāt?: Palīdzība", "jā", "30"]


def test_groups_by_size_are_cut_as_in_the_report() -> None:
    assert starters.bands() == ["1-4", "5-9", "10-19", "20-49", "50-99", "100+"]
    assert Counter(len(band.split("-")) for band in starters.bands()) == {2: 5, 1: 1}
