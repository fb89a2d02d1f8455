"""What the script adds to a page, in Chromium, under the product's own security policy."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from surveyapp.web.assets import STATIC
from surveyapp.web.headers import content_security_policy
from surveyapp.web.respond.texts import Worded
from tests.browser.chromium import PATIENCE, PageIn

from .every_type import ITEMS, UNREADABLE
from .rendering import STYLESHEET, every_item, other_pages, screen_page

ADDRESS = "/r/K7QF2MXA/token/rating"
Posted = list[tuple[str, dict[str, list[str]]]]
Visit = Callable[..., tuple[Page, Posted]]


class _Site(ThreadingHTTPServer):
    """Serves one page with the product's files and policy, and notes (path, fields) of what is posted to it."""

    html: str
    posted: Posted

    def wait_for_posts(self, page: Page) -> None:
        """Until the page has posted something."""
        for _ in range(0, PATIENCE, 10):
            if self.posted:
                return
            page.wait_for_timeout(10)


class _Handler(BaseHTTPRequestHandler):
    server: _Site

    def do_GET(self) -> None:
        parts = Path(self.path).parts
        if parts[1] == "static":
            kind = {".js": "text/javascript", ".svg": "image/svg+xml"}[Path(self.path).suffix]
            self._answer(200, STATIC.joinpath(*parts[3:]).read_bytes(), kind)
        else:
            self._answer(200, self.server.html.encode(), "text/html")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.posted.append((self.path, parse_qs(body)))
        self._answer(204, b"", "text/html")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Security-Policy", content_security_policy(STYLESHEET))
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def site() -> Iterator[_Site]:
    with _Site(("127.0.0.1", 0), _Handler) as server:
        server.posted = []
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def visit(page_in: PageIn, site: _Site) -> Iterator[Visit]:
    """Opens a page of this HTML; returns it with the list of everything posted from it. No console may complain."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def make(html: str, **how: object) -> tuple[Page, Posted]:
        site.html = html
        page = page_in(**how)
        page.on("console", note)
        page.clock.install()
        page.goto(f"http://127.0.0.1:{site.server_port}{ADDRESS}")
        return page, site.posted

    yield make
    assert complaints == []


def test_an_error_link_brings_the_question_and_not_only_its_field_into_view(visit: Visit) -> None:
    problems = [Worded("date", "Please correct the day.", "day")]
    page, _ = visit(screen_page(every_item(), {"typed": {"date": UNREADABLE["date"]}}, problems))
    expect(page.locator(".summary")).to_be_focused()
    page.get_by_role("link", name="Please correct the day.").click()
    expect(page.locator("#date")).to_be_focused()
    expect(page.get_by_role("heading", name="When did it begin?")).to_be_in_viewport()


def test_characters_left_are_said_near_the_limit_only(visit: Visit) -> None:
    page, _ = visit(screen_page([ITEMS["text"]]))
    status = page.get_by_role("status")
    page.locator("#text").fill("x" * 700)
    expect(status).to_be_empty()
    page.locator("#text").fill("x" * 990 + "😀")
    expect(status).to_have_text("Characters left: 9")
    page.locator("#text").fill("x" * 1003)
    expect(status).to_have_text("Characters left: −3")
    assert len(page.locator("#text").input_value()) == 1003, "nothing is cut off"


def test_what_is_chosen_is_kept_quietly_and_nothing_else_happens(visit: Visit, site: _Site) -> None:
    page, posted = visit(screen_page([ITEMS["rating"]]))
    before = (page.url, page.title())
    page.get_by_label("2 – fair quality").check()
    page.clock.run_for(2_500)
    site.wait_for_posts(page)
    assert posted == [(ADDRESS, {"action": ["keep"], "form_token": ["t"], "rating": ["2"]})]
    assert (page.url, page.title()) == before


def test_leaving_the_page_keeps_what_was_typed_a_moment_ago(visit: Visit, site: _Site) -> None:
    page, posted = visit(screen_page([ITEMS["text"]]))
    page.locator("#text").fill("The bus.")
    page.get_by_role("link", name="Your data and privacy").click()
    site.wait_for_posts(page)
    assert posted == [(ADDRESS, {"action": ["keep"], "form_token": ["t"], "text": ["The bus."]})]


def test_sending_the_form_sends_it_once(visit: Visit, site: _Site) -> None:
    page, posted = visit(screen_page([ITEMS["text"]]))
    page.locator("#text").fill("The bus.")
    page.get_by_role("button", name="Continue").click()
    site.wait_for_posts(page)
    page.clock.run_for(2_500)
    page.evaluate("() => fetch(location.href)")  # what the timers sent is on its way before this comes back
    assert posted == [(ADDRESS, {"action": ["next"], "form_token": ["t"], "text": ["The bus."]})]


def test_the_print_button_is_there_only_where_it_works(visit: Visit) -> None:
    receipt = other_pages()["receipt"]
    page, _ = visit(receipt)
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_role("button", name="Print this page").click()
    expect(page).to_have_title("printed")
    page, _ = visit(receipt, person="without_javascript")
    expect(page.get_by_role("button", name="Print this page")).to_be_hidden()


def test_nothing_is_missing_without_the_script(visit: Visit) -> None:
    page, _ = visit(screen_page(every_item()), person="without_javascript")
    for button in ("Back", "Continue", "Save and finish later", "Use the simple version"):
        expect(page.get_by_role("button", name=button, exact=True)).to_be_visible()
