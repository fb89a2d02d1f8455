"""How far settling is, at the page of the wave: while the worker does it, and of a long wave that settles in parts."""

from flask import Flask

from surveyapp.services import analysing, jobs, moving
from surveyapp.services.settlements import Place, settle
from surveyapp.store.sessions import Sessions
from tests.builders import gathered, wave_of
from tests.conftest import Database
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
