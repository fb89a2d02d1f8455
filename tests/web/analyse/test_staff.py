"""What analysts and managers do with releases: read the report, look up codes, publish, withdraw."""

from uuid import UUID

import pytest
from flask import Flask

from surveyapp.jobs import Worker
from surveyapp.languages import long_date
from surveyapp.reports_in_words import pages as report_pages
from surveyapp.services import analysing, frozen, jobs, publishing, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.services.settlements import Place
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, gathered, tiny
from tests.conftest import Database
from tests.pages import Pages
from tests.services.test_releasing import late
from tests.services.test_settling import arrive_late
from tests.staff import employed, logged
from tests.web.analyse.released import WAVE, answered, of_settled, released
from tests.web.analyse.test_rows import all_move_below
from tests.web.manage.working import at_desk


def at_work(app: Flask, sessions: Sessions, org: object, role: str) -> Pages:
    """Somebody with this role, a second factor just shown."""
    with sessions.begin() as session:
        return at_desk(app, session, employed(session, org, f"{role}@example.org", role), org)  # type: ignore[arg-type]


def test_a_manager_is_led_from_the_first_page_to_a_wave_that_is_settled_and_has_no_release(
    app: Flask, sessions: Sessions
) -> None:
    org = answered(sessions)
    manager, analyst = (at_work(app, sessions, org, role) for role in ("manager", "analyst"))
    assert "No release yet." in manager.get("/manage?lang=en").text
    assert "No release yet." not in analyst.get("/manage?lang=en").text, "who makes none isn't told to"
    assert "release" in [button for form in manager.follow("town – 2010").forms for button in form.buttons]
    releasing.make(sessions, WAVE, OPERATOR, Shell(report_pages))
    assert "There is nothing to do at the moment." in manager.get("/manage?lang=en").text


def test_a_wave_without_answers_or_of_another_organisation_waits_for_no_release(app: Flask, sessions: Sessions) -> None:
    org = answered(sessions, 0)
    answered(sessions, name="village/2010")
    desk = at_work(app, sessions, org, "manager")
    assert "There is nothing to do at the moment." in desk.get("/manage?lang=en").text


def test_a_manager_of_a_part_is_not_told_to_make_a_release(app: Flask, sessions: Sessions) -> None:
    org = answered(sessions)
    desk = at_work(app, sessions, org, "manager")
    all_move_below(sessions, org)
    assert "No release yet." not in desk.get("/manage?lang=en").text


def test_a_manager_reads_the_report_and_publishes(app: Flask, sessions: Sessions, pages: Pages) -> None:
    release = released(sessions)
    desk = at_work(app, sessions, release.org_id, "manager")
    desk.get("/analyse?lang=en")
    assert "made, not published" in desk.page.text
    desk.follow("town – 2010")
    assert "Settled: the answers are anonymous." in desk.page.text
    assert "Where do you live? – exactly or not at all" in desk.page.text
    desk.follow(f"Release: {long_date(release.made, 'en')}")
    assert "Who could be recognised?" in desk.page.text
    assert release.policy_sha256.hex() in desk.page.text
    desk.press("public")
    assert "published for everybody" in desk.page.text
    assert "60 people answered." in pages.get("/results/town?lang=en").text
    with sessions.reading() as session:
        assert logged(session, release.org_id)[-1] == "release_published"


def test_a_release_in_the_making_says_how_many_steps_are_done(app: Flask, sessions: Sessions) -> None:
    """The row says it: whatever became of the process that wrote it."""
    org = answered(sessions, 30)
    with sessions.begin() as session:
        (wave,) = [each.wave for each in analysing.rounds(session, org)]
        jobs.ask(session, org, "release", wave.id)
        taken = jobs.take(session, "worker", ())
        assert taken
        jobs.beat(session, taken.key, "worker", 3, 6)
    desk = at_work(app, sessions, org, "manager")
    assert "Release: 3 of 6 steps done" in desk.get(f"/analyse/waves/{wave.id}?lang=en").text


