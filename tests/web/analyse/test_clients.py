"""A manager says how many clients there are, at a page of the wave; the report on the page says what comes of it."""

from flask import Flask

from surveyapp.reports_in_words import pages as report_pages
from surveyapp.services import releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, gathered
from tests.services.test_clients import BY_PLACE
from tests.web.analyse.released import WAVE, answered
from tests.web.analyse.test_rows import all_move_below
from tests.web.analyse.test_staff import at_work, wave_page


def test_a_manager_says_it_and_the_report_tells_it(app: Flask, sessions: Sessions) -> None:
    org = answered(sessions)
    desk = at_work(app, sessions, org, "manager")
    assert "How many clients there are in all was not given." in desk.get(wave_page(sessions, org)).text
    desk.follow("Say how many clients there are")
    desk.fill("all", "1 200")
    assert "Clients in all: 1200." in desk.press("next").text
    release = releasing.make(sessions, WAVE, OPERATOR, Shell(report_pages))
    text = desk.get(f"/analyse/releases/{release.id}?lang=en").text
    assert "Clients in all, as the organisation counts them: 1200. People in this release: 60 (5.0%)." in text
    assert "If only the number of clients is known (journalist risk)" in text


def test_parts_are_counted_one_by_one_and_what_was_typed_stays(app: Flask, sessions: Sessions) -> None:
    collecting = gathered(sessions, 12, BY_PLACE)
    close_and_settle(sessions, collecting)
    desk = at_work(app, sessions, collecting.org_id, "manager")
    desk.get(wave_page(sessions, collecting.org_id))
    desk.follow("Say how many clients there are")
    desk.fill("of-town", "30")
    page = desk.press("next", 422)
    assert "Write a number here, too, or only the number in all." in page.text
    assert [each.attrs["href"] for each in page.query(".summary a")] == ["#of-farm"]
    desk.fill("of-farm", "a lot")
    assert "Write a whole number with at most 7 digits." in desk.press("next", 422).text
    desk.fill("of-farm", "12")
    assert "Clients in all: 42." in desk.press("next").text
    page = desk.follow("Say how many clients there are")
    values = [each.attrs["value"] for each in page.query("#of-town, #of-farm")]
    assert sorted(values) == ["12", "30"]


def test_it_is_about_the_whole_organisation_and_its_own_waves(app: Flask, sessions: Sessions) -> None:
    org, other = answered(sessions), answered(sessions, name="village/2010")
    theirs = wave_page(sessions, other).partition("?")[0]
    desk = at_work(app, sessions, org, "manager")
    desk.get(f"{theirs}/clients", 404)
    own = wave_page(sessions, org).partition("?")[0]
    all_move_below(sessions, org)
    desk.get(f"{own}/clients", 403)
