"""What strangers try: foreign forms, old ids, guessing who there is, other hosts, and leading somebody elsewhere."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.services.guessing import STRANGER, Known, Lanes
from surveyapp.services.limits import Limit
from surveyapp.services.staff_sessions import IDLE
from surveyapp.store.sessions import Sessions, StoreUnavailable
from surveyapp.store.signing_in import StaffSession
from surveyapp.web import analyse, create_app, manage
from surveyapp.web.manage import devices
from tests.conftest import Database
from tests.pages import Pages
from tests.staff import ELSEWHERE, OTHER, PASSPHRASE, anna, employed
from tests.web.manage.working import (
    EMAIL,
    admin,
    browser,
    cookie,
    invited,
    new_passphrase,
    sets_up_app,
    signs_in,
    types,
    with_cookie,
)
from tests.windows import room

SIGN_IN = [("email", EMAIL), ("passphrase", PASSPHRASE), ("form_language", "en")]
NAMES = {blueprint.name for blueprint in (*manage.BLUEPRINTS, *analyse.BLUEPRINTS)}
ID = "00000000-0000-0000-0000-00000000000a"


def unsafe(app: Flask) -> Iterator[str]:
    """The path of every staff page that changes something."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint.partition(".")[0] in NAMES:
            yield re.sub(r"<uuid:\w+>", ID, rule.rule).replace("<token>", "x")


def token_of(pages: Pages) -> str:
    return pages.page.query("input[name=csrf_token]")[0].attrs["value"] or ""


def client_of(pages: Pages) -> FlaskClient:
    client: FlaskClient = pages._send._client  # type: ignore[attr-defined]
    return client


def test_a_form_without_its_token_or_with_a_strangers_changes_nothing(app: Flask, sessions: Sessions) -> None:
    mine, org = admin(app, sessions)
    with sessions.begin() as session:
        for role in ("manager", "analyst"):
            employed(session, org, EMAIL, role)
    mine.get("/manage?lang=en")
    stranger = browser(app)
    stranger.get("/sign-in?lang=en")
    tried = list(unsafe(app))
    assert len(tried) > 15
    for path in tried:
        for data in ({}, {"csrf_token": token_of(stranger)}, {"csrf_token": "nonsense"}):
            assert client_of(mine).post(path, data=data).status_code == 403, path
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
            answer = client_of(mine).post(path, data={"csrf_token": token_of(mine)}, headers=headers)
            assert answer.status_code == 403, path
    assert mine.get("/manage?lang=en").heading == "What needs doing"


def test_a_form_of_eight_hours_ago_is_taken(app: Flask) -> None:
    pages = browser(app)
    with time_machine.travel("2026-11-02 08:00 +0000", tick=False):
        pages.get("/sign-in?lang=en")
    with time_machine.travel("2026-11-02 16:00 +0000", tick=False):
        pages.fill("email", EMAIL)
        pages.fill("passphrase", PASSPHRASE)
        pages.submit(422)
    assert pages.page.problems == ("Address and passphrase do not fit. Look at both and try again.",)


def test_a_form_of_before_a_new_secret_is_taken_as_long_as_the_old_one_is_named(sqlite_database: Database) -> None:
    before = create_app(sqlite_database.config(SECRET_KEY="o" * 40))
    old = browser(before)
    old.get("/sign-in?lang=en")
    for more, status in (({"SECRET_KEY_OLD": "o" * 40}, 422), ({}, 403)):
        after = create_app(sqlite_database.config(SECRET_KEY="n" * 40, **more))
        new = browser(after)
        client_of(new).set_cookie("seed", cookie(old, "seed"))
        fields = [("csrf_token", token_of(old)), *SIGN_IN]
        new.post("/sign-in?lang=en", fields, status)
        after.extensions["surveyapp"].sessions.dispose()
    before.extensions["surveyapp"].sessions.dispose()


def test_an_id_from_before_signing_in_opens_nothing(app: Flask, sessions: Sessions) -> None:
    anna(sessions, "collector")
    pages = with_cookie(app, "an id somebody has planted")
    signs_in(pages)
    assert cookie(pages) != "an id somebody has planted"
    assert with_cookie(app, "an id somebody has planted").get("/manage?lang=en").heading == "Sign in"


