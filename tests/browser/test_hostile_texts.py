"""A7: whatever somebody has entered anywhere is text on every page: no element, no script, no dialog, no request.

Chromium is told to ignore the Content-Security-Policy, so that nothing but the escaping is looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp.web import create_app
from tests.builders import open_wave
from tests.conftest import new_sqlite
from tests.identity_provider import CLIENT, SECRET, running
from tests.serving import served

from .chromium import PageIn
from .hostile import ALL_AT_ONCE, CORPUS, FIELDS, Watched, marked, poison, questionnaire, watched, write_statement
from .staff_states import Desk, Furnished, keep_fresh, states
from .test_staff_pages import show
from .turning import turned


@contextmanager
def poisoned(folder: Path, furnished: Furnished, text: str) -> Iterator[tuple[Flask, Desk, str]]:
    """The product with this text in everything it stores: the application, staff, and the code of a form."""
    file, staff = furnished
    database = new_sqlite(folder, file)
    write_statement(folder, text)
    with running() as there:
        provider = {"OIDC_ISSUER": there.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}
        app = create_app(database.config(**provider, OIDC_ORGANISATION="town"))
        sessions = app.extensions["surveyapp"].sessions
        with sessions.begin() as session:
            code = open_wave(session, questionnaire("hostile", text), "hostile/2010").code
        poison(sessions, text)
        keep_fresh(sessions)
        yield app, staff, code
        sessions.dispose()


def presses(page: Page, value: str) -> None:
    with turned(page):
        page.locator(f'main button[value="{value}"]').first.click()


def sign_in(page: Page, address: str, staff: Desk) -> None:
    page.context.add_cookies([{"name": "sid", "value": staff.cookies["admin"]["sid"], "url": address}])


def staff_pages(found: Watched, address: str, staff: Desk, text: str) -> None:
    """Every state of every page of staff, then what they type and what addresses bring."""
    for state in states(staff, "en"):
        show(found.page, address, staff, state)
        found.look(state.name)
    page, typed = found.page, marked("typed", text)
    sign_in(page, address, staff)
    page.goto(f"{address}/manage/people/invite?lang=en")
    page.fill("#email", typed)
    presses(page, "next")
    found.look("an address that is none")
    wanted = quote(typed)
    for path in (f"since={wanted}&until={wanted}&verb={wanted}&person={wanted}", f"size={wanted}&before={wanted}"):
        page.goto(f"{address}/manage/log?lang=en&{path}")
        found.look(f"log?{path[:5]}")
    for path in (f"again?back={wanted}", f"invitation/{wanted}", f"reset/{wanted}", f"provider/back?state={wanted}"):
        page.goto(f"{address}/sign-in/{path}")
        found.look(path[:10])


def form(found: Watched, address: str, code: str, text: str) -> None:
    """From the first page to the receipt, with mistakes on the way."""
    page = found.page
    page.goto(f"{address}/r/{code}?lang=en")
    found.look("first page")
    presses(page, "next")
    found.look("questions")
    page.locator("main input[type=text]").fill(marked("own", text))
    presses(page, "next")
    found.look("text without its option")
    page.locator("[value=other]").check()
    presses(page, "next")
    presses(page, "next")
    page.locator("textarea").fill(marked("answer", text))
    presses(page, "save")
    found.look("kept for later")
    page.go_back()
    presses(page, "next")
    found.look("review")
    presses(page, "send")
    found.look("receipt")


def chat(found: Watched, address: str, code: str, text: str) -> None:
    """The same as a chat, whose answers come without a new page."""
    page = found.page
    page.goto(f"{address}/chat/{code}?lang=en")
    found.look("first page of a chat")
    presses(page, "next")
    for number in range(3):
        expect(page.locator("#now")).to_be_visible()
        found.look(f"question {number} of a chat")
        with turned(page):
            page.locator('#now button[value="next"], #now button[value="skip"]').first.click()
        expect(page.locator("[role=log] li")).to_have_count(number + 2)
    page.locator("#now textarea").fill(marked("answer", text))
    presses(page, "next")
    expect(page.locator('#now button[value="send"]')).to_be_visible()
    found.look("review of a chat")


def other_pages(found: Watched, address: str, text: str) -> None:
    """Pages that belong to no form, and addresses that lead nowhere."""
    page = found.page
    wanted = quote(marked("typed", text))
    for path in ("/", "/privacy", "/accessibility", f"/{wanted}", f"/r/{wanted}", f"/?lang={wanted}&size={wanted}"):
        page.goto(f"{address}{path}")
        found.look(path[:10])
    for path, name in (("/code", "code"), ("/withdraw", "receipt")):
        page.goto(f"{address}{path}?lang=en")
        page.fill(f"#{name}", marked("typed", text))
        presses(page, "next")
        found.look(path)


def everywhere(page: Page, app: Flask, staff: Desk, code: str, text: str) -> Watched:
    found = watched(page)
    with served(app) as address:
        form(found, address, code, text)
        chat(found, address, code, text)
        other_pages(found, address, text)
        staff_pages(found, address, staff, text)
    return found


def test_what_was_entered_is_text_on_every_page(page_in: PageIn, furnished: Furnished, tmp_path: Path) -> None:
    with poisoned(tmp_path, furnished, ALL_AT_ONCE) as (app, staff, code):
        found = everywhere(page_in("phone", bypass_csp=True), app, staff, code, ALL_AT_ONCE)
    assert found.happened == []
    assert found.shown == FIELDS, "all of it was on some page"


@pytest.mark.soak
@pytest.mark.parametrize("name", CORPUS)
def test_each_text_alone_is_text_on_every_page(
    page_in: PageIn, furnished: Furnished, tmp_path: Path, name: str
) -> None:
    with poisoned(tmp_path, furnished, CORPUS[name]) as (app, staff, code):
        found = everywhere(page_in("phone", bypass_csp=True), app, staff, code, CORPUS[name])
    assert found.happened == []
    assert found.shown == FIELDS


def test_without_escaping_the_same_texts_are_noticed(page_in: PageIn, furnished: Furnished, tmp_path: Path) -> None:
    """The control: a page that takes texts for markup."""
    with poisoned(tmp_path, furnished, ALL_AT_ONCE) as (app, staff, _), served(app) as address:
        app.jinja_env.autoescape, app.jinja_env.bytecode_cache = False, None
        found = watched(page_in("phone", bypass_csp=True))
        sign_in(found.page, address, staff)
        found.page.goto(f"{address}/manage/people?lang=en")
        found.look("people")
    assert {"a dialog", "people: an element or a script"} <= {*found.happened}
    assert any(each.startswith("a request for") for each in found.happened)
