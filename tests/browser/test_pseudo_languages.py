"""In languages nobody speaks: longer words and the other direction fit on a small phone, and no text is left behind."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from surveyapp import languages
from surveyapp.store.sessions import make_sessions
from surveyapp.web import create_app
from tests.builders import TINY, open_wave, tiny
from tests.conftest import new_sqlite
from tests.languages.pseudo import CODES, pseudo, write_catalogues
from tests.serving import served

from .chromium import PageIn
from .staff_states import Desk, desk, states
from .test_staff_pages import show
from .turning import turned

TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest('nav, .sizes, .code, script, style, option, textarea, bdi, time')) continue;
    found.push(walker.currentNode.data);
  }
  return found;
}"""
_TRANSLATED = re.compile(r"⟦[^⟧]*(?:⟧|$)|^[^⟦⟧]*⟧|\b(town|centre|clients|elsewhere)\b")
"""What stands in brackets, also where a name stands between them, and the names of organisations and unit."""


def in_pseudo(code: str):
    """The tiny questionnaire with the pseudo-language in place of Latvian."""
    words = sorted(set(re.findall(r'lv: "?([^,}"]+)"?[,}]', TINY)), key=len, reverse=True)
    changes = [("languages: [en, lv]", f"languages: [en, {code}]")]
    changes += [(f'lv: "{word}"', f'{code}: "{pseudo(word, code)}"') for word in words if f'lv: "{word}"' in TINY]
    changes += [(f"lv: {word}", f'{code}: "{pseudo(word, code)}"') for word in words if f"lv: {word}" in TINY]
    return tiny(f"tiny_{code}", *changes)


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    write_catalogues(tmp_path / "translations")
    monkeypatch.setattr(languages, "CATALOGUES", tmp_path / "translations")
    for module in ("languages", "respond.shells", "manage.allowed", "manage.own_forms"):
        monkeypatch.setattr(f"surveyapp.web.{module}.LANGUAGES", (*languages.LANGUAGES, *CODES))
    monkeypatch.setattr("surveyapp.engine.wordings.LANGUAGES", {*languages.LANGUAGES, *CODES})
    languages.translations_for.cache_clear()
    yield
    languages.translations_for.cache_clear()


Prepared = tuple[Flask, Desk]


@pytest.fixture
def prepared(migrated_file: Path, tmp_path: Path) -> Iterator[Prepared]:
    """The product with staff in every situation."""
    app = create_app(new_sqlite(tmp_path, migrated_file).config())
    yield app, desk(app.extensions["surveyapp"].sessions)
    app.extensions["surveyapp"].sessions.dispose()


def presses(button: Locator) -> None:
    with turned(button.page):
        button.click()


def walk(page: Page, address: str, code: str, language: str) -> Iterator[str]:
    """From the first page over each kind of question to the receipt, then the other pages."""
    page.goto(f"{address}/r/{code}?lang={language}")
    yield "first page"
    presses(page.locator('main button[value="next"]'))
    for _ in range(5):
        yield page.url.rpartition("/")[2]
        onward = page.locator('main button[value="next"], main button[value="send"]')
        if not onward.count():
            break
        presses(onward.first)
    page.goto(f"{address}/chat/{code}?lang={language}")
    presses(page.locator('main button[value="next"]'))
    for number in range(5):
        expect(page.locator("#now")).to_be_visible()
        yield f"question {number} of a chat"
        onward = page.locator('#now button[value="next"]')
        if onward.count():
            presses(onward)
            expect(page.locator("[role=log] li")).to_have_count(number + 2 if number < 3 else 1)
    for path in ("/", "/code", "/withdraw", "/withdraw/done", "/privacy", "/accessibility", "/nowhere"):
        page.goto(f"{address}{path}?lang={language}")
        yield path


def fits(page: Page, language: str, name: str) -> None:
    """Nothing scrolls sideways, the direction is right, and all words are in brackets."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "he" else "ltr"), name
    left = [_TRANSLATED.sub("", text) for text in page.evaluate(TEXTS)]
    assert [text for text in left if re.search(r"[^\W\d_]{2}", text)] == [], name


@pytest.mark.parametrize("language", CODES)
def test_pages_in_a_pseudo_language_fit_and_leave_no_text_behind(
    page_in: PageIn, catalogues: None, migrated_file: Path, tmp_path: Path, language: str
) -> None:
    database = new_sqlite(tmp_path, migrated_file)
    sessions = make_sessions(database.config())
    with sessions.begin() as session:
        code = open_wave(session, in_pseudo(language)).code
    sessions.dispose()
    app, page, seen = create_app(database.config()), page_in("narrow"), []
    with served(app) as address:
        for name in walk(page, address, code, language):
            seen.append(name)
            fits(page, language, name)
    app.extensions["surveyapp"].sessions.dispose()
    assert len(seen) > 11, seen


@pytest.mark.parametrize("every", [1, pytest.param(len(CODES), marks=pytest.mark.soak)])
@pytest.mark.parametrize("language", CODES)
def test_staff_pages_in_a_pseudo_language_fit_and_leave_no_text_behind(
    page_in: PageIn, catalogues: None, prepared: Prepared, language: str, every: int
) -> None:
    """Every state in one of the two, by turns; ``make soak`` looks at each in both."""
    app, there = prepared
    page, turn = page_in("narrow"), CODES.index(language)
    with served(app) as address:
        for number, state in enumerate(states(there, language)):
            if (number - turn) % len(CODES) < every and state.endpoint != "provider.leave":
                show(page, address, there, state)
                fits(page, language, state.name)