def test_an_old_id_is_dead_after_signing_out_and_after_every_change(app: Flask, sessions: Sessions) -> None:
    pages = browser(app)
    pages.get(f"{invited(sessions)}?lang=en")
    pages.fill("name", "Anna")
    new_passphrase(pages, PASSPHRASE)
    old = [cookie(pages)]
    sets_up_app(pages)
    old.append(cookie(pages))
    pages.get("/manage/account/passphrase?lang=en")
    pages.fill("present", PASSPHRASE)
    new_passphrase(pages, OTHER)
    old.append(cookie(pages))
    pages.get("/manage/account?lang=en")
    pages.press("remove")
    assert pages.page.heading == "My account"
    assert "Set up an authenticator app" in pages.page.links
    old.append(cookie(pages))
    pages.press("sign-out")
    assert len({*old}) == 4
    for each in old:
        assert with_cookie(app, each).get("/manage/account?lang=en").heading == "Sign in"
    assert not cookie(pages)


def test_signing_in_once_more_in_the_same_browser_ends_the_session_before(app: Flask, sessions: Sessions) -> None:
    anna(sessions, "collector")
    pages, elsewhere = browser(app), browser(app)
    signs_in(elsewhere)
    signs_in(pages)
    before = cookie(pages)
    signs_in(pages)
    assert with_cookie(app, before).get("/manage?lang=en").heading == "Sign in"
    assert pages.get("/manage?lang=en").heading == elsewhere.get("/manage?lang=en").heading == "What needs doing"


def test_signing_out_lets_the_browser_forget_what_it_was_shown(app: Flask, sessions: Sessions) -> None:
    mine, _ = admin(app, sessions)
    mine.get("/manage?lang=en")
    answer = client_of(mine).post("/sign-in/out", data={"csrf_token": token_of(mine)})
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "sid=;" in answer.headers["Set-Cookie"]


def test_codes_are_good_once(app: Flask, sessions: Sessions) -> None:
    pages = browser(app)
    pages.get(f"{invited(sessions)}?lang=en")
    pages.fill("name", "Anna")
    new_passphrase(pages, PASSPHRASE)
    key, recovery = sets_up_app(pages)
    for code in (key.now(), recovery[0]):
        phone, other = browser(app), browser(app)
        signs_in(phone)
        assert types(phone, code).heading == "What needs doing"
        signs_in(other)
        types(other, code, 422)
        assert not cookie(other)


def test_a_session_that_was_left_alone_is_over(app: Flask, sessions: Sessions) -> None:
    pages, _ = admin(app, sessions, "collector")
    pages.get("/manage?lang=en")
    with sessions.begin() as session:
        for each in session.query(StaffSession):
            each.seen -= IDLE
    assert pages.get("/manage?lang=en").heading == "Sign in"
    assert "after 30 minutes without use, after 12 hours in any case" in pages.page.text, "they are told why"
    signs_in(pages)
    pages.press("sign-out")
    assert "You are signed out now" not in pages.page.text, "who has gone knows it"


def test_nobody_learns_who_has_an_account(app: Flask, sessions: Sessions) -> None:
    anna(sessions)
    answers = set()
    for email in (EMAIL, "nobody@example.org", "no address"):
        page = signs_in(browser(app), email, OTHER, 422)
        answers.add((page.status, page.text, page.problems))
    assert len(answers) == 1


