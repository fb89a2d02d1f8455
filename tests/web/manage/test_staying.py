"""WCAG 2.2.1: a session that ends by itself says so before, and goes on with a press of a button that loses nothing."""

import re

from flask import Flask

from surveyapp.services.staff_sessions import IDLE, LONGEST
from surveyapp.store import clock
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import StaffSession
from tests.pages import Pages
from tests.web.manage.working import admin

STAY = "Stay signed in longer"


def later(sessions: Sessions, seconds: int) -> None:
    """So much time goes by, and nothing is done."""
    with sessions.begin() as session:
        for each in session.query(StaffSession):
            each.seen -= seconds
            each.opened -= seconds


def minutes(pages: Pages) -> int:
    """For how long the page says that one stays signed in."""
    found = re.search(r"You stay signed in for (\d+) more minute", pages.page.text)
    assert found
    return int(found.group(1))


def test_a_page_says_for_how_long_and_stays_longer(app: Flask, sessions: Sessions) -> None:
    pages, _ = admin(app, sessions, "collector")
    pages.get("/manage?lang=en")
    assert minutes(pages) * 60 == IDLE - 60, "the last minute isn't promised: use is noted once a minute"
    for _ in range(3):
        later(sessions, 20 * 60)
        assert pages.follow(STAY).heading == "What needs doing"
        assert minutes(pages) * 60 == IDLE - 60


def test_before_the_last_hours_end_one_is_told_to_sign_in_again(app: Flask, sessions: Sessions) -> None:
    pages, _ = admin(app, sessions, "collector")
    with sessions.begin() as session:
        for each in session.query(StaffSession):
            each.opened = clock.seconds(session) - LONGEST + 11 * 60
    pages.get("/manage?lang=en")
    assert 0 < minutes(pages) <= 11
    assert "Nobody stays signed in for more than 12 hours" in pages.page.text
    assert STAY not in pages.page.links
    assert pages.follow("Sign in").heading == "Sign in"
