"""A release is made once, from settled answers alone, in bytes that never change; else it isn't made, and says why."""

import json
from collections import Counter

import pytest

from surveyapp.reports_in_words import pages
from surveyapp.services import frozen, publishing, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.store.releases import LedgerEntry, Release
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, count, gathered, refused

WAVE = "town/2010"


def released(sessions: Sessions, people: int = 12, profile: str | None = None) -> Release:
    """A wave of so many people, settled and released."""
    close_and_settle(sessions, gathered(sessions, people))
    return releasing.make(sessions, WAVE, OPERATOR, pages, profile)


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
    assert report["who_answered"] == {"channel": {"web": 12}}


def test_a_batch_is_released_once(sessions: Sessions) -> None:
    released(sessions)
    refused("released_already", releasing.make, sessions, WAVE, OPERATOR, pages)
    with sessions.reading() as session:
        assert count(session, Release) == count(session, LedgerEntry) == 1


def test_nothing_is_released_that_is_not_settled(sessions: Sessions) -> None:
    gathered(sessions, 30)
    refused("not_settled", releasing.make, sessions, WAVE, OPERATOR, pages)


@pytest.mark.parametrize(
    ("people", "profile", "code"),
    [
        (0, "public", "too_few_to_say"),
        (4, "public", "too_few_to_say"),
        (5, None, "too_few_for_rows"),
        (9, "analyst", "too_few_for_rows"),
    ],
)
def test_few_people_are_refused(sessions: Sessions, people: int, profile: str | None, code: str) -> None:
    close_and_settle(sessions, gathered(sessions, people))
    refused(code, releasing.make, sessions, WAVE, OPERATOR, pages, profile)
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


def test_formats_get_columns_rows_labels_and_the_report(sessions: Sessions) -> None:
    release = released(sessions)
    with sessions.reading(release.org_id) as session:
        for profile, name in frozen.PROFILES.items():
            made = frozen.data(session, release, profile)
            assert [list(made.columns), *made.rows()] == list(frozen.lines(session, release, name))
            assert len(list(made.rows())) == made.size > 0
            assert set(made.columns) <= {row["column"] for row in made.codebook}
            assert (made.name, made.languages, made.day) == ("town-2010", ("en", "lv"), release.made)
            assert set(made.report_pages) == {"lv", "et", "ru", "en", "uk"}
            assert b"<html" in made.report_pages["lv"]
