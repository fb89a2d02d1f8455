"""How far settling is, at the page of the wave: while the worker does it, and of a long wave that settles in parts."""

from datetime import date

import pytest
from flask import Flask

from surveyapp.jobs import Worker
from surveyapp.services import analysing, jobs, moving
from surveyapp.services.settlements import Place, settle
from surveyapp.store.sessions import Sessions
from tests.builders import gathered, respond, wave_of
from tests.conftest import Database
from tests.pages import Page
from tests.staff import logged
from tests.web.analyse.test_staff import at_work, wave_page

SO_FAR, NOW = "Answers that are anonymous already", "Some answers are becoming anonymous just now."


def test_a_wave_that_settles_says_how_far_the_worker_is(app: Flask, sessions: Sessions) -> None:
    """The row says it: whatever became of the process that wrote it."""
    org = gathered(sessions, 30).org_id
    with sessions.begin() as session:
        (found,) = analysing.rounds(session, org)
        jobs.ask(session, org, "settle", found.wave.id)
        taken = jobs.take(session, "worker", ())
        assert taken
        jobs.beat(session, taken.key, "worker", 120_000, 300_000)
    for role in ("manager", "analyst"):
        page = at_work(app, sessions, org, role).get(wave_page(sessions, org))
        assert "Settling: 120,000 of 300,000 done" in page.text
        assert page.query("progress")[0].attrs["value"] == "120000"


def test_of_a_wave_that_settles_in_parts_it_is_told_how_much_is_anonymous(
    app: Flask, sessions: Sessions, database: Database
) -> None:
    collecting = gathered(sessions, 45)
    with sessions.begin() as session:
        wave_of(session, collecting).offers_withdrawal = False
    desk = at_work(app, sessions, collecting.org_id, "manager")
    assert SO_FAR not in desk.get(wave_page(sessions, collecting.org_id)).text
    place = Place(sessions, database.owner_url)
    settle(place, lambda session: wave_of(session, collecting), keep_open=True)
    text = desk.get(wave_page(sessions, collecting.org_id)).text
    assert f"{SO_FAR}: 25." in text
    assert NOW not in text
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.state = "closed"
        session.flush()
        moving.step(session, wave, moving.begin(session, wave)[:7])
    text = desk.get(wave_page(sessions, collecting.org_id)).text
    assert NOW in text
    assert f"{SO_FAR}: 25." in text, "no number changes before a part is complete"
    settle(place, lambda session: wave_of(session, collecting))
    text = desk.get(wave_page(sessions, collecting.org_id)).text
    assert SO_FAR not in text
    assert NOW not in text


PART, WHY = "part", "While the wave goes on, a part of its answers can become anonymous."


def buttons(page: Page) -> list[str]:
    return [button for form in page.forms for button in form.buttons]


def test_a_manager_settles_a_part_of_a_wave_that_goes_on_once_enough_wait(
    app: Flask, sessions: Sessions, database: Database
) -> None:
    collecting = gathered(sessions, 39)
    address, desk = wave_page(sessions, collecting.org_id), at_work(app, sessions, collecting.org_id, "manager")
    assert WHY not in desk.get(address).text, "people were told that they can withdraw until its end"
    with sessions.begin() as session:
        wave_of(session, collecting).offers_withdrawal = False
    page = desk.get(address)
    assert f"{WHY} Once 40 wait, all but 20 of them can, chosen at random." in page.text
    assert PART not in buttons(page)
    with sessions.begin() as session:
        respond(session, collecting)
    assert PART in buttons(desk.get(address))
    page = desk.press(PART)
    assert "Settling: waiting for the worker" in page.text
    assert PART not in buttons(page)
    Worker(Place(sessions, database.owner_url), "worker").work()
    page = desk.get(address)
    assert f"{SO_FAR}: 20." in page.text
    assert "Open" in page.text
    assert (PART in buttons(page), "release" in buttons(page)) == (False, True)
    with sessions.begin() as session:
        assert logged(session, collecting.org_id)[-2:] == ["part_asked", "settled"]
    assert WHY not in at_work(app, sessions, collecting.org_id, "analyst").get(address).text


@pytest.mark.parametrize("otherwise", [{"state": "closed"}, {"settles": date(2999, 12, 1)}], ids=["closed", "early"])
def test_no_part_is_offered_of_a_wave_that_is_over_or_before_the_day_people_were_told(
    app: Flask, sessions: Sessions, otherwise: dict[str, object]
) -> None:
    collecting = gathered(sessions, 40)
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.offers_withdrawal = False
        for name, value in otherwise.items():
            setattr(wave, name, value)
    page = at_work(app, sessions, collecting.org_id, "manager").get(wave_page(sessions, collecting.org_id))
    assert WHY not in page.text
    assert PART not in buttons(page)
