"""What stands on paper when somebody prints: codes, where to type them, and that a demonstration is one; no buttons."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from surveyapp.services import library
from surveyapp.store.programmes import Programme
from surveyapp.web import create_app
from tests.builders import inside, open_wave
from tests.conftest import Database
from tests.serving import served

from .chromium import PageIn
from .turning import turned


def presses(page: Page, button: str) -> None:
    with turned(page):
        page.locator(f"main {button}").click()


@pytest.fixture
def begun(sqlite_database: Database, page_in: PageIn) -> Iterator[Page]:
    """A form of a demonstration, somebody has agreed to."""
    app = create_app(sqlite_database.config(PUBLIC_URL="http://localhost:8000"))
    sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        code = open_wave(session, library.load("client_satisfaction_short")).code
        inside(session).execute(update(Programme).values(synthetic=True))
    with served(app) as site:
        page = page_in("desktop")
        page.goto(f"{site}/r/{code}?lang=lv")
        page.locator("[value=agree]").check()
        presses(page, ".go")
        yield page
    sessions.dispose()


def on_paper(page: Page) -> str:
    """What a printed page says; nothing to press may be on it."""
    expect(page.locator("[data-print]")).to_be_visible()
    page.emulate_media(media="print")
    assert [button.inner_text() for button in page.locator("button:visible, .tools:visible").all()] == []
    assert page.locator(".banner").is_visible()
    return page.locator("body").inner_text()


def test_a_receipt_says_where_answers_can_be_withdrawn(begun: Page) -> None:
    begun.goto(f"{begun.url.rpartition('/')[0]}/review")
    presses(begun, "[value=send]")
    assert begun.locator("main .code").inner_text() in on_paper(begun)
    added = begun.locator("a.to").evaluate("link => getComputedStyle(link, '::after').content")
    assert added == '"http://localhost:8000/withdraw?lang=lv"'


def test_saved_answers_say_where_to_go_on(begun: Page) -> None:
    presses(begun, "[value=save]")
    written = on_paper(begun)
    assert begun.locator("main .code").inner_text() in written
    assert "http://localhost:8000/code" in written
    assert f"http://localhost:8000{begun.url.partition('/r/')[1]}" in written
