"""A new passphrase in place of one that was good once, or of the present one, which has to be known and left behind."""

import pytest
from flask import Flask

from surveyapp.store.people import Person
from surveyapp.store.sessions import Sessions
from tests.staff import OTHER, PASSPHRASE, anna
from tests.web.manage.working import browser, new_passphrase, sets_up_app, signs_in


def test_a_passphrase_that_was_good_once_is_replaced_first(app: Flask, sessions: Sessions) -> None:
    who = anna(sessions, "collector")
    with sessions.begin() as session:
        session.get_one(Person, who).once = True
    pages = browser(app)
    assert signs_in(pages).heading == "Choose a new passphrase"
    assert pages.get("/manage?lang=en").heading == "Choose a new passphrase"
    new_passphrase(pages, OTHER, "something else", 422)
    new_passphrase(pages, OTHER)
    assert pages.page.heading == "What needs doing"
    pages.press("sign-out")
    signs_in(pages, passphrase=PASSPHRASE, status=422)
    assert signs_in(pages, passphrase=OTHER).heading == "What needs doing"


@pytest.mark.parametrize("second", [False, True])
def test_a_new_passphrase_is_taken_from_whoever_knows_the_present_one(
    app: Flask,
    sessions: Sessions,
    second: bool,  # noqa: FBT001
) -> None:
    """Also from somebody who has just shown a second factor."""
    anna(sessions, "collector")
    pages = browser(app)
    signs_in(pages)
    if second:
        pages.get("/manage/account/app?lang=en")
        sets_up_app(pages)
    pages.get("/manage/account/passphrase?lang=en")
    pages.fill("present", OTHER)
    new_passphrase(pages, "five green windmills at noon", status=422)
    assert pages.page.problems == ("This is not your passphrase. Type it once more.",)
    pages.fill("present", PASSPHRASE)
    new_passphrase(pages, PASSPHRASE, status=422)
    assert pages.page.problems == ("This is the passphrase you have now. Choose another one.",)
    pages.fill("present", PASSPHRASE)
    new_passphrase(pages, "five green windmills at noon")
    assert pages.page.heading == "What needs doing"
