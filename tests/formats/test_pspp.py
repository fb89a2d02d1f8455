"""PSPP, which reads what SPSS reads: its dictionary and frequencies are those of the codebook and of the rows, without a warning."""

import csv
import io
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from surveyapp.formats import archive, spss, starters
from surveyapp.formats.data import Data
from surveyapp.formats.variables import variables
from tests.needs import unavailable

from .releases import release

PEOPLE = 60
LOOK = "SET TVARS=NAMES TNUMBERS=LABELS.\nGET FILE='release.sav'.\nDISPLAY DICTIONARY.\nFREQUENCIES ALL.\n"

Table = list[list[str]]


def numbered(people: int = PEOPLE) -> Data:
    """The rows as they are released: with a number each."""
    data = release(people)
    book = dict.fromkeys(data.codebook[0], "id") | {"type": "count", "code": "", "missing": "0"}
    rows = [[str(number), *row] for number, row in enumerate(data.rows(), 1)]
    return data._replace(columns=("id", *data.columns), codebook=(book, *data.codebook), rows=lambda: iter(rows))


def pspp(folder: Path, commands: str) -> dict[str, Table]:
    """Title -> table, as PSPP prints them; it may say nothing beside them."""
    if shutil.which("pspp") is None:
        unavailable("there is no PSPP on this machine")
    (folder / "look.sps").write_text(commands, "utf-8")
    command = ["pspp", "-O", "format=csv", "look.sps"]
    done = subprocess.run(command, capture_output=True, cwd=folder, env={"LC_ALL": "C.UTF-8"}, check=False)
    said = done.stdout.decode()
    assert (done.returncode, done.stderr.decode()) == (0, ""), said
    assert "warning" not in said.lower()
    assert "error" not in said.lower()
    return dict(_tables(said))


def _tables(said: str) -> Iterator[tuple[str, Table]]:
    for part in said.split("Table: ")[1:]:
        title, _, rows = part.partition("\n")
        yield title.strip(), [row for row in csv.reader(io.StringIO(rows)) if row]


def filled(table: Table) -> Iterator[list[str]]:
    """The rows with the first cell repeated where it stands for several."""
    first = ""
    for row in table:
        first = row[0] or first
        yield [first, *row[1:]]


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_the_dictionary_and_the_frequencies_are_those_of_the_codebook(tmp_path: Path, language: str) -> None:
    data = numbered()
    spss.write(data, tmp_path / "release.sav", language)
    found = pspp(tmp_path, LOOK)
    shown = {row[0]: row for row in found["Variables"][1:]}
    assert tuple(shown) == data.columns
    labels: dict[str, dict[int, str]] = {}
    for name, value, label in (row for row in filled(found["Value Labels"][1:]) if len(row) == 3):
        labels.setdefault(name, {})[int(value.removesuffix("[a]"))] = label
        assert value.endswith("[a]") == (-9 <= int(value.removesuffix("[a]")) <= -4)
    _, *columns = variables(data, language)
    for column, codes in zip(columns, list(zip(*data.rows(), strict=True))[1:], strict=True):
        _, _, label, measure, *_, missing = shown[column.name]
        assert (label, missing) == (column.label, "-9 THRU -4")
        assert measure == ("Ordinal" if column.type == "rating" else "Nominal")
        assert Counter(labels[column.name].values()) == Counter(column.labels.values())
        counted: Counter[tuple[str, str]] = Counter()
        for state, words, people, *_ in filled(found[column.name][1:]):
            counted[state, words] += int(people) if state != "Total" else 0
        state_of = {code: "Missing" if code in column.missing else "Valid" for code in column.labels}
        assert +counted == Counter((state_of[code], column.labels[code]) for code in codes)


def test_the_sets_of_answers_are_defined(tmp_path: Path) -> None:
    data = release()
    spss.write(data, tmp_path / "release.sav", "lv")
    found = pspp(tmp_path, spss.syntax(data, "release.sav", "lv").decode())
    ((name, label, kind, value, first), *more) = found["Multiple Response Sets"][1:]
    assert (name, kind, value) == ("$important", "Dichotomies", "1")
    assert label == "Kas Jums sociālajā pakalpojumā ir vissvarīgākais?"
    members = "\n".join([first, *(row[-1] for row in more)]).split()
    assert members == [name for name in data.columns if name.startswith("important__")]


def unpacked(folder: Path) -> list[list[str]]:
    """A zip with small, middling and large groups, unpacked; returns the report's first table of it."""
    data = numbered(178)
    few = [[row[0], *("*" for _ in range(5)), *row[6:]] if int(row[0]) > 30 else row for row in data.rows()]
    same = [[row[0], *few[0][1:6], *row[6:]] if int(row[0]) <= 12 else row for row in few]
    with (folder / "release.zip").open("wb") as out:
        archive.write(data._replace(rows=lambda: iter(same)), out, "ru")
    with ZipFile(folder / "release.zip") as inside:
        inside.extractall(folder)
    sizes = Counter(tuple(row[1:6]) for row in same)
    bounds = [*starters.SIZES, 10**9]
    bands = zip(starters.bands(), bounds, bounds[1:], strict=False)
    held = [(band, [size for size in sizes.values() if least <= size < most]) for band, least, most in bands]
    return [[band, str(len(inside)), str(sum(inside))] for band, inside in held if inside]


def test_the_starter_prints_the_groups_by_size(tmp_path: Path) -> None:
    expected = unpacked(tmp_path)
    assert len(expected) == 3
    (table,) = pspp(tmp_path, (tmp_path / "start.sps").read_text("utf-8")).values()
    assert [[cell.strip() for cell in row] for row in table[1:]] == expected


@pytest.mark.soak
def test_the_starter_in_r_prints_the_same(tmp_path: Path) -> None:
    expected = unpacked(tmp_path)
    if shutil.which("Rscript") is None:
        pytest.skip("there is no R on this machine: install r-base-core")
    done = subprocess.run(["Rscript", "start.R"], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert [line.split() for line in done.stdout.splitlines()[1:]] == expected
    assert not done.stderr
