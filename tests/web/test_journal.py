"""What people write, where they come from and what they browse with is in no log line, whatever happens."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask

from surveyapp.store.sessions import StoreUnavailable
from tests.builders import open_wave, tiny
from tests.conftest import Database
from tests.faults.servers import gunicorn
from tests.logged import logged
from tests.pages import Pages
from tests.transports import OverHttp

CANARY = "kanarijputnins"
PEER = "203.0.113.77"
KEYS = {"time", "level", "logger", "request", "route", "method", "status", "ms", "error", "where", "message"}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, at the most talkative level."""
    with logged(logging.DEBUG) as out:
        yield out


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


def write_everywhere(app: Flask) -> str:
    """Somebody with a telling address, browser and referrer writes the word wherever it can be written."""
    with app.extensions["surveyapp"].sessions.begin() as session:
        code = open_wave(session, tiny()).code
    client = app.test_client(use_cookies=False)
    client.environ_base |= {"REMOTE_ADDR": PEER, "HTTP_USER_AGENT": CANARY, "HTTP_REFERER": f"https://{CANARY}/"}
    pages = Pages(client, "en")
    pages.get(f"/r/{code}?lang=en&utm={CANARY}")
    for _ in range(3):
        pages.submit()
    pages.fill("words", CANARY)
    pages.submit()
    pages.submit()
    pages = Pages(client, "en")
    pages.get(f"/chat/{code}?lang=en&utm={CANARY}")
    for _ in range(4):
        pages.submit()
    pages.fill("words", CANARY)
    pages.submit()
    pages.submit()
    for path in ("/code", "/withdraw"):
        pages.get(f"{path}?lang=en&q={CANARY}")
        pages.fill({"/code": "code", "/withdraw": "receipt"}[path], CANARY)
        pages.submit(422) if path == "/code" else pages.submit()
    client.get(f"/{CANARY}")
    client.post(f"/r/{code}", data={"action": CANARY, "form_token": CANARY})
    return code


def test_no_word_and_no_address_is_logged(app: Flask, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    code = write_everywhere(app)
    for failure in (ValueError(CANARY), StoreUnavailable(CANARY)):
        monkeypatch.setattr("surveyapp.web.respond.entry._collecting", _failing(failure))
        app.test_client().get(f"/r/{code}?x={CANARY}", environ_base={"REMOTE_ADDR": PEER})
    logged = lines.getvalue()
    statuses = {json.loads(line).get("status") for line in logged.splitlines()}
    assert {200, 303, 403, 404, 422, 500, 503} <= statuses
    for line in logged.splitlines():
        assert json.loads(line).keys() <= KEYS
    for secret in (CANARY, PEER, "203.0.113", code):
        assert secret not in logged


def test_no_table_holds_an_address_or_a_browser(app: Flask, sqlite_database: Database) -> None:
    write_everywhere(app)
    app.extensions["surveyapp"].sessions.dispose()
    kept = b"".join(file.read_bytes() for file in sqlite_database.folder.glob("survey.db*"))
    assert CANARY.encode() in kept, "the answer itself is there until it is settled"
    for secret in (PEER, "203.0.113", f"https://{CANARY}", "utm"):
        assert secret.encode() not in kept


def _failing(failure: Exception) -> object:
    def fail(*_: object) -> None:
        raise failure

    return fail


def test_a_server_writes_a_line_for_every_request(sqlite_database: Database) -> None:
    with gunicorn(sqlite_database, LOG_LEVEL="info") as server, closing(OverHttp(server.address)) as send:
        send("GET", f"/code?{CANARY}", None, {"User-Agent": CANARY, "X-Forwarded-For": PEER})
    written = (sqlite_database.folder / "server.log").read_text("utf-8")
    requests = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert {"route": "/code", "method": "GET", "status": 200}.items() <= requests[-1].items()
    assert all(line.keys() <= KEYS for line in requests)
    assert CANARY not in written
    assert PEER not in written
