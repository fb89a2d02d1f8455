"""A release is made once, from settled answers alone, in bytes that never change; else it isn't made, and says why."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from surveyapp.anonymise import writing
from surveyapp.reports_in_words import pages
from surveyapp.services import (
    batches,
    drawing,
    frozen,
    gathering,
    ledger,
    policies,
    publishing,
    questionnaires,
    releasing,
)
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.services.refusals import Refusal
from surveyapp.services.waves import find_wave
from surveyapp.store.releases import LedgerEntry, Release, ReleaseFile, ReleasePart, WavePolicy
from surveyapp.store.responses import Settled
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, count, gathered, refused, tiny

WAVE = "town/2010"

NO_PAGES = Shell(lambda report: {})
"""The pages of a report take longer than all the rest."""


def released(sessions: Sessions, people: int = 12, profile: str | None = None) -> Release:
    """A wave of so many people, settled and released."""
    close_and_settle(sessions, gathered(sessions, people))
    return releasing.make(sessions, WAVE, OPERATOR, NO_PAGES, profile)


def table(sessions: Sessions, release: Release, name: str) -> list[list[str]]:
    with sessions.reading(release.org_id) as session:
        return list(frozen.lines(session, release, name))


def test_both_profiles_are_made_at_once_and_hold_the_answers(sessions: Sessions) -> None:
    release = released(sessions)
    header, *rows = table(sessions, release, frozen.RESPONSES)
    assert header == ["id", "where", "how", "what__help", "what__money", "what__other"]
    assert [row[0] for row in rows] == [str(number) for number in range(1, 13)]
    assert Counter(tuple(row[1:]) for row in rows) == {("farm", how, "1", "0", "0"): 4 for how in "123"}
    header, *counts = table(sessions, release, frozen.TABLES)
    assert header == ["where", "column", "code", "n"]
    assert ["farm", "how", "1", "4"] in counts
    assert ["farm", "what__money", "0", "12"] in counts
    with sessions.reading(release.org_id) as session:
        report = json.loads(frozen.content(session, release, frozen.REPORT))
    assert (report["counts"]["released"], report["verified"]) == (12, True)
    assert report["who_answered"] == {"channel": {"web": 12}, "where": {"farm": 12}}


def test_a_batch_is_released_once(sessions: Sessions) -> None:
    released(sessions)
    refused("released_already", releasing.make, sessions, WAVE, OPERATOR, NO_PAGES)
    with sessions.reading() as session:
        assert count(session, Release) == count(session, LedgerEntry) == 1


def test_nothing_is_released_that_is_not_settled(sessions: Sessions) -> None:
    gathered(sessions, 30)
    refused("not_settled", releasing.make, sessions, WAVE, OPERATOR, NO_PAGES)


@pytest.mark.parametrize(
    ("people", "profile", "code"),
    [
        (0, "public", "too_few_to_say"),
        (4, "public", "too_few_to_say"),
        (5, "analyst", "too_few_for_rows"),
        (9, "analyst", "too_few_for_rows"),
    ],
)
def test_few_people_are_refused(sessions: Sessions, people: int, profile: str | None, code: str) -> None:
    close_and_settle(sessions, gathered(sessions, people))
    refused(code, releasing.make, sessions, WAVE, OPERATOR, NO_PAGES, profile)
    with sessions.reading() as session:
        assert count(session, Release) == 0


def test_of_five_to_nine_people_a_number_and_one_mean_are_frozen(sessions: Sessions) -> None:
    release = released(sessions, 7, "public")
    with sessions.reading(release.org_id) as session:
        assert set(frozen.files_of(session, release)) == {frozen.OVERALL}
        told = json.loads(frozen.content(session, release, frozen.OVERALL))
    assert told == {"n": 7, "mean": 1.86}
    with sessions.begin(release.org_id) as session:
        there = frozen.find(session, release.org_id, release.id)
        refused("no_analyst_profile", publishing.publish, session, there, "analyst", OPERATOR)


@pytest.mark.parametrize(
    ("ratings", "mean"),
    [([3, 3, 3, 3, 2], 2.8), ([3] * 7, None), ([1] * 7, None), ([1, 2, 3, 2], None), ([2] * 5, 2.0)],
)
def test_a_mean_is_not_told_of_fewer_than_five_ratings_nor_at_an_end_of_the_scale(
    ratings: list[int], mean: float | None
) -> None:
    """Where all gave the lowest or the highest it would tell what everybody said."""
    answers: list[dict[str, Any]] = [{"how": rating} for rating in ratings]
    answers += [{"how": {"missing": "dk"}}] * (7 - len(ratings))
    assert json.loads(batches.overall(tiny(), answers)) == {"n": 7, "mean": mean}


def test_formats_get_columns_rows_labels_and_the_report(sessions: Sessions) -> None:
    close_and_settle(sessions, gathered(sessions, 12))
    release = releasing.make(sessions, WAVE, OPERATOR, Shell(pages))
    with sessions.reading(release.org_id) as session:
        for profile, name in frozen.PROFILES.items():
            made = frozen.data(session, release, profile)
            assert [list(made.columns), *made.rows()] == list(frozen.lines(session, release, name))
            assert len(list(made.rows())) == made.size > 0
            assert set(made.columns) <= {row["column"] for row in made.codebook}
            assert (made.name, made.languages, made.day) == ("town-2010", ("en", "lv"), release.made)
            assert set(made.report_pages) == {"lv", "et", "ru", "en", "uk"}
            assert b"<html" in made.report_pages["lv"]


def test_who_chose_the_simple_version_looks_like_whoever_skipped_the_question(sessions: Sessions) -> None:
    """It leaves out what has no easy words. "Not shown" would tell who needs it, in a group of any size."""
    close_and_settle(sessions, gathered(sessions, 0))
    skipped, left_out = {"what": {"missing": "skipped"}}, dict[str, Any]()
    with sessions.begin() as session:
        wave = find_wave(session, WAVE)
        shared = {"org_id": wave.org_id, "wave_id": wave.id, "batch": 1, "period": "2010", "version": wave.version}
        for person in range(12):
            told = {"how": 1 + person % 3, "where": "town", **(skipped if person % 2 else left_out)}
            session.add(Settled(**shared, id=uuid4(), columns={}, answers=told))
    release = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    _, *rows = table(sessions, release, frozen.RESPONSES)
    assert {tuple(row[3:]) for row in rows} == {("-9", "-9", "-9")}


def late(sessions: Sessions, people: int, batch: int) -> None:
    """So many more answers, settled after the wave was."""
    with sessions.begin() as session:
        wave = find_wave(session, WAVE)
        shared = {"org_id": wave.org_id, "wave_id": wave.id, "batch": batch, "period": "2010", "version": wave.version}
        for person in range(people):
            answers = {"how": 1 + person % 3, "what": ["money"], "where": "town"}
            session.add(Settled(**shared, id=uuid4(), columns={}, answers=answers))


def test_what_comes_late_is_released_from_twenty_on_else_withheld_for_good(sessions: Sessions) -> None:
    first = released(sessions)
    late(sessions, 19, 2)
    refused("further_batch_small", releasing.make, sessions, WAVE, OPERATOR, NO_PAGES)
    late(sessions, 20, 3)
    third = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    assert (third.batch, third.n, third.withheld) == (3, 20, 19)
    assert third.policy_sha256 == first.policy_sha256
    assert {row[1] for row in table(sessions, third, frozen.RESPONSES)[1:]} == {"town"}
    with sessions.reading(third.org_id) as session:
        report = json.loads(frozen.content(session, third, frozen.REPORT))
    assert [each["batch"] for each in report["ledger"]["earlier"]] == [1]
    assert (report["counts"]["settled"], report["who_answered"]) == (None, {"where": {"town": 20}})
    refused("further_batch_small", releasing.make, sessions, WAVE, OPERATOR, NO_PAGES)


def test_where_the_questionnaire_is_stricter_more_people_are_needed_for_everything(sessions: Sessions) -> None:
    """Groups of twelve: 11 people are a mean, a further batch of 23 is withheld, and the next one isn't held up by it."""
    strict = tiny("tiny", ("release:\n", "release:\n  k: {analyst: 6, public: 12}\n"))
    close_and_settle(sessions, gathered(sessions, 11, strict))
    refused("too_few_for_rows", releasing.make, sessions, WAVE, OPERATOR, NO_PAGES, "analyst")
    first = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES, "public")
    late(sessions, 23, 2)
    refused("further_batch_small", releasing.make, sessions, WAVE, OPERATOR, NO_PAGES)
    late(sessions, 24, 3)
    further = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    with sessions.reading(first.org_id) as session:
        assert set(frozen.files_of(session, first)) == {frozen.OVERALL}
        assert frozen.RESPONSES in frozen.files_of(session, further)
    assert (further.batch, further.withheld) == (3, 23)


