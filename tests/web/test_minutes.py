"""How long a form takes is counted from what people read on its pages, and is what its first page promises."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from surveyapp.engine.measures import effort
from surveyapp.languages import LANGUAGES
from surveyapp.services import library
from tests.a11y.trees import text_of
from tests.builders import open_wave
from tests.pages import Page, Pages

PROMISED = {"client_satisfaction_10": 5, "client_satisfaction_short": 1}
OWN_WORDS = 30
"""The pages' own: how long it takes, whether somebody would like to take part, how long a text may be."""

READ = ("main h1", "main h2", "main .lead p", "main legend", "main label", "main p[id$=-hint]", "main h1 ~ p")
MINUTES = re.compile(r"(\d+)\s(?:min|мин|хв)")


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


def interviewed(app: Flask, name: str, language: str) -> Iterator[Page]:
    """The pages of a form from its address to the last question, as somebody meets them who answers each."""
    with app.extensions["surveyapp"].sessions.begin() as session:
        code = open_wave(session, library.load(name)).code
    pages = Pages(app.test_client(use_cookies=False), language)
    pages.get(f"/r/{code}?lang={language}")
    while "/review" not in pages.page.address:
        yield pages.page
        for question in pages.page.questions:
            if question.choices:
                pages.choose(question.name, question.choices[0][0])
        pages.submit()


def read(pages: list[Page]) -> dict[str, int]:
    """Every different line that is read on the pages, and its words: nobody reads 'don't know' anew each time."""
    found = {}
    for page in pages:
        for node in (node for selector in READ for node in page.query(selector)):
            line = " ".join(text_of(node).split())
            found[line] = len(line.split())
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PROMISED)
def test_the_first_page_promises_the_minutes_that_are_measured(app: Flask, name: str, language: str) -> None:
    promised = MINUTES.findall(next(interviewed(app, name, language)).text)
    minutes = effort(library.load(name), "standard", language).minutes
    assert promised == [str(minutes)]
    assert minutes <= PROMISED[name]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PROMISED)
def test_what_is_read_on_the_pages_is_what_was_measured(app: Flask, name: str, language: str) -> None:
    pages = list(interviewed(app, name, language))
    measured = effort(library.load(name), "standard", language)
    chosen = sum(1 for page in pages for question in page.questions if question.choices)
    assert 0 <= sum(read(pages).values()) - measured.words <= OWN_WORDS
    assert measured.pages == len(pages) + len(["review", "receipt"])
    assert measured.taps == chosen + len(pages) + len(["send"])