def test_a_codebook_says_what_codes_mean(app: Flask, sessions: Sessions) -> None:
    release = released(sessions)
    desk = at_work(app, sessions, release.org_id, "analyst")
    page = desk.get(f"/analyse/releases/{release.id}/codebook?lang=en")
    assert "How was it? – how" in page.text
    assert "good" in page.text
    assert "Town" in page.text


def test_staff_see_the_public_tables_before_they_are_published(app: Flask, sessions: Sessions, pages: Pages) -> None:
    release = released(sessions)
    desk = at_work(app, sessions, release.org_id, "analyst")
    page = desk.get(f"/analyse/releases/{release.id}/tables?lang=en&by=where")
    assert "20 answers – few answers" in page.text
    pages.get("/results/town", 404)


def of_two_languages(sessions: Sessions) -> Release:
    """Six people of each place answered in English: enough for groups of the analysts, too few for those of the public."""
    asked = tiny("tiny", ("{column: where}", "{column: where, priority: 4}, {column: language}"))
    lived = [("lv", "town")] * 30 + [("lv", "farm"), ("en", "town"), ("en", "farm")] * 6
    answers = {"how": 3, "what": ["help"]}
    people = (({"language": language}, {**answers, "where": where}) for language, where in lived)
    return of_settled(sessions, people, asked=asked)


def test_staff_see_tables_in_the_groups_of_analysts(app: Flask, sessions: Sessions) -> None:
    release = of_two_languages(sessions)
    desk = at_work(app, sessions, release.org_id, "manager")
    page = desk.get(f"/analyse/releases/{release.id}/tables?lang=en&by=language")
    assert "the labels tell of 0% of all people" in page.text
    desk.follow("Tables for staff")
    page = desk.get(f"/analyse/releases/{release.id}/tables?lang=en&for=staff&by=language")
    assert "the labels tell of 100% of all people" in page.text
    assert "of groups of at least 5 people" in page.text
    english = next(table for table in page.query("table") if "English" in table.to_text())
    assert "12 answers – few answers" in english.to_text()
    assert "%" not in english.to_text(), "the thresholds are the same"


def test_who_has_a_part_sees_no_finer_tables_before_they_are_published(app: Flask, sessions: Sessions) -> None:
    release = of_two_languages(sessions)
    with sessions.begin(release.org_id) as session:
        publishing.publish(session, frozen.find(session, release.org_id, release.id), "public", OPERATOR)
    desk = at_work(app, sessions, release.org_id, "manager")
    all_move_below(sessions, release.org_id)
    page = desk.get(f"/analyse/releases/{release.id}/tables?lang=en&for=staff&by=language")
    assert "Tables for staff" not in page.text
    assert "the labels tell of 0% of all people" in page.text


