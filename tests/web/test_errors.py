"""When something fails, people read why in their language, and what they typed is still there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.config import Config
from surveyapp.languages import LANGUAGES, translations_for
from surveyapp.services.refusals import Refusal
from surveyapp.store.sessions import StoreUnavailable
from surveyapp.web import create_app
from tests.builders import open_wave
from tests.conftest import SECRET, Database
from tests.pages import Pages

FOR_STAFF = {
    403: "Nothing was changed. Go back, reload the page and try again. If that does not help, sign in again.",
    404: "Please check the address. What you are looking for may have been deleted, or it may belong to another organisation.",
    405: "Nothing was changed. Begin again on the page “What needs doing”.",
    503: "Whatever was saved before is safe. Wait a moment, go back and try again.",
}


@pytest.fixture
def homeless(tmp_path: Path) -> Iterator[Flask]:
    """A service whose database can't be reached."""
    url = "postgresql://nobody:nothing@127.0.0.1:9/nowhere"
    made = create_app(Config.from_env({"DATABASE_URL": url, "SECRET_KEY": SECRET, "INSTANCE_DIR": str(tmp_path)}))
    yield made
    made.extensions["surveyapp"].sessions.dispose()


@pytest.mark.parametrize("language", LANGUAGES)
def test_error_pages_need_no_database(homeless: Flask, language: str) -> None:
    pages = Pages(homeless.test_client(use_cookies=False), language)
    pages.get(f"/nowhere?lang={language}", 404)
    pages.get(f"/?lang={language}", 503)
    pages.post(f"/code?lang={language}", [("code", "x" * 70_000)], 413)
    pages.post(f"/healthz?lang={language}", [], 405)
    assert homeless.test_client().get("/healthz").status_code == 200
    assert homeless.test_client().get("/readyz").status_code == 503


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mistake_of_ours_says_sorry_and_no_more(
    homeless: Flask, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.web.respond.public.listing.listed", lambda session: {}["secret words"])
    monkeypatch.setattr("surveyapp.store.sessions.Sessions.reading", Nothing)
    page = Pages(homeless.test_client(use_cookies=False), language).get(f"/?lang={language}", 500)
    assert "secret words" not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_are_told_what_staff_need(homeless: Flask, sqlite_database: Database, language: str) -> None:
    """They were given no link and have sent no answers."""
    app = create_app(sqlite_database.config())
    here, away = Pages(app.test_client(), language), Pages(homeless.test_client(), language)
    away._send._client.set_cookie("sid", "of before")  # type: ignore[attr-defined]
    asked = f"?lang={language}"
    told = {
        404: here.get(f"/manage/nowhere{asked}", 404),
        403: here.post(f"/sign-in{asked}", [("csrf_token", "of another")], 403),
        405: here.post(f"/manage{asked}", [], 405),
        503: away.get(f"/manage{asked}", 503),
    }
    say = translations_for(language).gettext
    for status, words in FOR_STAFF.items():
        assert say(words) in told[status].text
        assert f"/manage{asked}" in told[status].links.values()
        assert not [link for link in told[status].links.values() if link.startswith("/?")]
    assert say("This does not work just now") == told[503].heading
    app.extensions["surveyapp"].sessions.dispose()


class Nothing:
    """A transaction on nothing."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


@pytest.mark.parametrize(
    ("failure", "status"), [(StoreUnavailable(), 503), (Refusal("too_many_tries", {"seconds": 9}), 429)]
)
def test_what_was_typed_comes_back_and_can_be_sent_again(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, failure: Exception, status: int
) -> None:
    app = create_app(sqlite_database.config())
    sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        code = open_wave(session).code
    pages = Pages(app.test_client(use_cookies=False), "lv")
    pages.get(f"/r/{code}?lang=lv")
    pages.submit()
    pages.choose("how", "2")
    with monkeypatch.context() as trouble:
        trouble.setattr("surveyapp.services.responses.answer_page", _failing(failure))
        refused = pages.submit(status)
    assert int(pages.answer.headers["retry-after"]) > 0
    assert ("how", "2") in refused.forms[-1].fields({}, refused.forms[-1].buttons[0])
    again = refused.forms[-1]
    pages.post(pages.page.address, again.fields({}, again.buttons[0]))
    assert pages.page.address.endswith("/where")
    sessions.dispose()


def _failing(failure: Exception) -> object:
    def fail(*_: object, **__: object) -> None:
        raise failure

    return fail
