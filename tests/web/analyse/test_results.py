"""Anybody sees what was published, with as much told as there are people for it, and nothing before or after."""

import csv
import io
import json
from collections.abc import Iterator
from hashlib import sha256
from math import ceil
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask

from surveyapp.anonymise import verifier, writing
from surveyapp.anonymise.policy import Policy
from surveyapp.anonymise.reading import Sheet
from surveyapp.anonymise.writing import Labels
from surveyapp.languages import LANGUAGES
from surveyapp.reports_in_words import pages as in_words
from surveyapp.services import frozen, listing, programme_files, programmes, publishing, releasing, zipping
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from tests.pages import Pages
from tests.released_files import write
from tests.services.test_releasing import late
from tests.web.analyse.released import WAVE, of_settled, released

RESULTS = "/results/town"


def test_nothing_stands_there_before_it_is_published(sessions: Sessions, pages: Pages) -> None:
    pages.get(RESULTS, 404)
    release = released(sessions)
    pages.get(RESULTS, 404)
    pages.get(f"{RESULTS}/{release.id}/{frozen.TABLES}", 404)
    pages.get("/results/nobody", 404)


def test_everybody_reads_counts_and_shares_of_all(sessions: Sessions, pages: Pages) -> None:
    released(sessions, profile="public")
    text = pages.get(f"{RESULTS}?lang=en").text
    assert "60 people answered." in text
    assert "How was it?" in text
    assert "good" in text
    assert "Nobody, by what the files say about people" in text
    assert "mean: 2.25" in text


def test_the_start_page_leads_to_what_is_published_and_only_there(sessions: Sessions, pages: Pages) -> None:
    pages.get("/?lang=en")
    pages.follow("Published results")
    assert "No results are published yet." in pages.page.text
    released(sessions, profile="analyst")
    released(sessions, profile="public", name="village/2010")
    release = released(sessions, profile="public", name="port/2010")
    withdrawn(sessions, release)
    page = pages.get("/results?lang=en")
    assert [each.attrs["href"].partition("?")[0] for each in page.query("main a")] == ["/results/village"]
    pages.follow("village – 2010")
    assert "60 people answered." in pages.page.text


def test_the_list_follows_what_is_published_renamed_and_withdrawn(sessions: Sessions) -> None:
    released(sessions, profile="public")
    latest = released(sessions, profile="public", name="town/2011")
    assert results(sessions) == ["town – 2011"]
    with sessions.begin() as session:
        owner = programme_files.Organisation(id="town", name={"en": "Town"})
        file = programme_files.Programme(schema="programme/1", id="town", name={"en": "Tallinn"}, organisation=owner)
        programmes.make(session, file)
    assert results(sessions) == ["Tallinn – 2011"]
    withdrawn(sessions, latest)
    assert results(sessions) == ["Tallinn – 2010"]


def results(sessions: Sessions) -> list[str]:
    with sessions.reading() as session:
        return [f"{each.name['en']} – {each.wave}" for each in listing.published(session)]


def test_options_of_one_question_stand_in_one_table(sessions: Sessions, pages: Pages) -> None:
    released(sessions, profile="public")
    page = pages.get(f"{RESULTS}?lang=en")
    assert page.text.count("What did you use?") == 1
    (table,) = [each for each in page.query("table") if "Money" in each.to_text()]
    assert "Help 60 (100%)" in " ".join(table.to_text().split())
    assert "Money 30 (50%)" in " ".join(table.to_text().split())


def test_a_breakdown_says_how_few_answers_there_are(sessions: Sessions, pages: Pages) -> None:
    """Twenty people live in town: enough for counts, too few for shares."""
    released(sessions, profile="public")
    page = pages.get(f"{RESULTS}?lang=en&by=where")
    town = next(table for table in page.query("table") if "Town" in table.to_text())
    assert "20 answers – few answers" in town.to_text()
    assert "%" not in town.to_text()
    farm = next(table for table in page.query("table") if "Farm" in table.to_text())
    assert "%" in farm.to_text()


def test_every_answer_that_could_be_given_has_its_line(sessions: Sessions, pages: Pages) -> None:
    """Of those in town nobody said "fair": without that line the tables of two groups could not be compared."""
    released(sessions, profile="public")
    page = pages.get(f"{RESULTS}?lang=en&by=where")
    town = next(table for table in page.query("table") if "Town" in table.to_text() and "good" in table.to_text())
    rows = [" ".join(row.to_text().split()) for row in town.query("tbody tr")]
    assert rows == ["bad 15", "fair 0", "good 5"]
    assert "at least 20 answers" not in page.text
    assert "Coverage: the labels tell of 100% of all people." in page.text


