"""Rows of several batches in one file: each as it was frozen, so that a further batch changes nothing above it."""

from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner

from surveyapp import export_commands
from surveyapp.engine.definition import Questionnaire
from surveyapp.services import exporting, frozen, publishing, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.exporting import Exported
from surveyapp.services.waves import find_wave
from surveyapp.store.responses import Settled
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, gathered, refused
from tests.conftest import Database
from tests.services.test_exporting import with_a_module
from tests.services.test_releasing import NO_PAGES, WAVE, late


def first(sessions: Sessions, q: Questionnaire | None = None) -> None:
    close_and_settle(sessions, gathered(sessions, 12, q))
    releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)


def joined(sessions: Sessions, file: Path) -> Exported:
    with sessions.reading() as session:
        releases = exporting.with_rows(session, exporting.chosen(session, find_wave(session, WAVE)))
        return exporting.join(session, releases, file)


def rows(sessions: Sessions, batch: int) -> list[bytes]:
    with sessions.reading() as session:
        release = frozen.releases_of(session, find_wave(session, WAVE))[batch - 1]
        return frozen.content(session, release, frozen.RESPONSES).splitlines(keepends=True)


def test_a_further_batch_comes_behind_and_nothing_above_it_changes(sessions: Sessions, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    first(sessions)
    assert joined(sessions, file).responses == 12
    before = file.read_bytes()
    late(sessions, 20, 2)
    releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    done = joined(sessions, file)
    assert (done.responses, done.columns) == (32, 6)
    assert file.read_bytes() == before + b"".join(rows(sessions, 2)[1:])
    assert before.splitlines(keepends=True) == rows(sessions, 1)
    assert (tmp_path / "all.codebook.csv").read_bytes().startswith(b"column,")


def test_a_batch_that_was_withdrawn_is_left_out(sessions: Sessions, tmp_path: Path) -> None:
    first(sessions)
    late(sessions, 20, 2)
    releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    with sessions.begin() as session:
        publishing.withdraw(session, frozen.releases_of(session, find_wave(session, WAVE))[0], "A fault.", OPERATOR)
    joined(sessions, tmp_path / "all.csv")
    assert (tmp_path / "all.csv").read_bytes().splitlines(keepends=True) == rows(sessions, 2)


def test_batches_with_other_columns_are_not_joined(sessions: Sessions, tmp_path: Path) -> None:
    """Nobody of the first batch was asked the optional question, everybody of the second."""
    first(sessions, with_a_module())
    with sessions.begin() as session:
        wave = find_wave(session, WAVE)
        shared = {"org_id": wave.org_id, "wave_id": wave.id, "batch": 2, "period": "2010", "version": wave.version}
        for person in range(20):
            answers = {"how": 1 + person % 3, "warm": 1 + person % 3, "what": ["money"], "where": "town"}
            session.add(Settled(**shared, id=uuid4(), columns={}, answers=answers))
    releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    refused("batches_differ", joined, sessions, tmp_path / "all.csv")
    assert not list(tmp_path.glob("all.*"))


@pytest.mark.parametrize("name", ["all.zip", "all.xlsx", "all"])
def test_only_rows_are_joined(sessions: Sessions, tmp_path: Path, name: str) -> None:
    first(sessions)
    refused("only_csv", joined, sessions, tmp_path / name)


def test_a_small_first_batch_doesnt_keep_the_next_from_a_folder(
    database: Database, sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_and_settle(sessions, gathered(sessions, 7))
    releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    late(sessions, 20, 2)
    releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    monkeypatch.setattr(export_commands, "settings", database.config)
    for profile in frozen.PROFILES:
        wanted = [WAVE, "--out", f"{tmp_path}/{profile}/", "--profile", profile]
        assert CliRunner().invoke(export_commands.export, wanted).exit_code == 0
        assert [file.parent.name for file in (tmp_path / profile).rglob("*.parquet")] == ["batch=2"]


def test_of_few_people_there_are_no_rows_to_join(sessions: Sessions, tmp_path: Path) -> None:
    close_and_settle(sessions, gathered(sessions, 7))
    releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    refused("too_few_for_file", joined, sessions, tmp_path / "all.csv")
