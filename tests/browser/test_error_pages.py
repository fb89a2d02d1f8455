"""Whatever fails while somebody answers, the page that says so is as accessible as any other, in five languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from surveyapp.languages import LANGUAGES
from surveyapp.services import library, limits
from surveyapp.services.refusals import Refusal
from surveyapp.store.sessions import StoreUnavailable
from surveyapp.web import create_app
from tests.a11y.axe import axe
from tests.a11y.checks import check
from tests.a11y.findings import View, report
from tests.builders import open_wave
from tests.conftest import new_sqlite
from tests.serving import served

from .chromium import PageIn
from .turning import turned

SPOILED = {
    400: "() => { document.querySelector('main .go').value = 'fly'; }",
    403: "() => { document.querySelector('[name=form_token]').value = 'made up'; }",
    405: "() => { document.querySelector('form').setAttribute('action', '/healthz'); }",
    413: "() => { document.querySelector('[name=form_token]').value = 'a'.repeat(70000); }",
}
"""Status -> what somebody, or their browser's extension, does to the consent page before it is sent."""

FAILURES = {
    "410": Refusal("closed"),
    "422": Refusal("answers_need_change"),
    "429": Refusal("too_many_tries", {"limit": limits.GUESSES.name, "seconds": 9}),
    "429 for a crowd": Refusal("too_many_tries", {"limit": limits.SUBMISSIONS.name, "seconds": 9}),
    "500": RuntimeError("a mistake of ours"),
    "503": StoreUnavailable(),
}
"""Status -> what happens when the form is opened."""


class Trouble:
    """What goes wrong next."""

    now: Exception = RuntimeError()

    def __call__(self, *_: object) -> None:
        raise self.now


@pytest.fixture(scope="module", name="form")
def fixture_form(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = create_app(new_sqlite(tmp_path_factory.mktemp("errors"), migrated_file).config())
    sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        code = open_wave(session, library.load("client_satisfaction_10")).code
    with served(app) as site:
        yield f"{site}/r/{code}"
    sessions.dispose()


def sent(page: Page, form: str, language: str, spoiled: str | None = None) -> int:
    """Agree and continue; the status of the page that comes."""
    page.goto(f"{form}?lang={language}")
    page.locator("[value=agree]").check()
    if spoiled:
        page.evaluate(spoiled)
    with turned(page), page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.locator("main .go").click()
    return answer.value.status


def looked_at(page: Page, language: str, name: str, *, closely: bool) -> str:
    """Look at an error page, with both kinds of checks if closely; returns its heading."""
    found = [*axe(page), *check(page, View(language))] if closely else []
    assert not found, f"{name} in {language}\n{report(found)}"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    heading = page.locator("h1").inner_text()
    assert page.title().startswith(heading)
    return heading


@pytest.mark.parametrize("every", [1, pytest.param(len(LANGUAGES), marks=pytest.mark.soak)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_error_pages_are_accessible(
    page_in: PageIn, form: str, language: str, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page in every language; the checks in one language by turns, and in ``make soak`` in all."""
    page, trouble, headings = page_in("narrow"), Trouble(), set()
    turns = [
        (turn - LANGUAGES.index(language)) % len(LANGUAGES) < every for turn in range(len(SPOILED) + len(FAILURES))
    ]
    closely = iter(turns)
    for status, spoiled in SPOILED.items():
        assert sent(page, form, language, spoiled) == status
        headings.add(looked_at(page, language, str(status), closely=next(closely)))
    monkeypatch.setattr("surveyapp.services.responses.open_form", trouble)
    for name, trouble.now in FAILURES.items():
        assert sent(page, form, language) == int(name.split()[0])
        headings.add(looked_at(page, language, name, closely=next(closely)))
    assert len(headings) == len(SPOILED) + len(FAILURES)
