"""What of people's own words is in the files of a release: what a person has approved, and not one word more."""

import csv
import io
import json
from collections.abc import Iterator
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from surveyapp.anonymise.scrubbing import scrub
from surveyapp.formats import archive
from surveyapp.services import batches, drawing, frozen, gathering, ledger, releasing, responses, reviewing, texts
from surveyapp.services.audit import OPERATOR
from surveyapp.services.collectors import Collecting
from surveyapp.services.refusals import Refusal
from surveyapp.services.waves import find_wave
from surveyapp.store.migrating import downgrade, upgrade
from surveyapp.store.organisations import Unit
from surveyapp.store.releases import Release
from surveyapp.store.responses import SettledText
from surveyapp.store.sessions import Sessions
from surveyapp.store.waves import Wave
from tests.builders import ANSWERS, close_and_settle, count, open_wave, refused, respond, tiny
from tests.conftest import Database
from tests.released_files import every_file
from tests.services.test_releasing import NO_PAGES, WAVE, late

PERSONAL = ("Kalniņa", "29123456", "2912 3456", "anna@inbox.lv", "120345-11234", "Liepu ielā")
COLD = tuple(f"Ēdiens auksts jau {day}. dienu" for day in range(2, 11))
WRITTEN = (
    "Zvaniet Annai Kalniņai 2912 3456",
    "anna@inbox.lv, kods 120345-11234",
    "Dzīvoju Liepu ielā 12-4, tālrunis 29123456",
    *COLD,
)


@pytest.fixture
def wave(sessions: Sessions) -> Collecting:
    with sessions.begin() as session:
        collecting = open_wave(session)
        for words in WRITTEN:
            respond(session, collecting, ANSWERS | {"words": [words], "what": ["other"], "what__text": [words]})
    close_and_settle(sessions, collecting)
    return collecting


def approve(sessions: Sessions, wave: Collecting, beginning: str = "") -> list[UUID]:
    """Somebody approves the texts that wait and begin so; their ids, in the order of the approvals."""
    with sessions.begin(wave.org_id) as session:
        waiting = session.scalars(select(SettledText).filter_by(state="waiting").order_by(SettledText.text)).all()
        chosen = [each.id for each in waiting if each.text.startswith(beginning)]
        for text_id in chosen:
            seal = reviewing.one(session, wave.org_id, wave.wave_id, text_id).seal
            reviewing.approve(session, OPERATOR, (wave.org_id, wave.wave_id, text_id), seal)
    return chosen


def write_late(sessions: Sessions, wave: Collecting, number: int) -> None:
    """So many texts settle with a later batch."""
    of_wave = {"org_id": wave.org_id, "wave_id": wave.wave_id, "item": "words", "language": "lv", "state": "waiting"}
    with sessions.begin(wave.org_id) as session:
        session.add_all(SettledText(id=uuid4(), text=f"Late {each}", **of_wave) for each in range(number))


def words_of(sessions: Sessions, release: Release) -> list[str]:
    """The texts of a release, in their order."""
    with sessions.reading(release.org_id) as session:
        _, *lines = frozen.data(session, release, "analyst").texts["words"]
    return [text for *_, text in lines]


def contents(sessions: Sessions, release: Release) -> Iterator[tuple[str, str]]:
    """Every file that anybody can get of a release: frozen, and in both zips."""
    with sessions.reading(release.org_id) as session:
        for name, content in every_file(session, release):
            yield name, content.decode()
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
    approve(sessions, wave, "Ēdiens auksts jau")
    release = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    found = dict(contents(sessions, release))
    header, *lines = csv.reader(found["analyst data/texts_words.csv"].splitlines())
    assert header == ["language", "text"]
    assert sorted(lines) == sorted([["lv", "[NAME] [PHONE]"], *(["lv", words] for words in COLD)])
    assert not [name for name in found if name.startswith("public") and "texts" in name]
    assert not [name for name, words in found.items() if any(each in words for each in PERSONAL)]
    assert not [name for name, words in found.items() if "PERSONAL-CODE" in words]
    assert found["analyst data/texts_words.csv"] == found["data/texts_words.csv"]


