"""A whole form with the keyboard alone, from the start page to the receipt, with JavaScript and without."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from surveyapp.services.codes import digest, read_receipt
from surveyapp.store.responses import Inbox
from surveyapp.web import create_app
from tests.builders import inside, open_wave
from tests.conftest import Database
from tests.serving import served
from tests.test_interviews import EVERYTHING

from .chromium import PageIn
from .keys import Keys

ANSWERED = {
    "rating": 2,
    "who": "son",
    "uses": ["care"],
    "often": 4,
    "why": "Ilgi jāgaida.\nĻoti ilgi.",
    "since": "2026-02-03",
    "quote": True,
    "place": {"missing": "skipped"},
    "again": "no1",
}


@pytest.mark.parametrize("person", ["desktop", "without_javascript"])
def test_a_form_is_answered_with_the_keyboard_alone(sqlite_database: Database, page_in: PageIn, person: str) -> None:
    app = create_app(sqlite_database.config())
    sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        code = open_wave(session, EVERYTHING).code
    with served(app) as site:
        tab = page_in(person)
        tab.goto(f"{site}/?lang=lv")
        keys = Keys(tab)
        begin(keys, code)
        the_first_page(keys)
        one_by_one(keys, tab)
        receipt = look_again_and_send(keys, tab)
    with sessions.reading() as session:
        assert inside(session).scalars(select(Inbox.answers).filter_by(receipt_hash=digest(receipt))).one() == ANSWERED
    sessions.dispose()


def begin(keys: Keys, code: str) -> None:
    """Type the code of a poster, agree."""
    keys.skip()
    keys.type("#code", code.lower())
    keys.go()
    keys.skip()
    keys.choose("consent")
    keys.go()


def the_first_page(keys: Keys) -> None:
    """Three questions, one below the other; the language is changed after the first, and the answer stays."""
    keys.skip()
    keys.choose("rating", below=1)
    keys.reach("[value=lang-ru]", "Shift+Tab")
    keys.go("Space")
    keys.skip()
    keys.reach("[name=rating]:checked[value='2']")
    keys.choose("who", below=1)
    keys.choose("uses")
    keys.reach("button.go")
    keys.go("Space")


def one_by_one(keys: Keys, tab: Page) -> None:
    """The other questions: a number below a note, lines of text, a date, and one that may not be left out."""
    keys.skip()
    keys.type("[name=often][type=text]", "4")
    keys.go()
    keys.skip()
    keys.type("textarea", "Ilgi jāgaida.")
    keys.press("Enter")
    tab.keyboard.type("Ļoti ilgi.")
    keys.reach("button.go")
    keys.go()
    keys.skip()
    for part, typed in (("day", "3"), ("month", "2"), ("year", "2026")):
        keys.type(f"[name=since__{part}]", typed)
    keys.go()
    left_out(keys, tab)
    keys.skip()
    keys.reach("button.go")  # the place is nobody's business
    keys.go()
    keys.skip()
    keys.choose("again")
    keys.go()


def left_out(keys: Keys, tab: Page) -> None:
    """Nothing is chosen where something must be: the summary has the focus, and its link leads to the question."""
    keys.skip()
    keys.reach("button.go")
    keys.go()
    expect(tab.locator(".summary")).to_be_focused()
    keys.reach(".summary a")
    keys.press("Enter")
    expect(tab.locator("#quote")).to_be_focused()
    keys.press("Space")
    keys.go()


def look_again_and_send(keys: Keys, tab: Page) -> str:
    """Change the last answer from the review page, come back to it, send; the receipt."""
    keys.skip()
    keys.reach("a[href*='/again']")
    keys.go()
    keys.skip()
    keys.reach("[name=again]:checked")
    keys.press("ArrowDown")
    keys.go()
    assert "/review" in tab.url
    keys.skip()
    keys.reach("button[value=send]")
    keys.go()
    expect(tab.locator("h1")).to_be_focused()
    receipt = read_receipt(tab.locator(".code").inner_text())
    assert receipt is not None
    return receipt