def test_a_policy_that_is_no_longer_the_one_that_was_fixed_releases_nothing(sessions: Sessions) -> None:
    close_and_settle(sessions, gathered(sessions, 12))
    with sessions.begin() as session:
        wave = find_wave(session, WAVE)
        session.get_one(WavePolicy, (wave.org_id, wave.id)).sha256 = bytes(32)
    refused("policy_changed", releasing.make, sessions, WAVE, OPERATOR, NO_PAGES)


def test_a_later_batch_is_never_released_by_another_policy(sessions: Sessions) -> None:
    released(sessions)
    late(sessions, 24, 2)
    stricter = tiny("tiny", ("release:\n", "release:\n  k: {analyst: 6, public: 12}\n"))
    with sessions.begin() as session:
        wave = find_wave(session, WAVE)
        questionnaires.publish(session, stricter)
        wave.version = questionnaires.adopt(session, wave.org_id, "tiny")
        policies.fix(session, wave)
    refused("policy_changed", releasing.make, sessions, WAVE, OPERATOR, NO_PAGES)
    with sessions.reading() as session:
        assert count(session, Release) == 1


def test_an_answer_the_policy_does_not_know_releases_nothing(sessions: Sessions) -> None:
    tree = "{column: where, hierarchy: [[town, land], [farm, land]], labels: {land: {en: all, lv: viss}}}"
    own = tiny("tiny", ("{column: where}", tree))
    close_and_settle(sessions, gathered(sessions, 12, own))
    with sessions.begin() as session:
        row = session.scalars(select(Settled).filter_by(wave_id=find_wave(session, WAVE).id)).first()
        assert row is not None
        row.answers = {**row.answers, "where": "elsewhere"}
    refusal = refused("unforeseen_value", releasing.make, sessions, WAVE, OPERATOR, NO_PAGES)
    assert refusal.values == {"column": "where", "value": "elsewhere"}