def test_of_very_many_people_staff_see_the_public_tables(
    app: Flask, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = of_two_languages(sessions)
    monkeypatch.setattr(analysing, "MOST_ROWS", release.n - 1)
    desk = at_work(app, sessions, release.org_id, "analyst")
    assert "Tables for staff" not in desk.get(f"/analyse/releases/{release.id}/tables?lang=en&for=staff").text


def test_an_analyst_publishes_nothing(app: Flask, sessions: Sessions) -> None:
    release = released(sessions)
    desk = at_work(app, sessions, release.org_id, "analyst")
    assert "Publish for everybody" not in desk.get(f"/analyse/releases/{release.id}?lang=en").text


def test_withdrawing_needs_a_reason_that_everybody_can_read(app: Flask, sessions: Sessions) -> None:
    release = released(sessions, profile="public")
    desk = at_work(app, sessions, release.org_id, "manager")
    desk.get(f"/analyse/releases/{release.id}?lang=en")
    assert "Write why the release is withdrawn." in desk.press("next", 422).text
    desk.get(f"/analyse/releases/{release.id}?lang=en")
    desk.fill("note", "A question was worded wrongly.")
    desk.press("next")
    assert "withdrawn" in desk.page.text
    assert "A question was worded wrongly." in desk.page.text


def test_a_wave_that_collects_has_rules_and_no_release(app: Flask, sessions: Sessions) -> None:
    org = answered(sessions, 4)
    desk = at_work(app, sessions, org, "manager")
    desk.get("/analyse?lang=en")
    assert "No release yet." in desk.page.text


def test_another_organisation_finds_nothing(app: Flask, sessions: Sessions) -> None:
    ours, theirs = released(sessions), released(sessions, name="village/2010")
    desk = at_work(app, sessions, ours.org_id, "manager")
    for path in ("", "/codebook", "/tables"):
        desk.get(f"/analyse/releases/{theirs.id}{path}", 404)
    desk.get(f"/analyse/waves/{theirs.wave_id}", 404)
    with sessions.begin(theirs.org_id) as session:
        there = frozen.find(session, theirs.org_id, theirs.id)
        assert there is not None
        publishing.publish(session, there, "public", OPERATOR)
    assert "village" not in desk.get("/analyse?lang=en").text


def worked(sessions: Sessions, database: Database) -> None:
    """The worker does what was asked for."""
    Worker(Place(sessions, database.owner_url), "worker").work()


def wave_page(sessions: Sessions, org: UUID) -> str:
    with sessions.reading() as session:
        (found,) = analysing.rounds(session, org)
    return f"/analyse/waves/{found.wave.id}?lang=en"


def test_of_a_small_wave_a_manager_publishes_a_number_and_a_mean(
    app: Flask, sessions: Sessions, database: Database, pages: Pages
) -> None:
    """No command is needed, and it is said before what there will be and what not."""
    org = answered(sessions, 7)
    desk = at_work(app, sessions, org, "manager")
    assert "only how many people answered and one mean" in desk.get(wave_page(sessions, org)).text
    desk.press("release")
    assert "Make the release" not in desk.page.text, "it is asked for already"
    worked(sessions, database)
    page = desk.get(wave_page(sessions, org))
    assert "7 people" in page.text
    assert "Make the" not in page.text
    (link,) = [each.attrs["href"] for each in page.query("a[href*='/analyse/releases/']")]
    desk.get(link)
    assert "Publish for analysts" not in desk.page.text
    desk.press("public")
    assert "7 people answered." in pages.get("/results/town?lang=en").text


def test_a_further_batch_gets_a_release_of_its_own(app: Flask, sessions: Sessions, database: Database) -> None:
    release = released(sessions)
    desk = at_work(app, sessions, release.org_id, "manager")
    assert "Make the" not in desk.get(wave_page(sessions, release.org_id)).text
    late(sessions, 20, 2)
    assert "a release of their own" in desk.get(wave_page(sessions, release.org_id)).text
    desk.press("release")
    worked(sessions, database)
    page = desk.get(wave_page(sessions, release.org_id))
    assert len(page.query("a[href*='/analyse/releases/']")) == 2
    assert "20 people" in page.text


@pytest.mark.parametrize(
    ("people", "more", "words"),
    [
        (4, 0, "nothing is said of them"),
        (12, 0, "all people together, not about parts"),
        (30, 19, "withheld for good"),
    ],
)
def test_what_few_answers_allow_is_said_before_anybody_asks(
    app: Flask, sessions: Sessions, people: int, more: int, words: str
) -> None:
    org = released(sessions, people).org_id if more else answered(sessions, people)
    if more:
        late(sessions, more, 2)
    page = at_work(app, sessions, org, "manager").get(wave_page(sessions, org))
    assert words in page.text
    assert ("Make the release" in page.text) == (people == 12)
    assert words not in at_work(app, sessions, org, "analyst").get(wave_page(sessions, org)).text


def test_answers_that_came_after_settling_are_told_of(app: Flask, sessions: Sessions) -> None:
    collecting = gathered(sessions, 12)
    close_and_settle(sessions, collecting)
    desk = at_work(app, sessions, collecting.org_id, "manager")
    said = "Answers have come after this wave was settled."
    assert said not in desk.get(wave_page(sessions, collecting.org_id)).text
    arrive_late(sessions, collecting, range(100, 101))
    assert said in desk.get(wave_page(sessions, collecting.org_id)).text
