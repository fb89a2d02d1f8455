"""The staff's pages are held to what the respondents' are: axe, the own checks, 320 px, nothing from elsewhere."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page

from surveyapp.languages import LANGUAGES
from surveyapp.web import create_app
from tests.a11y.axe import axe
from tests.a11y.checks import check
from tests.a11y.findings import View, report
from tests.conftest import new_sqlite
from tests.identity_provider import CLIENT, SECRET, running
from tests.serving import served

from .chromium import PageIn
from .staff_states import ONLY_LEADS_ON, STAFF, Desk, Furnished, StaffState, keep_fresh, states
from .turning import turned
from .words import broken_words


@pytest.fixture(scope="module")
def app(furnished: Furnished, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    database = new_sqlite(tmp_path_factory.mktemp("staff-pages"), furnished[0])
    with running() as there:
        provider = {"OIDC_ISSUER": there.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}
        made = create_app(database.config(**provider, OIDC_ORGANISATION="town"))
        yield made
        made.extensions["surveyapp"].sessions.dispose()


@pytest.fixture
def there(app: Flask, furnished: Furnished) -> Desk:
    keep_fresh(app.extensions["surveyapp"].sessions)
    return furnished[1]


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with served(app) as found:
        yield found


def show(page: Page, address: str, there: Desk, state: StaffState) -> None:
    """Somebody opens the page, and types or presses."""
    page.context.clear_cookies()
    cookies = there.cookies[state.who].items()
    page.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies])
    answered: list[int] = []
    page.on("response", lambda response: answered.append(response.status))
    page.goto(f"{address}{state.path}")
    for name, value in state.posted:
        with turned(page):
            if name == "action":
                page.locator(f'main button[value="{value}"]').click()
            else:
                page.locator(f'main [name="{name}"]').fill(value)
                page.locator(f'main [name="{name}"]').press("Enter")
    assert set(answered) <= {200, 303, 403, 422}, f"{state.name} was answered with {answered}"


def looked_at(page: Page, state: StaffState, language: str) -> None:
    """Look at a page with both kinds of checks, as a phone shows it and enlarged to 400 %."""
    found = [*axe(page), *check(page, View(language, filled=state.filled))]
    assert not found, f"{state.name} in {language}\n{report(found)}"
    assert page.locator("html").get_attribute("lang") == language, state


@pytest.mark.parametrize("every", [1, pytest.param(len(LANGUAGES), marks=pytest.mark.soak)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_staff_page_is_accessible_narrow_and_on_its_own(
    page_in: PageIn, address: str, there: Desk, language: str, every: int
) -> None:
    """Every state in one of the five languages, by turns; ``make soak`` looks at each in all."""
    page, turn = page_in("phone"), LANGUAGES.index(language)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for number, state in enumerate(states(there, language)):
        if (number - turn) % len(LANGUAGES) < every:
            show(page, address, there, state)
            looked_at(page, state, language)
    assert asked == {urlsplit(address).netloc}


def test_every_staff_route_is_among_them(app: Flask, there: Desk) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in STAFF}
    assert {state.endpoint for state in states(there, "lv")} | ONLY_LEADS_ON == routes


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_of_a_release_break_no_word_on_a_small_phone(
    page_in: PageIn, address: str, there: Desk, language: str
) -> None:
    page = page_in("narrow")
    for state in states(there, language):
        if state.endpoint in {"analyse.release", "analyse.tables", "rows.show"} and state.who == "results analyst":
            show(page, address, there, state)
            assert page.locator("table").count() > 1, state.name
            assert broken_words(page, "caption, th, td:not(:has(bdi))") == [], f"{state.name} in {language}"
