"""A file of a release is written from its frozen rows alone, whole or not at all, and is the same every time."""

import builtins
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from sqlalchemy import select

from surveyapp.engine.definition import Questionnaire
from surveyapp.formats import workbook
from surveyapp.reports_in_words import pages
from surveyapp.services import exporting, frozen, publishing, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.services.exporting import WRITERS, Options
from surveyapp.store.programmes import Programme
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions, make_sessions
from tests.builders import close_and_settle, gathered, inside, open_wave, refused, tiny, wave_of
from tests.conftest import new_sqlite
from tests.released_files import PLAIN, WAVE, write


def released(sessions: Sessions, people: int = 12, q: Questionnaire | None = None) -> Release:
    close_and_settle(sessions, gathered(sessions, people, q))
    return releasing.make(sessions, WAVE, OPERATOR, Shell(pages), "public")


ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what the database has no part in."""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Sessions]:
    """A database with one release of made-up answers."""
    made = make_sessions(new_sqlite(tmp_path_factory.mktemp("stored"), migrated_file).config())
    with made.begin() as session:
        wave = wave_of(session, open_wave(session))
        session.get_one(Programme, (wave.org_id, wave.programme_id)).synthetic = True
    released(made)
    yield made
    made.dispose()


@pytest.fixture
def release(stored: Sessions) -> Release:
    with stored.reading() as session:
        return inside(session).scalars(select(Release)).one()


def with_a_module() -> Questionnaire:
    """One more rating, which is asked where the module "warmth" is on."""
    warm = "- {id: warm, type: rating, scale: good3, optional_module: warmth, text: {en: Warm?, lv: Silti?}}"
    return tiny("tiny", ("- {id: how,", f"{warm}\n      - {{id: how,"), ("low: [how]", "low: [how, warm]"))


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def test_the_zip_holds_the_frozen_bytes(sessions: Sessions, tmp_path: Path) -> None:
    release = released(sessions)
    for profile, name in frozen.PROFILES.items():
        write(sessions, release, tmp_path / f"{profile}.zip", profile)
        with ZipFile(tmp_path / f"{profile}.zip") as archive, sessions.reading(release.org_id) as session:
            assert archive.read(name) == frozen.content(session, release, name)
            assert archive.read("report.json") == frozen.content(session, release, "report.json")
            book = table(archive.read("codebook.csv"))
            days = {entry.date_time for entry in archive.infolist()}
        assert book[0] == ["column", "item", "type", "code", "label_en", "label_lv", "criterion", "missing"]
        assert ["how", "how", "rating", "3", "good", "labi", "", "0"] in book
        assert days == {(release.made.year, release.made.month, release.made.day, 0, 0, 0)}


@ON_SQLITE
def test_whatever_is_renamed_later_the_bytes_stay(sessions: Sessions, tmp_path: Path) -> None:
    release = released(sessions)
    first = [write(sessions, release, tmp_path / f"out{ending}") for ending in WRITERS]
    with sessions.begin(release.org_id) as session:
        for programme in inside(session).scalars(select(Programme)):
            programme.name, programme.synthetic, programme.services = {"en": "Renamed"}, True, {}
    assert [write(sessions, release, tmp_path / f"out{ending}") for ending in WRITERS] == first
    assert {(each.responses, each.columns) for each in first} == {(12, 6)}


def test_what_stands_beside_a_file(stored: Sessions, release: Release, tmp_path: Path) -> None:
    for ending in WRITERS:
        write(stored, release, tmp_path / f"out{ending}")
    write(stored, release, tmp_path / "sheet.csv", options=Options("lv", labels=True))
    assert {file.name for file in tmp_path.glob("*t.*")} == {
        *(f"out{ending}" for ending in WRITERS),
        *("out.codebook.csv", "out.sps", "sheet.csv", "sheet.codebook.csv"),
        *("out.SYNTHETIC.txt", "sheet.SYNTHETIC.txt"),
    }
    with ZipFile(tmp_path / "out.zip") as archive:
        assert (tmp_path / "out.csv").read_bytes() == archive.read("data/responses.csv")
        assert (tmp_path / "out.codebook.csv").read_bytes() == archive.read("codebook.csv")
    assert "labi" in (tmp_path / "sheet.csv").read_text("utf-8-sig")


def test_made_up_answers_are_marked_in_every_file(stored: Sessions, release: Release, tmp_path: Path) -> None:
    for ending in WRITERS:
        write(stored, release, tmp_path / f"{ending[1:]}{ending}")
    marks = [tmp_path / f"{ending[1:]}.SYNTHETIC.txt" for ending in WRITERS if ending != ".zip"]
    assert all("made-up data" in mark.read_text("utf-8") for mark in marks)
    with ZipFile(tmp_path / "zip.zip") as archive:
        assert "made-up data" in archive.read("SYNTHETIC.txt").decode()
        assert "made-up data" in archive.read("README").decode()


def test_it_says_how_far_it_is(
    stored: Sessions, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_AT_ONCE", 5)
    with stored.reading(release.org_id) as session:
        data, language = exporting.data_of(session, release, "analyst", None)
        for name, of in (("out.csv", 12), ("out.zip", 48)):
            told: list[tuple[int, int]] = []
            exporting.write(data, language, tmp_path / name, PLAIN, lambda *far, told=told: told.append(far))
            assert told[0] == (0, of)
            assert told[-1] == (of, of)
            assert told == sorted(told)


def test_what_cannot_be_written_is_refused(
    stored: Sessions, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused("unknown_format", write, stored, release, tmp_path / "out.pdf")
    refused("language_not_offered", write, stored, release, tmp_path / "out.csv", options=Options("fr"))
    refused("only_responses", write, stored, release, tmp_path / "out.sav", "public")
    monkeypatch.setattr(workbook, "MOST_ROWS", 11)
    refused("too_many_rows", write, stored, release, tmp_path / "out.xlsx")
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize("missing", [(".sav", "spss"), (".parquet", "parquet")])
def test_an_extra_that_is_not_installed_is_named(
    stored: Sessions, release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: tuple[str, str]
) -> None:
    ending, extra = missing
    there = builtins.__import__

    def without(name: str, *args: object) -> object:
        if name == "surveyapp.formats" and args[2] == (extra,):
            raise ModuleNotFoundError(name)
        return there(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    assert refused("extra_missing", write, stored, release, tmp_path / f"out{ending}").values == {"extra": extra}


def test_a_file_that_could_not_be_finished_leaves_the_older_one(
    stored: Sessions, release: Release, tmp_path: Path
) -> None:
    with stored.reading(release.org_id) as session:
        data, language = exporting.data_of(session, release, "analyst", None)

        def broken() -> Iterator[list[str]]:
            yield from list(data.rows())[:3]
            raise OSError

        for ending in WRITERS:
            file = tmp_path / f"out{ending}"
            file.write_bytes(b"older")
            with pytest.raises(OSError):
                exporting.write(data._replace(rows=broken), language, file, PLAIN)
            assert file.read_bytes() == b"older"
    assert {file.name for file in tmp_path.glob("out*")} == {f"out{ending}" for ending in WRITERS}


@ON_SQLITE
def test_only_a_release_that_stands_is_written(sessions: Sessions, tmp_path: Path) -> None:
    collecting = gathered(sessions, 12)
    close_and_settle(sessions, collecting)
    with sessions.reading() as session:
        refused("no_release", exporting.chosen, session, wave_of(session, collecting))
    release = releasing.make(sessions, WAVE, OPERATOR, Shell(pages))
    with sessions.begin(release.org_id) as session:
        publishing.withdraw(session, frozen.find(session, release.org_id, release.id), "wrong groups", OPERATOR)
        refused("release_withdrawn", exporting.chosen, session, wave_of(session, collecting))


@ON_SQLITE
def test_of_five_to_nine_people_there_is_no_file(sessions: Sessions, tmp_path: Path) -> None:
    release = released(sessions, 7)
    for profile in frozen.PROFILES:
        refused("too_few_for_file", write, sessions, release, tmp_path / "out.csv", profile)
    assert not list(tmp_path.glob("out*"))


def test_no_text_place_language_or_time_gets_out(stored: Sessions, release: Release, tmp_path: Path) -> None:
    write(stored, release, tmp_path / "out.csv")
    content = (tmp_path / "out.csv").read_text("utf-8")
    assert not [word for word in ("person", "centre", "web", "lv") if word in content]


@ON_SQLITE
@pytest.mark.parametrize("on", [False, True])
def test_a_module_nobody_was_shown_has_no_column(sessions: Sessions, tmp_path: Path, *, on: bool) -> None:
    if on:
        with sessions.begin() as session:
            wave = wave_of(session, open_wave(session, with_a_module()))
            session.get_one(Programme, (wave.org_id, wave.programme_id)).modules = ["warmth"]
    release = released(sessions, 12, with_a_module())
    with sessions.begin(release.org_id) as session:
        for programme in inside(session).scalars(select(Programme)):
            programme.modules = []
    assert write(sessions, release, tmp_path / "out.csv").columns == (7 if on else 6)


def test_parquet_is_parted_by_organisation_and_wave(stored: Sessions, release: Release, tmp_path: Path) -> None:
    with stored.reading(release.org_id) as session:
        file = exporting.folder_of(session, tmp_path, release, "analyst")
    file.parent.mkdir(parents=True)
    write(stored, release, file)
    found = duckdb.sql(f"SELECT org, wave, batch, count(*) FROM '{tmp_path}/**/*.parquet' GROUP BY ALL").fetchall()
    assert [(wave, batch, n) for _, wave, batch, n in found] == [("town-2010", 1, 12)]
