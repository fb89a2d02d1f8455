"""What of people's own words is in the files of a release: what a person has approved, and not one word more."""

import csv
import io
from collections.abc import Iterator
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from surveyapp.formats import archive
from surveyapp.services import frozen, releasing, reviewing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.collectors import Collecting
from surveyapp.store.releases import Release
from surveyapp.store.responses import SettledText
from surveyapp.store.sessions import Sessions
from tests.builders import ANSWERS, close_and_settle, open_wave, respond
from tests.services.test_releasing import NO_PAGES, WAVE

PERSONAL = ("Kalniņa", "29123456", "2912 3456", "anna@inbox.lv", "120345-11234", "Liepu ielā")
WRITTEN = (
    "Zvaniet Annai Kalniņai 2912 3456",
    "anna@inbox.lv, kods 120345-11234",
    "Dzīvoju Liepu ielā 12-4, tālrunis 29123456",
    *(f"Ēdiens auksts jau {day}. dienu" for day in range(2, 11)),
)


@pytest.fixture
def wave(sessions: Sessions) -> Collecting:
    with sessions.begin() as session:
        collecting = open_wave(session)
        for words in WRITTEN:
            respond(session, collecting, ANSWERS | {"words": [words], "what": ["other"], "what__text": [words]})
    close_and_settle(sessions, collecting)
    return collecting


def approve(sessions: Sessions, wave: Collecting, beginning: str = "") -> None:
    """Somebody approves the texts that begin so."""
    with sessions.begin(wave.org_id) as session:
        for text_id in [each.id for each in session.scalars(select(SettledText)) if each.text.startswith(beginning)]:
            seal = reviewing.one(session, wave.org_id, wave.wave_id, text_id).seal
            reviewing.approve(session, OPERATOR, (wave.org_id, wave.wave_id, text_id), seal)


def contents(sessions: Sessions, release: Release) -> Iterator[tuple[str, str]]:
    """Every file that anybody can get of a release: frozen, and in both zips."""
    with sessions.reading(release.org_id) as session:
        for name in frozen.files_of(session, release):
            yield name, frozen.content(session, release, name).decode()
        for profile in frozen.PROFILES:
            out = io.BytesIO()
            archive.write(frozen.data(session, release, profile), out, "lv")
            for name in ZipFile(out).namelist():
                yield f"{profile} {name}", ZipFile(out).read(name).decode()


def test_no_file_holds_a_word_that_nobody_has_approved(sessions: Sessions, wave: Collecting) -> None:
    release = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    found = dict(contents(sessions, release))
    assert not [name for name in found if "texts" in name]
    assert not [name for name, words in found.items() if "auksts" in words or any(each in words for each in PERSONAL)]


def test_approved_words_are_in_the_analysts_files_alone(sessions: Sessions, wave: Collecting) -> None:
    approve(sessions, wave, "Zvaniet")
    approve(sessions, wave, "Ēdiens auksts jau 3")
    release = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    found = dict(contents(sessions, release))
    assert sorted(csv.reader(found["analyst data/texts_words.csv"].splitlines()[1:])) == [
        ["lv", "[NAME] [PHONE]"],
        ["lv", "Ēdiens auksts jau 3. dienu"],
    ]
    assert not [name for name in found if name.startswith("public") and "texts" in name]
    assert not [name for name, words in found.items() if any(each in words for each in PERSONAL)]
    assert not [name for name, words in found.items() if "jau 4" in words]
    assert dict(contents(sessions, release)) == found


def test_words_that_are_approved_no_longer_are_in_no_file_from_then_on(sessions: Sessions, wave: Collecting) -> None:
    approve(sessions, wave, "Ēdiens auksts jau 3")
    release = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    assert [name for name, words in contents(sessions, release) if "jau 3" in words]
    with sessions.begin(wave.org_id) as session:
        text_id = session.scalars(select(SettledText.id).filter_by(state="approved")).one()
        reviewing.change(session, OPERATOR, (wave.org_id, wave.wave_id, text_id), "Something else")
    assert not [name for name, words in contents(sessions, release) if "jau 3" in words or "Something" in words]