def test_what_is_decided_after_a_release_changes_none_of_its_bytes(sessions: Sessions, wave: Collecting) -> None:
    approve(sessions, wave, "Zvaniet")
    approve(sessions, wave, "Ēdiens auksts jau")
    release = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    before = dict(contents(sessions, release))
    approve(sessions, wave, "anna@")
    with sessions.begin(wave.org_id) as session:
        last = session.scalars(select(SettledText).filter_by(state="waiting")).one()
        reviewing.withhold(session, OPERATOR, (wave.org_id, wave.wave_id, last.id))
    assert dict(contents(sessions, release)) == before
    with sessions.reading(release.org_id) as session:
        assert texts.counted(session, wave.org_id, wave.wave_id) == {"words": (0, 1, 1, 10)}
        assert ledger.breaks(session, session.get_one(Wave, (wave.org_id, wave.wave_id))) == []


def test_what_is_in_a_release_can_be_decided_no_more(sessions: Sessions, wave: Collecting) -> None:
    approve(sessions, wave)
    release = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    before = dict(contents(sessions, release))
    with sessions.begin(wave.org_id) as session:
        text = session.scalars(select(SettledText)).first()
        assert text is not None
        place, seal = (wave.org_id, wave.wave_id, text.id), texts.sealed(text.text).hex()
        refused("text_released", reviewing.withhold, session, OPERATOR, place)
        refused("text_released", reviewing.change, session, OPERATOR, place, "Something else")
        refused("text_released", reviewing.approve, session, OPERATOR, place, seal)
        assert reviewing.one(session, *place).state == "released"
        assert reviewing.decided(session, wave.org_id, wave.wave_id).texts == ()
    assert dict(contents(sessions, release)) == before


def test_fewer_texts_of_a_question_than_people_of_a_batch_are_held_back(sessions: Sessions, wave: Collecting) -> None:
    """The only text of a question asked after a certain answer would belong to the only row with that answer."""
    approve(sessions, wave, "Ēdiens auksts jau")
    release = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    assert not [name for name, words in contents(sessions, release) if "texts" in name or "auksts" in words]
    with sessions.reading(release.org_id) as session:
        report = json.loads(frozen.content(session, release, frozen.REPORT))
    assert report["texts"] == {"words": {"waiting": 3, "approved": 9, "refused": 0, "released": 0}}


def test_later_approvals_go_with_the_next_batch_and_none_goes_twice(sessions: Sessions, wave: Collecting) -> None:
    approve(sessions, wave, "Zvaniet")
    approve(sessions, wave, "Ēdiens auksts jau")
    first = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    before = dict(contents(sessions, first))
    late(sessions, 20, 2)
    write_late(sessions, wave, 17)
    approve(sessions, wave)
    second = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    assert not [name for name in dict(contents(sessions, second)) if "texts" in name]
    late(sessions, 20, 3)
    write_late(sessions, wave, 1)
    approve(sessions, wave)
    third = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    assert dict(contents(sessions, first)) == before
    old, new = (words_of(sessions, each) for each in (first, third))
    assert (len(old), len(new)) == (10, 20)
    assert set(old).isdisjoint(new)
    assert {"[EMAIL], kods [PERSONAL-CODE]", "Late 0", "Late 16"} <= set(new)


def test_the_order_of_texts_is_neither_that_of_answers_nor_of_approvals(sessions: Sessions, wave: Collecting) -> None:
    approved = approve(sessions, wave)
    with sessions.reading() as session:
        there = find_wave(session, WAVE)
        chosen = batches.waiting(session, there)
        orders = [[each.id for each in gathering.gather(session, there, chosen).texts["words"]] for _ in range(3)]
        rows = session.scalars(select(SettledText)).all()
    written = [scrub(words).text for words in WRITTEN]
    arrived = sorted(rows, key=lambda each: written.index(each.text))
    known = [approved, sorted(approved), [each.id for each in arrived]]
    assert all(sorted(order) == sorted(approved) for order in orders)
    assert len({tuple(order) for order in (*orders, *known)}) == 6


