"""Security headers stand on every answer of every route, refusals and failures included."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from surveyapp.web import create_app
from tests.builders import open_wave
from tests.conftest import Database

OWED = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=()",
}


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture
def code(app: Flask) -> str:
    with app.extensions["surveyapp"].sessions.begin() as session:
        return open_wave(session).code


STAFF = {"Referrer-Policy": "same-origin"}


def check(response: TestResponse) -> None:
    staff = response.request.path.startswith(("/sign-in", "/manage", "/analyse"))
    for name, begins in (OWED | STAFF if staff else OWED).items():
        assert response.headers.get(name, "").startswith(begins), f"{response.request.path}: {name}"
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'", "object-src 'none'"} <= {
        *policy.split("; ")
    }
    assert response.headers.get("Cache-Control"), response.request.path
    assert staff or "Set-Cookie" not in response.headers
    assert "Werkzeug" not in response.headers.get("Server", "")
    assert not [name for name in response.headers if name[0].startswith("Access-Control-")], "no other origin reads us"
    if response.data:
        described = response.headers["Content-Type"]
        assert described == "application/json" or "charset=utf-8" in described, response.request.path


def addresses(app: Flask, code: str) -> Iterator[tuple[str, str]]:
    """Every route with every method, filled in with what leads somewhere and with what doesn't."""
    for rule in app.url_map.iter_rules():
        for filled in ({"code": code, "token": "x" * 22, "step": "how", "name": "a.css"}, {}):
            path = rule.rule
            for argument in rule.arguments:
                value = filled.get(argument, "nothing")
                path = path.replace(f"<{argument}>", value).replace(f"<path:{argument}>", value)
            for method in sorted({*(rule.methods or ()), "PUT"}):
                yield method, path


def test_every_route_has_them_whatever_the_method(app: Flask, code: str) -> None:
    client, seen = app.test_client(use_cookies=False), set()
    for method, path in addresses(app, code):
        response = client.open(path, method=method)
        check(response)
        seen.add(response.status_code)
    assert {200, 303, 403, 404, 405, 410} - {303} <= seen, seen


def test_refusals_and_failures_have_them(app: Flask, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client(use_cookies=False)
    found = {
        413: client.post(f"/r/{code}", data={"x": "y" * 70_000}),
        400: client.get("/", headers={"Host": "elsewhere.example"}),
    }
    monkeypatch.setattr("surveyapp.web.respond.public.listing.listed", lambda session: 1 / 0)
    found[500] = client.get("/")
    for status, response in found.items():
        assert response.status_code == status
        check(response)
    assert b"ZeroDivisionError" not in found[500].data


def test_under_https_the_browser_is_told_to_stay_there(sqlite_database: Database) -> None:
    app = create_app(sqlite_database.config(PUBLIC_URL="https://survey.example"))
    for path in ("/", "/healthz", "/sign-in", "/manage", "/static/x", "/nowhere"):
        response = app.test_client().get(path, base_url="https://survey.example")
        assert "max-age=31536000" in response.headers["Strict-Transport-Security"], path
    app.extensions["surveyapp"].sessions.dispose()


def test_pages_are_kept_by_no_cache(app: Flask, code: str) -> None:
    for path in (f"/r/{code}", "/code", "/withdraw", "/", "/sign-in", "/manage"):
        assert "no-store" in app.test_client().get(path).headers["Cache-Control"]