def low_everywhere(policy, sheet, shown):
    """A faulty writer: somebody's answer is another."""
    column = [*sheet["how"]]
    column[0] = "1" if column[0] != "1" else "2"
    return RIGHT[0](policy, {**sheet, "how": column}, shown)


def swapped(policy, sheet, shown):
    """A faulty writer: two people's labels are each other's, which only a recount of groups can see."""
    return RIGHT[0](policy, sheet, [("town",), *shown[1:]])


def miscounted(policy, sheet, shown):
    """A faulty writer of tables: one person isn't counted."""
    shorter = {name: column[1:] for name, column in sheet.items()}
    return RIGHT[1](policy, shorter, shown[1:])


RIGHT = (writing.rows, writing.tables)


@pytest.mark.parametrize(
    ("name", "wrong", "found"),
    [
        ("rows", low_everywhere, "answer_changed"),
        ("rows", swapped, "under_k"),
        ("tables", miscounted, "miscounted"),
    ],
)
def test_files_that_do_not_keep_the_promise_are_never_frozen(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, name: str, wrong: Any, found: str
) -> None:
    close_and_settle(sessions, gathered(sessions, 12))
    monkeypatch.setattr(writing, name, wrong)
    refusal = refused("verification_failed", releasing.make, sessions, WAVE, OPERATOR, NO_PAGES)
    assert found in refusal.values["found"]
    with sessions.reading() as session:
        assert [count(session, each) for each in (Release, ReleaseFile, ReleasePart, LedgerEntry)] == [0, 0, 0, 0]


def test_rows_that_were_mixed_up_on_the_way_are_never_frozen(sessions: Sessions) -> None:
    close_and_settle(sessions, gathered(sessions, 12))
    with sessions.reading() as session:
        wave = find_wave(session, WAVE)
        read = gathering.gather(session, wave, batches.waiting(session, wave))
    how = read.sheet["how"]
    mixed = read._replace(sheet={**read.sheet, "how": [*how[1:], how[0]], "where": ["town", *read.sheet["where"][1:]]})
    assert drawing.draw(read, NO_PAGES).files
    assert refused("verification_failed", drawing.draw, mixed, NO_PAGES).values == {"found": "rows_changed"}


def test_two_at_once_release_one_batch_once(sessions: Sessions) -> None:
    close_and_settle(sessions, gathered(sessions, 12))

    def release(_: int) -> str:
        try:
            return releasing.make(sessions, WAVE, OPERATOR, NO_PAGES).state
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(3) as pool:
        ended = sorted(pool.map(release, range(3)))
    assert ended == ["made", "released_already", "released_already"]
    with sessions.reading() as session:
        assert ledger.breaks(session, find_wave(session, WAVE)) == []


def test_every_download_is_the_same_bytes_that_the_ledger_names(sessions: Sessions) -> None:
    release = released(sessions, 30)
    with sessions.reading(release.org_id) as session:
        recorded = ledger.entries(session, find_wave(session, WAVE))[0].details["files"]
        for _ in range(2):
            files = {name: frozen.content(session, release, name) for name in recorded}
            assert {name: sha256(data).hexdigest() for name, data in files.items()} == recorded
