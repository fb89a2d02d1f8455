"""axe finds nothing on any page in any language; nothing scrolls sideways on a small phone, sets a cookie or asks elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from surveyapp.languages import LANGUAGES
from surveyapp.store.sessions import make_sessions
from surveyapp.web import create_app
from tests.a11y.axe import axe
from tests.a11y.checks import check
from tests.a11y.findings import View, report
from tests.conftest import new_sqlite
from tests.serving import served

from .chromium import PageIn
from .staff_states import STAFF
from .states import BOT, NO_PAGE, Site, State, prepared, states
from .turning import turned
from .words import broken_words


@pytest.fixture(scope="module", name="site")
def fixture_site(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    database = new_sqlite(tmp_path_factory.mktemp("every-page"), migrated_file)
    sessions = make_sessions(database.config())
    codes = prepared(sessions)
    sessions.dispose()
    app = create_app(database.config(TELEGRAM_BOT_TOKEN=f"{BOT}:secret"))
    with served(app) as address:
        yield Site(address, frozenset(rule.endpoint for rule in app.url_map.iter_rules()), *codes)
    app.extensions["surveyapp"].sessions.dispose()


def show(page: Page, site: Site, state: State) -> None:
    """Open the page; what is posted is typed into its form and sent with Enter, or with Continue where nothing is typed."""
    page.goto(f"{site.address}{state.path}")
    for name, value in state.posted:
        with turned(page):
            if name == "action":
                page.locator(f'main button[value="{value}"]').click()
            else:
                field = page.locator(f'main [name="{name}"]').first
                field.fill(value)
                field.press("Enter")


@pytest.mark.parametrize("every", [1, pytest.param(len(LANGUAGES), marks=pytest.mark.soak)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_accessible_narrow_and_on_its_own(page_in: PageIn, site: Site, language: str, every: int) -> None:
    """Every state in one of the five languages, by turns; ``make soak`` looks at each in all."""
    page, turn = page_in("phone"), LANGUAGES.index(language)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for number, state in enumerate(states(site, language)):
        if (number - turn) % len(LANGUAGES) >= every:
            continue
        show(page, site, state)
        found = [*axe(page), *check(page, View(language, filled=state.filled))]
        assert not found, f"{state.name} {state.path} in {language}\n{report(found)}"
        assert page.locator("html").get_attribute("lang") == language, state
    assert page.context.cookies() == []
    assert asked == {urlsplit(site.address).netloc}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scale_lies_side_by_side_on_a_wide_screen_and_breaks_no_word(
    page_in: PageIn, site: Site, language: str
) -> None:
    page = page_in("desktop")
    question = next(state for state in states(site, language) if state.name == "question")
    show(page, site, question)
    assert broken_words(page, ".scale .opt span") == []
    tops = {box["y"] for each in page.locator(".scale .opt").all() if (box := each.bounding_box())}
    assert len(tops) == 1


def test_every_route_has_an_entry(site: Site) -> None:
    shown = {state.endpoint for state in states(site, "lv")} - {None}
    staff = {endpoint for endpoint in site.endpoints if endpoint.partition(".")[0] in STAFF}
    assert shown | set(NO_PAGE) | staff == site.endpoints