def test_a_text_that_is_withheld_while_the_release_is_drawn_up_stops_it(sessions: Sessions, wave: Collecting) -> None:
    approved = approve(sessions, wave)
    with sessions.reading() as session:
        there = find_wave(session, WAVE)
        read = gathering.gather(session, there, batches.waiting(session, there))
    drawn = drawing.draw(read, NO_PAGES)
    with sessions.begin(wave.org_id) as session:
        reviewing.withhold(session, OPERATOR, (wave.org_id, wave.wave_id, approved[0]))
    with pytest.raises(Refusal, match="texts_decided"), sessions.begin() as session:
        releasing.freeze(session, find_wave(session, WAVE), read, drawn, OPERATOR)
    with sessions.reading() as session:
        assert count(session, Release) == 0
    assert len(words_of(sessions, releasing.make(sessions, WAVE, OPERATOR, NO_PAGES))) == len(WRITTEN) - 1


def test_taken_back_and_made_again_nothing_that_went_out_goes_out_once_more(
    sessions: Sessions, wave: Collecting, database: Database
) -> None:
    approve(sessions, wave, "Zvaniet")
    approve(sessions, wave, "Ēdiens auksts jau")
    release = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    before = dict(contents(sessions, release))
    sessions.dispose()
    downgrade(database.owner_url, "0009")
    upgrade(database.owner_url)
    assert dict(contents(sessions, release)) == before
    with sessions.reading() as session:
        assert texts.counted(session, wave.org_id, wave.wave_id) == {"words": (2, 0, 0, 0)}


def some(**numbers: int) -> list[texts.Approved]:
    """So many texts of a language and a group of services, written ``lv_care``; ``lv_`` without a group."""
    found = []
    for name, number in numbers.items():
        language, _, group = name.partition("_")
        found += [texts.Approved(uuid4(), group or None, language, "Paldies") for _ in range(number)]
    return found


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"lv_care": 5, "lv_home": 5}, {"lv_care", "lv_home"}),
        ({"lv_care": 9, "lv_home": 4}, set()),
        ({"lv_care": 9, "lv_home": 4, "lv_money": 1}, {"lv_care"}),
        ({"lv_care": 9, "lv_home": 6, "lv_money": 1}, {"lv_care"}),
        ({"lv_care": 9, "ru_care": 4, "ru_home": 4}, {"lv_care"}),
        ({"lv_care": 9, "lv_": 4}, set()),
        ({"lv_": 9}, set()),
    ],
)
def test_a_group_of_services_is_told_where_enough_share_it_and_nobody_is_left_over(
    written: dict[str, int], told: set[str]
) -> None:
    assert {f"{language}_{group}" for language, group in texts.groups_told(some(**written), 5)} == told


def test_the_group_of_services_goes_out_with_a_text(sessions: Sessions) -> None:
    q = tiny("tiny", ("quasi: [{column: where}]", "quasi: [{column: service, hierarchy: service_tree}]"))
    with sessions.begin() as session:
        collecting = open_wave(session, q)
        home = open_wave(session, q, unit="home")
        for unit, slug in (("centre", "care"), ("home", "help")):
            session.scalars(select(Unit).filter_by(slug=unit)).one().service_group = slug
        session.flush()
        for number, (there, language) in enumerate([(collecting, "lv")] * 8 + [(home, "lv")] * 6 + [(home, "en")] * 2):
            answers = {"how": 1 + number % 3, "what": ["help"], "words": f"person {number}"}
            submission = responses.Submission(key=number.to_bytes(16), answers=answers, language=language)
            responses.accept_submission(session, there, submission)
    close_and_settle(sessions, collecting)
    approve(sessions, collecting)
    release = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    with sessions.reading(release.org_id) as session:
        header, *lines = frozen.data(session, release, "analyst").texts["words"]
    assert header == ["service_group", "language", "text"]
    expected = [["care", "lv"]] * 8 + [["help", "lv"]] * 6 + [["*", "en"]] * 2
    assert sorted(lines, key=lambda line: int(line[2].split()[1])) == [
        [*group, f"person {number}"] for number, group in enumerate(expected)
    ]
