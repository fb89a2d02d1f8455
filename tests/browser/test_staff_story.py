"""Staff in a browser: the whole way in without JavaScript, and a passkey on a device that asks for a finger."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp.services import invitations
from surveyapp.services.audit import OPERATOR
from surveyapp.services.people import Grant
from surveyapp.services.staff_sessions import FRESH
from surveyapp.store.signing_in import PreSession, StaffSession
from surveyapp.web import create_app
from tests.conftest import Database
from tests.serving import served
from tests.staff import PASSPHRASE, office
from tests.windows import room

from .chromium import PageIn
from .turning import turned


@contextmanager
def site(database: Database) -> Iterator[tuple[Flask, str]]:
    """Served under a name, as passkeys want it."""
    app = create_app(database.config())
    with served(app) as address:
        named = address.replace("127.0.0.1", "localhost")
        parts = app.extensions["surveyapp"]
        app.extensions["surveyapp"] = replace(parts, config=replace(parts.config, public_url=named))
        yield app, named
    parts.sessions.dispose()


def invited(app: Flask, address: str) -> str:
    with app.extensions["surveyapp"].sessions.begin() as session:
        org = office(session)
        token = invitations.invite(session, OPERATOR, org, "anna@example.org", Grant("admin", org))
    return invitations.address(address, token)


def presses(page: Page, value: str = "next") -> None:
    with turned(page):
        page.locator(f'button[value="{value}"]:visible').first.click()


def shows_a_passkey(page: Page, button: str = "Use a passkey") -> None:
    with turned(page):
        page.get_by_role("button", name=button).click()


def joins(page: Page, link: str, language: str) -> pyotp.TOTP:
    """From the link to the codes that are shown once; the app's code of the step before is typed."""
    page.goto(f"{link}?lang={language}")
    page.fill("#name", "Anna")
    page.fill("#passphrase", PASSPHRASE)
    page.fill("#again", PASSPHRASE)
    presses(page)
    presses(page)
    expect(page.locator("svg.qr")).to_be_visible()
    app = pyotp.TOTP((page.locator("p.key").text_content() or "").replace(" ", ""))
    room(10, 30)
    page.fill("#code", app.at(int(time.time()) - 30))
    presses(page)
    expect(page.locator("li.key")).to_have_count(10)
    return app


def signs_in(page: Page, address: str, app: pyotp.TOTP, language: str) -> None:
    page.goto(f"{address}/sign-in?lang={language}")
    page.fill("#email", "anna@example.org")
    page.fill("#passphrase", PASSPHRASE)
    presses(page)
    page.fill("#code", app.now())
    with turned(page):
        page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/manage?lang={language}")


@pytest.mark.parametrize("language", ["lv", "et"])
def test_invited_passphrase_app_second_device_revoked_and_out_without_javascript(
    page_in: PageIn, sqlite_database: Database, language: str
) -> None:
    with site(sqlite_database) as (app, address):
        desk, phone = page_in("without_javascript"), page_in("without_javascript")
        key = joins(desk, invited(app, address), language)
        signs_in(phone, address, key, language)
        desk.goto(f"{address}/manage/account?lang={language}")
        with turned(desk):
            desk.locator("button[name=device]").click()
        expect(desk.locator("button[name=device]")).to_have_count(0)
        phone.reload()
        expect(phone).to_have_url(f"{address}/sign-in?lang={language}")
        presses(desk, "sign-out")
        expect(desk).to_have_url(re.compile("/sign-in[?]"))
        desk.goto(f"{address}/manage?lang={language}")
        expect(desk).to_have_url(f"{address}/sign-in?lang={language}")
        for _ in range(2):
            desk.go_back()
        expect(desk.locator("#passphrase"), "Back shows nothing of the pages before").to_be_visible()
        assert {each["name"] for each in desk.context.cookies()} == {"seed", "device"}


def with_finger(page: Page) -> None:
    """A device that asks for a finger, which is always there."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def grown_old(app: Flask) -> None:
    """The second factor was shown more than ten minutes ago."""
    with app.extensions["surveyapp"].sessions.begin() as session:
        for each in session.query(StaffSession):
            each.second -= FRESH + 1


def test_a_passkey_is_added_signs_in_alone_and_is_removed(page_in: PageIn, sqlite_database: Database) -> None:
    with site(sqlite_database) as (app, address):
        page = page_in("desktop")
        with_finger(page)
        joins(page, invited(app, address), "en")
        page.goto(f"{address}/manage/account/passkeys?lang=en")
        page.fill("#name", "my laptop")
        presses(page)
        expect(page.get_by_text("my laptop").first).to_be_visible()
        presses(page, "sign-out")
        shows_a_passkey(page, "Sign in with a passkey")
        expect(page).to_have_url(re.compile("/manage[?]"))
        grown_old(app)
        page.goto(f"{address}/manage/account/passkeys?lang=en")
        shows_a_passkey(page)
        expect(page).to_have_url(re.compile("//[^/]+/manage/account/passkeys[?]"))
        grown_old(app)
        page.fill("#name", "my phone")
        presses(page)
        expect(page.locator("h1")).to_have_text("Please show once more that it is you")
        shows_a_passkey(page)
        expect(page).to_have_url(re.compile("//[^/]+/manage/account/passkeys/add[?]"))
        expect(page.locator("#name")).to_have_value("my phone")
        page.fill("#name", "n" * 65)
        presses(page)
        expect(page.locator("#name-error")).to_contain_text("at most 64 can be stored")
        presses(page, "remove")
        expect(page.get_by_text("You have no passkey.")).to_be_visible()
        presses(page, "sign-out")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_text("This passkey does not fit here.").first).to_be_visible()


def test_what_the_service_declines_is_said_where_the_passkey_was_asked_for(
    page_in: PageIn, sqlite_database: Database
) -> None:
    with site(sqlite_database) as (app, address):
        page = page_in("desktop")
        with_finger(page)
        joins(page, invited(app, address), "lv")
        presses(page, "sign-out")
        page.fill("#email", "anna@example.org")
        page.fill("#passphrase", PASSPHRASE)
        presses(page)
        page.wait_for_url("**/sign-in/second?**")
        with app.extensions["surveyapp"].sessions.begin() as session:
            session.query(PreSession).delete()
        page.get_by_role("button", name="Izmantot piekļuves atslēgu").click()
        expect(page.locator("[data-failed]")).to_have_text(re.compile("Šīs lapas vairs nav. Lūdzu, pārbaudiet adresi."))
