"""The export holds what the release declares and nothing else, in the same bytes each time."""

import csv
import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.engine.definition import Questionnaire
from surveyapp.services import releases
from surveyapp.services.releases import Exported, harmless
from surveyapp.store.programmes import Programme
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, gathered, inside, open_wave, refused, tiny, wave_of


def with_a_module() -> Questionnaire:
    """One more rating, which is asked where the module "warmth" is on."""
    warm = "- {id: warm, type: rating, scale: good3, optional_module: warmth, text: {en: Warm?, lv: Silti?}}"
    return tiny("tiny", ("- {id: how,", f"{warm}\n      - {{id: how,"), ("low: [how]", "low: [how, warm]"))


def exported(sessions: Sessions, collecting, file: Path) -> Exported:
    with sessions.reading() as session:
        return releases.write(session, wave_of(session, collecting), file)


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


@pytest.fixture
def settled(sessions: Sessions):
    collecting = gathered(sessions, 12)
    close_and_settle(sessions, collecting)
    return collecting


def test_the_zip_holds_responses_and_codebook(sessions: Sessions, settled, tmp_path: Path) -> None:
    assert exported(sessions, settled, tmp_path / "out.zip") == (12, 4)
    with ZipFile(tmp_path / "out.zip") as archive:
        assert sorted(archive.namelist()) == ["codebook.csv", "data/responses.csv"]
        header, *rows = table(archive.read("data/responses.csv"))
        book = table(archive.read("codebook.csv"))
    assert header == ["how", "what__help", "what__money", "what__other"]
    assert sorted(rows) == sorted([str(1 + person % 3), "1", "0", "0"] for person in range(12))
    assert book[0] == ["column", "item", "type", "code", "label_en", "label_lv", "criterion", "missing"]
    assert ["how", "how", "rating", "3", "good", "labi", "", "0"] in book
    assert {row[0] for row in book[1:]} == set(header)


@pytest.mark.parametrize("name", ["out.zip", "out.csv"])
def test_it_says_how_far_it_is(
    sessions: Sessions, settled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(releases, "_AT_ONCE", 5)
    with sessions.reading() as session:
        releases.write(session, wave_of(session, settled), tmp_path / name, lambda *how_far: told.append(how_far))
    assert told == [(0, 12), (5, 12), (10, 12), (12, 12)]


def test_no_text_place_language_or_time_gets_out(sessions: Sessions, settled, tmp_path: Path) -> None:
    exported(sessions, settled, tmp_path / "out.zip")
    with ZipFile(tmp_path / "out.zip") as archive:
        content = archive.read("data/responses.csv").decode()
        assert not [word for word in ("person", "farm", "centre", "web", "lv") if word in content]
        assert {entry.date_time for entry in archive.infolist()} == {(2010, 12, 1, 0, 0, 0)}


def test_the_same_wave_gives_the_same_bytes(sessions: Sessions, settled, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        exported(sessions, settled, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_made_up_answers_are_marked_in_the_file(sessions: Sessions, settled, tmp_path: Path) -> None:
    with sessions.begin() as session:
        wave = wave_of(session, settled)
        session.get_one(Programme, (wave.org_id, wave.programme_id)).synthetic = True
    exported(sessions, settled, tmp_path / "out.zip")
    with ZipFile(tmp_path / "out.zip") as archive:
        words = archive.read("SYNTHETIC.txt").decode().splitlines()
    assert len(words) == 2
    assert "made-up data" in words[0]


def test_a_codebook_stands_beside_a_csv_file(sessions: Sessions, settled, tmp_path: Path) -> None:
    exported(sessions, settled, tmp_path / "out.csv")
    exported(sessions, settled, tmp_path / "out.zip")
    with ZipFile(tmp_path / "out.zip") as archive:
        assert (tmp_path / "out.csv").read_bytes() == archive.read("data/responses.csv")
        assert (tmp_path / "out.codebook.csv").read_bytes() == archive.read("codebook.csv")
    assert sorted(file.name for file in tmp_path.glob("out*")) == ["out.codebook.csv", "out.csv", "out.zip"]


def test_fewer_than_ten_settled_responses_give_no_file(sessions: Sessions, tmp_path: Path) -> None:
    collecting = gathered(sessions, 9)
    close_and_settle(sessions, collecting)
    refused("too_few_settled", exported, sessions, collecting, tmp_path / "out.zip")
    assert not list(tmp_path.glob("out*"))


def test_answers_that_are_not_settled_never_get_out(sessions: Sessions, tmp_path: Path) -> None:
    collecting = gathered(sessions, 30)
    refused("not_settled", exported, sessions, collecting, tmp_path / "out.zip")


def test_only_formats_that_are_written_are_promised(sessions: Sessions, settled, tmp_path: Path) -> None:
    refused("unknown_format", exported, sessions, settled, tmp_path / "out.xlsx")


def test_a_module_nobody_was_shown_has_no_column(sessions: Sessions, tmp_path: Path) -> None:
    collecting = gathered(sessions, 12, with_a_module())
    close_and_settle(sessions, collecting)
    assert exported(sessions, collecting, tmp_path / "off.zip").columns == 4
    with sessions.begin() as session:
        inside(session).get_one(Programme, (collecting.org_id, wave_of(session, collecting).programme_id)).modules = [
            "warmth"
        ]
    assert exported(sessions, collecting, tmp_path / "on.zip").columns == 5


def test_a_module_that_was_shown_keeps_its_column_when_it_is_switched_off_later(
    sessions: Sessions, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        wave = wave_of(session, open_wave(session, with_a_module()))
        programme = session.get_one(Programme, (wave.org_id, wave.programme_id))
        programme.modules = ["warmth"]
    collecting = gathered(sessions, 12, with_a_module())
    with sessions.begin() as session:
        inside(session).get_one(Programme, (collecting.org_id, programme.id)).modules = []
    close_and_settle(sessions, collecting)
    assert exported(sessions, collecting, tmp_path / "out.zip").columns == 5


DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "|x",
    "%x",
    "＝1",
    " =1",
    "\u00a0=1",
    "\ufeff=1",
    "\u200b=1",
    '"=1',
    "'=1",
]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_what_a_spreadsheet_would_run_becomes_a_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@given(st.text())
def test_the_guard_changes_nothing_but_the_beginning(cell: str) -> None:
    assert harmless(cell) in {cell, f"'{cell}"}
    assert not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r", "|", "%"))
