"""The first pages of a form are light: few requests, few bytes, nothing that moves, nothing from elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from benchmarks.first_view import View, look
from surveyapp.services import library
from surveyapp.store.sessions import make_sessions
from surveyapp.web import create_app
from tests.builders import open_wave
from tests.conftest import new_sqlite
from tests.pages import Pages
from tests.serving import served


@pytest.fixture(scope="module", name="form")
def fixture_form(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = new_sqlite(tmp_path_factory.mktemp("first-view"), migrated_file)
    sessions = make_sessions(database.config())
    with sessions.begin() as session:
        code = open_wave(session, library.load("client_satisfaction_10")).code
    sessions.dispose()
    with served(create_app(database.config())) as address:
        yield f"{address}/r/{code}"


def light(view: View, address: str, more: int = 0) -> None:
    """Within the budget of a form; ``more``: bytes that scripts may have beyond it."""
    assert len(view.requests) <= 4, view.requests
    assert {urlsplit(request).netloc for request in view.requests} == {urlsplit(address).netloc}
    assert view.bytes["Document"] + view.bytes.get("Stylesheet", 0) <= 15_000, view.bytes
    assert view.bytes.get("Script", 0) <= 4_000 + more, view.bytes
    assert not set(view.bytes) & {"Font", "Stylesheet"}
    assert view.nodes <= 350
    assert view.shift == 0


@pytest.mark.parametrize("language", ["lv", "ru"])
def test_the_first_page_is_light(chromium: Browser, form: str, language: str) -> None:
    light(look(chromium, f"{form}?lang={language}"), form)


@pytest.mark.parametrize("language", ["lv", "uk"])
def test_a_question_is_light(chromium: Browser, form: str, language: str) -> None:
    pages = Pages(form.rpartition("/r/")[0], language)
    pages.get(f"/r/{form.rpartition('/')[2]}?lang={language}")
    pages.choose("consent", "agree")
    begun = pages.submit().address.rpartition("/")[0]
    pages.close()
    light(look(chromium, f"{form.rpartition('/r/')[0]}{begun}/r01"), form)


@pytest.mark.parametrize("language", ["lv", "uk"])
def test_a_chat_is_hardly_heavier(chromium: Browser, form: str, language: str) -> None:
    site, _, code = form.rpartition("/r/")
    pages = Pages(site, language)
    pages.get(f"/chat/{code}?lang={language}")
    pages.choose("consent", "agree")
    pages.submit()
    for _ in range(6):
        pages.choose(pages.page.questions[0].name, pages.page.questions[0].choices[0][0])
        pages.submit()
    light(look(chromium, f"{site}{pages.page.address}"), form, 4_000)
    pages.close()


def test_what_blocks_the_first_words_is_the_page_itself(chromium: Browser, form: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(form)
    assert page.locator("link[rel=stylesheet]").count() == 0
    assert page.locator("script:not([type=module]):not([defer])").count() == 0
    assert page.locator("style").count() == 1
    context.close()