def test_too_many_tries_are_told_to_wait(app: Flask, sessions: Sessions) -> None:
    anna(sessions)
    client = app.test_client()
    room(20, 60)
    found = []
    for _ in range(12):
        token = client.get("/sign-in?lang=en").get_data(as_text=True).partition('name="csrf_token" value="')[2]
        data = {"csrf_token": token.partition('"')[0], "email": EMAIL, "passphrase": OTHER}
        found.append(client.post("/sign-in?lang=en", data=data, environ_base={"REMOTE_ADDR": ELSEWHERE.address}))
    assert [each.status_code for each in found] == [422] * 11 + [429], "ten, and one in the slow lane"
    assert int(found[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("what", ["invitation", "reset"])
def test_links_are_guessed_so_often_and_no_oftener(app: Flask, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveyapp.services.limits.GUESSES", Limit("guesses", 2, 10**9))
    client, away = app.test_client(), {"REMOTE_ADDR": ELSEWHERE.address}
    statuses = [client.get(f"/sign-in/{what}/made-up-{number}", environ_base=away).status_code for number in range(4)]
    assert statuses == [422, 422, 429, 429]


@pytest.mark.parametrize("path", ["/sign-in/passkey", "/sign-in/provider"])
def test_a_stranger_begins_to_sign_in_so_often_and_no_oftener(
    app: Flask, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.services.limits.SIGN_INS", Limit("sign-ins", 2, 15 * 60, slow=1))
    pages = browser(app)
    pages.get("/sign-in?lang=en")
    data, away = {"csrf_token": token_of(pages)}, {"REMOTE_ADDR": ELSEWHERE.address}
    room(20, 60)
    statuses = [client_of(pages).post(path, data=data, environ_base=away).status_code for _ in range(5)]
    assert len(set(statuses[:3])) == 1, "two, and one in the slow lane"
    assert statuses[0] in {200, 404}, "404: there is no provider here"
    assert statuses[3:] == [429, 429]


def test_keys_that_do_not_fit_lock_out_nobody_else_of_the_office(app: Flask, sessions: Sessions) -> None:
    """Nobody has said yet who they are, so that only the limit of the network counts."""
    pages = browser(app)
    pages.get("/sign-in?lang=en")
    data, away = {"csrf_token": token_of(pages), "answer": "{}"}, {"REMOTE_ADDR": ELSEWHERE.address}
    statuses = [
        client_of(pages).post("/sign-in/passkey/answer", data=data, environ_base=away).status_code for _ in range(15)
    ]
    assert 429 not in statuses


def test_a_browser_is_known_by_a_cookie_that_only_the_service_makes(app: Flask, sessions: Sessions) -> None:
    who = anna(sessions, "collector")
    pages = browser(app)
    signs_in(pages)
    kept = cookie(pages, "device")

    def known_by(value: str) -> Known:
        with app.test_request_context(headers={"Cookie": f"device={value}"}):
            return devices.known()

    person, device, token = kept.split(".")
    assert known_by(kept) == Known(who, device)
    others = (
        f"{uuid4().hex}.{device}.{token}",
        f"{person}.{device[::-1]}.{token}",
        f"{person}.{device}.",
        "x",
        "ā",
        "",
    )
    assert {known_by(value) for value in others} == {STRANGER}
    pages.press("sign-out")
    assert cookie(pages, "device") == kept, "it stays: it opens nothing"
    assert with_cookie(app, kept).get("/manage?lang=en").heading == "Sign in"
    signs_in(pages)
    assert cookie(pages, "device") != kept


@pytest.mark.parametrize("path", ["/sign-in/passkey", "/sign-in/passkey/answer"])
def test_in_a_known_browser_a_passkey_is_asked_for_where_a_program_uses_up_the_office(
    app: Flask, sessions: Sessions, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = Limit("tries", 2, 15 * 60, slow=1)
    monkeypatch.setattr("surveyapp.services.limits.SIGN_INS", two)
    monkeypatch.setattr("surveyapp.services.guessing.lanes", lambda _: Lanes(two, two))
    monkeypatch.setattr("surveyapp.store.clock.seconds", lambda _: 1_700_049_600)
    anna(sessions, "collector")
    known, program = browser(app), browser(app)
    signs_in(known)
    known.press("sign-out")
    program.get("/sign-in?lang=en")

    def asks(pages: Pages) -> int:
        data, away = {"csrf_token": token_of(pages), "answer": "{}"}, {"REMOTE_ADDR": ELSEWHERE.address}
        return client_of(pages).post(path, data=data, environ_base=away).status_code

    assert [asks(program) == 429 for _ in range(5)] == [False] * 3 + [True] * 2
    assert [asks(known) == 429 for _ in range(5)] == [False] * 3 + [True] * 2, "it has its own"


def test_no_other_host_is_answered_and_no_address_named_by_one(app: Flask) -> None:
    client = app.test_client()
    answer = client.get("/manage", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    answer = client.get("/manage?lang=en")
    assert answer.headers["Location"] == "/sign-in?lang=en"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_cookies_are_hidden_from_scripts_and_bound_to_the_host(sqlite_database: Database) -> None:
    for url, begins in (("https://survey.example", "__Host-seed="), ("http://127.0.0.1:8000", "seed=")):
        app = create_app(sqlite_database.config(PUBLIC_URL=url))
        host = url.partition("//")[2]
        answer = app.test_client().get("/sign-in", headers={"Host": host}, base_url=url)
        found = answer.headers["Set-Cookie"]
        assert found.startswith(begins)
        assert "HttpOnly" in found
        assert "SameSite=Lax" in found
        assert ("Secure" in found) == url.startswith("https")
        assert "Domain" not in found
        app.extensions["surveyapp"].sessions.dispose()


@pytest.mark.parametrize("path", ["/", "/code", "/privacy"])
def test_respondents_pages_read_and_set_no_cookie(app: Flask, path: str) -> None:
    client = app.test_client()
    client.set_cookie("sid", "something")
    answer = client.get(path)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_passphrase_is_not_in_the_page_of_a_store_that_is_away(
    app: Flask, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable

    pages = browser(app)
    pages.get("/sign-in?lang=en")
    monkeypatch.setattr("surveyapp.services.sign_in.begin", away)
    pages.fill("email", EMAIL)
    pages.fill("passphrase", PASSPHRASE)
    pages.submit(503)
    assert PASSPHRASE not in pages.answer.body.decode()
