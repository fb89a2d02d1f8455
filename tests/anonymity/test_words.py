"""What people write in their own words leaves only as it was approved (anonymity §9.9), and is nowhere once its day is over.

Everybody writes words that nobody else uses: in an open question, among them a name, and beside the option "other". Then every file
of a release is searched in every format and for both profiles, and so are the database, a backup of it, and the log.
"""

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pyarrow.parquet
import pytest
from sqlalchemy import make_url, select

from surveyapp.engine.definition import Item
from surveyapp.reports_in_words import pages
from surveyapp.services import exporting, frozen, keeping, moving, releasing, reviewing, settlements, texts
from surveyapp.services.audit import OPERATOR
from surveyapp.services.collectors import Collecting
from surveyapp.services.drawing import Shell
from surveyapp.services.settlements import Place
from surveyapp.store.migrating import owner_engine
from surveyapp.store.models import SettledText
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from tests import postgres
from tests.anonymity.searching import Everything
from tests.builders import ANSWERS, inside, open_wave, respond, wave_of
from tests.conftest import POSTGRESQL_IN_SOAK, Database
from tests.released_files import WAVE, write

Backup = Callable[[], bytes]

GOOD = tuple(f"kanarijputns{letter}" for letter in "abcdefghij")
NAME, UNREAD, REFUSED, BESIDE = "Vecmiezis Tomasins", "zeltgalvitis", "sarkanrikle", "svilpastite"
CANARIES = {word: word.encode() for word in (*GOOD, NAME, UNREAD, REFUSED, BESIDE)}


@pytest.fixture
def wave(sessions: Sessions, database: Database) -> Collecting:
    """Settled. Ten have written what will be approved, the first of them with a name; two more what won't."""
    with sessions.begin() as session:
        collecting = open_wave(session)
        for words in (f"{GOOD[0]} {NAME}", *GOOD[1:], UNREAD, REFUSED):
            respond(session, collecting, ANSWERS | {"words": [words], "what": ["other"], "what__text": [BESIDE]})
    settlements.settle(Place(sessions, database.owner_url), lambda session: wave_of(session, collecting))
    with sessions.begin() as session:
        for each in inside(session).scalars(select(SettledText)).all():
            place = (collecting.org_id, collecting.wave_id, each.id)
            if each.text == REFUSED:
                reviewing.withhold(session, OPERATOR, place)
            elif each.text != UNREAD:
                reviewing.approve(session, OPERATOR, place, reviewing.one(session, *place).seal)
    return collecting


@pytest.fixture
def backup(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Backup:
    """Makes a backup as the operator does, and reads it."""

    def make() -> bytes:
        copy = tmp_path / "backup"
        if database.engine == "sqlite":
            with closing(sqlite3.connect(str(make_url(database.url).database))) as connection:
                connection.execute("VACUUM INTO ?", (str(copy),))
        else:
            server: postgres.Server = request.getfixturevalue("postgresql")
            address = server.address(database.url.rpartition("/")[2], "postgres")
            subprocess.run([postgres.programs() / "pg_dump", "--file", copy, address], check=True)
        made = copy.read_bytes()
        copy.unlink()
        return made

    return make


def found(content: bytes) -> set[str]:
    return {name for name, canary in CANARIES.items() if canary in content}


def released(sessions: Sessions, folder: Path) -> dict[str, set[str]]:
    """The wave is released; name of each file that anybody can get of it -> canaries in it."""
    release = releasing.make(sessions, WAVE, OPERATOR, Shell(pages))
    return {name: canaries for name, content in files(sessions, release, folder) if (canaries := found(content))}


def files(sessions: Sessions, release: Release, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Frozen ones, and those of every format, unpacked."""
    with sessions.reading(release.org_id) as session:
        for name in frozen.files_of(session, release):
            yield name, frozen.content(session, release, name)
    for profile in frozen.PROFILES:
        for ending in exporting.WRITERS.keys() - ({".sav"} if profile == "public" else set()):
            file = folder / f"{profile}{ending}"
            write(sessions, release, file, profile)
            for name, content in unpacked(file):
                yield f"{file.name} {name}".strip(), content


def unpacked(file: Path) -> Iterator[tuple[str, bytes]]:
    yield "", file.read_bytes()
    if is_zipfile(file):
        with ZipFile(file) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())
    if file.suffix == ".parquet":
        table = pyarrow.parquet.read_table(file)
        yield "table", repr((table.schema.metadata, table.to_pydict())).encode()


@POSTGRESQL_IN_SOAK
def test_only_approved_words_leave_and_only_to_analysts(
    sessions: Sessions, wave: Collecting, tmp_path: Path, everything: Everything
) -> None:
    where = released(sessions, tmp_path)
    assert where.keys() == {
        "data/texts_words.csv",
        "analyst.zip data/texts_words.csv",
        "analyst.zip spreadsheet/texts_words.csv",
        "analyst.xlsx xl/worksheets/sheet4.xml",
    }
    assert set.union(*where.values()) == set(GOOD)
    assert everything.said(CANARIES) == set()


def test_what_was_not_approved_is_in_no_byte_of_the_database_or_a_backup_once_its_day_is_over(
    sessions: Sessions, wave: Collecting, database: Database, everything: Everything, backup: Backup
) -> None:
    assert found(backup()) == CANARIES.keys() - {NAME, BESIDE}, "the search would miss them"
    with sessions.begin() as session:
        keeping.purge(session, wave.today)
        (there,) = texts.of_waves(session, wave.org_id)
        assert there.until
        keeping.purge(session, there.until)
    engine = owner_engine(database.owner_url)
    assert keeping.clean_up(engine, keeping.CONFIDENTIAL)
    engine.dispose()
    assert everything.holds(CANARIES) == set(GOOD)
    assert found(backup()) == set(GOOD)


# The controls: each of these would be found.


@POSTGRESQL_IN_SOAK
def test_a_release_that_takes_every_text_is_found(sessions: Sessions, wave: Collecting, tmp_path: Path) -> None:
    with sessions.begin() as session:
        for each in inside(session).scalars(select(SettledText)):
            each.state, each.approved_sha256 = "approved", texts.sealed(each.text)
    where = released(sessions, tmp_path)
    assert {UNREAD, REFUSED} <= where["data/texts_words.csv"]
    assert {UNREAD, REFUSED} <= where["analyst.xlsx xl/worksheets/sheet4.xml"]


def test_words_that_stay_beside_answers_are_found(
    sessions: Sessions, database: Database, everything: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_they_were(items: tuple[Item, ...], answers: dict[str, object]) -> dict[str, object]:
        return {item.id: answers[item.id] for item in items if item.id in answers}

    monkeypatch.setattr(moving, "settled_answers", as_they_were)
    with sessions.begin() as session:
        collecting = open_wave(session)
        respond(session, collecting, ANSWERS | {"what": ["other"], "what__text": [BESIDE]})
    settlements.settle(Place(sessions, database.owner_url), lambda session: wave_of(session, collecting))
    assert everything.holds(CANARIES) == {BESIDE}