def test_what_few_of_a_group_answered_is_told_by_no_page_and_no_file(sessions: Sessions, pages: Pages) -> None:
    """Of twenty in town six have answered: they are counted with everybody, and so are the others."""
    assert places_of_those_who_rated(sessions, few_of_town_rate(sessions)) == {"*"}
    town_is_hidden(pages)


def test_pages_tell_no_more_of_an_older_file_in_which_each_group_is_counted_whole(
    sessions: Sessions, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = writing.tables

    def older(policy: Policy, sheet: Sheet, shown: Labels) -> Iterator[bytes]:
        """Without the number of people of each group, which older files don't have."""
        yield from (
            line for each in right(policy, sheet, shown) for line in each.splitlines(True) if b",*,*," not in line
        )

    monkeypatch.setattr(writing, "counted_under", lambda heights, sizes, fewest: {group: group for group in sizes})
    monkeypatch.setattr(writing, "tables", older)
    monkeypatch.setattr(verifier, "miscounted", lambda *_: [])
    assert places_of_those_who_rated(sessions, few_of_town_rate(sessions)) == {"town", "farm"}
    town_is_hidden(pages)
    assert "Coverage: the labels tell of 100% of all people." in pages.page.text


def few_of_town_rate(sessions: Sessions) -> Release:
    lived = [("town", 3)] * 6 + [("town", {"missing": "dk"})] * 14 + [("farm", 3)] * 40
    people = (({}, {"how": how, "what": ["help"], "where": where}) for where, how in lived)
    return of_settled(sessions, people, "public")


def places_of_those_who_rated(sessions: Sessions, release: Release) -> set[str]:
    with sessions.reading(release.org_id) as session:
        file = frozen.content(session, release, frozen.TABLES).decode()
    return {line["where"] for line in csv.DictReader(io.StringIO(file)) if line["column"] == "how"}


def town_is_hidden(pages: Pages) -> None:
    """And the other place with it, where ratings are told; not where everybody has answered."""
    how, what = pages.get(f"{RESULTS}?lang=en&by=where").query("section.result")
    assert [heading.to_text() for heading in how.query("h3")] == ["Farm", "Town"]
    assert how.to_text().count("Too few answers to show.") == 2
    (table,) = how.query("table")
    assert "46 answers" in table.to_text()
    assert len(what.query("table")) == 2
    assert "mean" not in what.to_text(), "options have none"


def test_of_seven_people_a_number_and_one_mean_are_told(sessions: Sessions, pages: Pages) -> None:
    released(sessions, 7, "public")
    page = pages.get(f"{RESULTS}?lang=en")
    assert "7 people answered. So few answers are not shown. Mean of all their ratings: 2.3" in page.text
    assert not page.query("table")
    pages.language = "lv"
    assert "Visu viņu vērtējumu vidējais: 2,3" in pages.get(f"{RESULTS}?lang=lv").text


def test_of_seven_people_the_same_is_told_once_a_further_batch_has_tables(sessions: Sessions, pages: Pages) -> None:
    released(sessions, 7, "public")
    late(sessions, 25, 2)
    releasing.make(sessions, WAVE, OPERATOR, Shell(in_words), "public")
    page = pages.get(f"{RESULTS}?lang=en")
    assert "25 people answered." in page.text
    assert "7 people answered. So few answers are not shown." in page.text
    assert len([link for link in page.query("main a") if "tables.csv" in link.to_text()]) == 1


def test_by_what_tells_of_nobody_answers_cannot_be_broken_down(sessions: Sessions, pages: Pages) -> None:
    released(sessions, 15, "public")
    assert "Show the answers by" not in pages.get(f"{RESULTS}?lang=en").text


def test_the_files_are_the_frozen_bytes(app: Flask, sessions: Sessions, pages: Pages) -> None:
    release = released(sessions, profile="public")
    client = app.test_client(use_cookies=False)
    for name in (frozen.ZIP, frozen.TABLES, frozen.REPORT):
        answer = client.get(f"{RESULTS}/{release.id}/{name}")
        with sessions.reading(release.org_id) as session:
            digest = frozen.files_of(session, release)[name].sha256
        assert sha256(answer.data).digest() == digest
        assert answer.headers["Content-Length"] == str(len(answer.data))
    header, *_ = csv.reader(io.StringIO(client.get(f"{RESULTS}/{release.id}/{frozen.TABLES}").text))
    assert header == ["where", "column", "code", "n"]
    assert json.loads(client.get(f"{RESULTS}/{release.id}/{frozen.REPORT}").text)["counts"]["released"] == 60


def test_everything_for_anybody_is_one_file_that_says_how_large_it_is(
    app: Flask, sessions: Sessions, pages: Pages, tmp_path: Path
) -> None:
    """The same that the command writes, and no row of a person in it."""
    release = released(sessions, profile="public")
    pages.get(f"{RESULTS}?lang=en")
    taken = app.test_client(use_cookies=False).get(f"{RESULTS}/{release.id}/{frozen.ZIP}")
    assert f"Everything in one file (zip), {ceil(len(taken.data) / 1000)} kB" in pages.page.text
    assert pages.page.query(f'a[href="{RESULTS}/{release.id}/{frozen.ZIP}"]')
    assert taken.content_type == "application/zip"
    assert 'filename="town-2010-1-public.zip"' in taken.headers["Content-Disposition"]
    write(sessions, release, tmp_path / "public.zip", "public")
    assert (tmp_path / "public.zip").read_bytes() == taken.data
    with ZipFile(io.BytesIO(taken.data)) as held, sessions.reading(release.org_id) as session:
        for name in (frozen.TABLES, frozen.REPORT):
            assert held.read(name) == frozen.content(session, release, name)
        assert frozen.RESPONSES not in held.namelist()
        assert {f"report.{language}.html" for language in LANGUAGES} <= {*held.namelist()}


@pytest.mark.parametrize("name", [frozen.ZIP, frozen.TABLES, frozen.REPORT])
def test_whoever_has_a_file_already_is_sent_nothing_and_nothing_is_read(
    app: Flask, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    release = released(sessions, profile="public")
    client, path = app.test_client(use_cookies=False), f"{RESULTS}/{release.id}/{name}"
    first = client.get(path)
    assert first.headers["ETag"] == f'"{sha256(first.data).hexdigest()}"'
    assert first.headers["Cache-Control"] == "no-cache"
    changed = client.get(path, headers={"If-None-Match": f'"{"0" * 64}"'})
    assert (changed.status_code, changed.data) == (200, first.data)
    monkeypatch.setattr(frozen, "chunks", lambda *args: pytest.fail("the file was read"))
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    withdrawn(sessions, release)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 404


def test_a_release_from_before_there_was_a_zip_offers_none(
    sessions: Sessions, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipping, "with_public_zip", lambda gathered, drawn: drawn)
    release = released(sessions, profile="public")
    page = pages.get(f"{RESULTS}?lang=en")
    files = [each.attrs["href"].rpartition("/")[2] for each in page.query(f'a[href^="{RESULTS}/{release.id}"]')]
    assert files == ["tables.csv", "report.json"]
    pages.get(f"{RESULTS}/{release.id}/{frozen.ZIP}", 404)


def test_joint_rows_are_nobodys_here(sessions: Sessions, pages: Pages) -> None:
    release = released(sessions, profile="public")
    pages.get(f"{RESULTS}/{release.id}/{frozen.RESPONSES}", 404)


def withdrawn(sessions: Sessions, release: Release) -> None:
    with sessions.begin(release.org_id) as session:
        there = frozen.find(session, release.org_id, release.id)
        assert there is not None
        publishing.withdraw(session, there, "A question was worded wrongly.", OPERATOR)


def test_a_withdrawn_release_leaves_its_note_only(sessions: Sessions, pages: Pages) -> None:
    release = released(sessions, profile="public")
    withdrawn(sessions, release)
    page = pages.get(f"{RESULTS}?lang=en")
    assert "was withdrawn: A question was worded wrongly." in page.text
    assert not page.query("table")
    pages.get(f"{RESULTS}/{release.id}/{frozen.TABLES}", 404)


@pytest.mark.parametrize("query", ["wave=none", "wave="])
def test_a_wave_that_is_not_there_is_not_found(sessions: Sessions, pages: Pages, query: str) -> None:
    released(sessions, profile="public")
    pages.get(f"{RESULTS}?{query}", 404)
    assert pages.get(f"{RESULTS}?by=nothing&lang=en").query("table")
