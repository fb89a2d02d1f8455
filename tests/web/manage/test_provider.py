"""Signing in with an organisation's provider: not before the account was linked, and never with somebody else's return."""

from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from surveyapp.web import create_app
from tests.conftest import Database
from tests.identity_provider import CLIENT, SECRET, IdentityProvider, running, visit
from tests.pages import Pages
from tests.staff import employed, office
from tests.web.manage.test_looking import noted
from tests.web.manage.working import admin, at_desk, browser


@pytest.fixture
def idp() -> Iterator[IdentityProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def app(database: Database, idp: IdentityProvider) -> Iterator[Flask]:
    settings = {"OIDC_ISSUER": idp.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET}
    made = create_app(database.config(**settings, OIDC_ORGANISATION="town"))
    yield made
    made.extensions["surveyapp"].sessions.dispose()


def goes_there(pages: Pages) -> str:
    """Follows the link to the provider, and is sent back to this address."""
    told = visit(pages.page.links["Go there"])
    kind = "/manage/account" if pages.page.address.startswith("/manage") else "/sign-in"
    return f"{kind}/provider/back?{urlencode(told | {'lang': 'en'})}"


def offered(pages: Pages) -> set[str]:
    """What one's account says can be done about the provider."""
    account = pages.get("/manage/account?lang=en")
    return {"link", "unlink"} & {button for form in account.forms for button in form.buttons}


def test_an_account_is_linked_and_then_signs_in(app: Flask) -> None:
    sessions = app.extensions["surveyapp"].sessions
    stranger = browser(app)
    pages, _ = admin(app, sessions, "collector")
    stranger.get("/sign-in?lang=en")
    stranger.press("provider")
    assert "not linked" in stranger.get(goes_there(stranger), 422).text
    assert offered(pages) == {"link"}
    pages.press("link")
    pages.get(goes_there(pages))
    assert pages.page.heading == "My account"
    stranger.get("/sign-in?lang=en")
    stranger.press("provider")
    assert stranger.get(goes_there(stranger)).heading == "What needs doing"
    assert offered(pages) == {"unlink"}
    pages.press("unlink")
    again = browser(app)
    again.get("/sign-in?lang=en")
    again.press("provider")
    assert "not linked" in again.get(goes_there(again), 422).text


def test_it_asks_the_database_no_more_where_there_are_more_organisations(app: Flask) -> None:
    sessions = app.extensions["surveyapp"].sessions
    pages, _ = admin(app, sessions, "collector")

    def statements() -> list[int]:
        """Of signing in, of setting out to link and of linking."""
        stranger, counts = browser(app), []
        stranger.get("/sign-in?lang=en")
        stranger.press("provider")
        steps = (lambda: stranger.get(goes_there(stranger), 422), lambda: pages.press("link"))
        pages.get("/manage/account?lang=en")
        for step in (*steps, lambda: pages.get(goes_there(pages))):
            with noted(sessions) as seen:
                step()
            counts.append(len(seen))
        pages.press("unlink")
        return counts

    statements()
    before = statements()
    for number in range(5):
        with sessions.begin() as session:
            office(session, f"place_{number}")
    assert statements() == before


def test_a_return_is_good_once_and_in_the_same_browser(app: Flask) -> None:
    admin(app, app.extensions["surveyapp"].sessions)
    pages, other = browser(app), browser(app)
    pages.get("/sign-in?lang=en")
    pages.press("provider")
    there = goes_there(pages)
    assert urlsplit(there).path == "/sign-in/provider/back"
    assert "did not confirm" in other.get(there, 422).text
    assert "not linked" in pages.get(there, 422).text
    assert "did not confirm" in pages.get(there, 422).text


def test_nobody_of_another_organisation_links_with_it(app: Flask) -> None:
    sessions = app.extensions["surveyapp"].sessions
    from_town, _ = admin(app, sessions, "collector")
    from_town.get("/manage/account?lang=en")
    with sessions.begin() as session:
        elsewhere = office(session, "elsewhere")
        pages = at_desk(app, session, employed(session, elsewhere, "berta@example.org", "collector"), elsewhere)
    assert offered(pages) == set(), "it is another organisation's provider"
    token = pages.page.query("input[name=csrf_token]")[0].attrs["value"] or ""
    pages.post("/manage/account/provider?lang=en", [("csrf_token", token)], 404)
