"""Each page asks the database a fixed number of questions: the same on both engines, however much is stored."""

import pytest
from flask import Flask, Response, request
from sqlalchemy import event

from tests.builders import gathered, open_wave, tiny
from tests.pages import Pages

STEP = "/r/<code>/<token>/<step>"
STATEMENTS = {
    "GET /": {2},
    "GET /results": {1},
    "GET /healthz": {0},
    "GET /privacy": {0},
    "GET /accessibility": {0},
    "GET /code": {0},
    "POST /code next": {5},
    "GET /r/<code>": {1},
    "POST /r/<code> next": {5},
    "GET /r/<code>/<token>": {2},
    f"GET {STEP}": {2},
    f"GET {STEP} save": {3},
    f"GET {STEP} receipt": {3},
    f"POST {STEP} size-150": {3},
    f"POST {STEP} next": {3},
    f"POST {STEP} back": {3},
    f"POST {STEP} save": {5},
    f"POST {STEP} send": {10},
}
"""Route, with the button pressed or the page shown -> statements. Counting of tries is in; what the first visitor of a day
does for all others isn't."""


ONE = "/chat/<code>/<token>"
CHAT = {
    "GET /chat/<code>": {1},
    "POST /chat/<code> next": {9},
    f"GET {ONE}": {3, 4},  # one more for the receipt
    f"GET {ONE}/save": {4},
    f"POST {ONE} size-150": {6},
    f"POST {ONE} next": {5},
    f"POST {ONE} back": {7},
    f"POST {ONE} skip": {5},
    f"POST {ONE} save": {7},
    f"POST {ONE} send": {16},
}


@pytest.fixture
def code(app: Flask) -> str:
    with app.extensions["surveyapp"].sessions.begin() as session:
        return open_wave(session).code


@pytest.fixture
def asked(app: Flask) -> dict[str, set[int]]:
    """Statements of every kind of request from now on."""
    sessions = app.extensions["surveyapp"].sessions
    statements: list[str] = []
    requests: dict[str, set[int]] = {}
    for engine in {sessions.reading_engine, sessions.writing_engine}:
        event.listen(engine, "before_cursor_execute", lambda *about: statements.append(about[2]))

    @app.before_request
    def begin() -> None:
        statements.clear()

    @app.after_request
    def end(response: Response) -> Response:
        assert request.url_rule
        step = (request.view_args or {}).get("step")
        particular = request.form.get("action") or (step if step in {"save", "receipt"} else None)
        route = " ".join(filter(None, (request.method, request.url_rule.rule, particular)))
        requests.setdefault(route, set()).add(len(statements))
        return response

    return requests


def interview(app: Flask, code: str) -> None:
    """Everything a person may do between the start page and the receipt, from the network of a day centre."""
    client = app.test_client(use_cookies=False)
    client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    pages = Pages(client, "en")
    for address in (
        "/healthz",
        "/?lang=en",
        "/results?lang=en",
        "/privacy?lang=en",
        "/accessibility?lang=en",
        "/code?lang=en",
    ):
        pages.get(address)
    pages.fill("code", code)
    pages.submit()
    pages.submit()
    pages.choose("how", "3")
    pages.press("size-150")
    pages.submit()
    pages.press("back")
    pages.submit()
    pages.choose("where", "town")
    pages.submit()
    pages.press("save")
    pages.follow("Go on now")
    pages.submit()
    pages.submit()
    assert "receipt" in pages.page.address


def of_engine(app: Flask) -> dict[str, set[int]]:
    """PostgreSQL is told whose a short code is by a statement; SQLite is asked below SQLAlchemy."""
    engine = app.extensions["surveyapp"].sessions.reading_engine
    return STATEMENTS | ({"POST /code next": {6}} if engine.dialect.name == "postgresql" else {})


def test_every_request_of_an_interview(app: Flask, code: str, asked: dict[str, set[int]]) -> None:
    interview(app, code)
    asked.clear()
    interview(app, code)
    assert asked == of_engine(app)


def chat(app: Flask, code: str) -> None:
    """The same as a chat on a page."""
    client = app.test_client(use_cookies=False)
    client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    pages = Pages(client, "en")
    pages.get(f"/chat/{code}?lang=en")
    pages.submit()
    pages.choose("how", "3")
    pages.press("size-150")
    pages.submit()
    pages.press("back")
    pages.press("skip")
    pages.submit()
    pages.press("save")
    pages.follow("Go on now")
    pages.submit()
    pages.press("skip")
    pages.submit()
    assert pages.page.heading == "Thank you, your answers were sent"


def test_every_request_of_a_chat(app: Flask, code: str, asked: dict[str, set[int]]) -> None:
    chat(app, code)
    asked.clear()
    chat(app, code)
    assert asked == CHAT


def test_it_asks_no_more_where_more_is_stored(app: Flask, code: str, asked: dict[str, set[int]]) -> None:
    sessions = app.extensions["surveyapp"].sessions
    for number in range(12):
        gathered(sessions, 40, tiny(f"tiny_{number}"), f"town_{number}/2010")
    interview(app, code)
    asked.clear()
    interview(app, code)
    assert asked == of_engine(app)
