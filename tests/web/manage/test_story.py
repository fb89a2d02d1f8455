"""Invited, a passphrase, an app, a second device that is revoked, and out."""

import time

import pyotp
from flask import Flask
from sqlalchemy import select

from surveyapp.services.pre_sessions import MISSES
from surveyapp.store.invitations import Invitation
from surveyapp.store.sessions import Sessions
from tests.pages import Pages
from tests.staff import PASSPHRASE
from tests.web.manage.working import admin, browser, invited, new_passphrase, sets_up_app, signs_in, types
from tests.windows import room


def test_from_an_invitation_to_signing_out(app: Flask, sessions: Sessions) -> None:
    pages = browser(app)
    pages.get(f"{invited(sessions)}?lang=en")
    assert "anna@example.org" in pages.page.text
    pages.fill("name", "Anna")
    new_passphrase(pages, "password", status=422)
    assert pages.page.problems == ("Choose a longer passphrase. It needs this many characters: 12.",)
    assert pages.page.question("name", choices=False).entered == ("Anna",), "what was typed stays"
    new_passphrase(pages, PASSPHRASE)
    assert pages.page.heading == "Set up an authenticator app", "an admin needs a second factor"
    key, recovery = sets_up_app(pages)
    assert len(recovery) == 10
    pages.get("/manage?lang=en")
    assert pages.page.heading == "What needs doing"

    phone = browser(app)
    assert signs_in(phone).heading == "Your second factor"
    assert types(phone, "000000", 422).problems
    types(phone, key.now())
    assert phone.page.heading == "What needs doing"

    pages.get("/manage/account?lang=en")
    device = pages.page.query("button[name=device]")[0].attrs["value"] or ""
    pages.press(device)
    assert "this device" in pages.page.text
    assert not pages.page.query("button[name=device]")
    assert phone.get("/manage?lang=en").heading == "Sign in", "the second device is out"

    pages.press("sign-out")
    assert pages.page.heading == "Sign in"
    assert pages.get("/manage?lang=en").heading == "Sign in"


def presses_twice(pages: Pages) -> None:
    """By a hand that trembles: the browser sends the form again and shows what that is answered with."""
    form = next(each for each in pages.page.forms if "next" in each.buttons)
    fields = form.fields(pages.entered, "next")
    for _ in range(2):
        pages.post(form.action, fields)


def test_a_code_whose_button_is_pressed_twice_leads_on(app: Flask, sessions: Sessions) -> None:
    pages = browser(app)
    pages.get(f"{invited(sessions)}?lang=en")
    pages.fill("name", "Anna")
    new_passphrase(pages, PASSPHRASE)
    pages.press("next")
    key = pyotp.TOTP(pages.page.query("p.key")[0].to_text().replace(" ", ""))
    room(5, 30)
    pages.fill("code", key.at(int(time.time()) - 30))
    presses_twice(pages)
    assert pages.page.heading == "My account"
    assert "You have 10 recovery codes left." in pages.page.text
    pages.press("sign-out")
    signs_in(pages)
    pages.fill("code", key.now())
    presses_twice(pages)
    assert pages.page.heading == "What needs doing"
    pages.press("sign-out")
    signs_in(pages)
    for _ in range(MISSES):
        types(pages, "000000", 422)
    assert types(pages, "000000").heading == "Sign in", "a step that is over leads nobody in"


def test_changing_the_language_keeps_what_was_typed(app: Flask, sessions: Sessions) -> None:
    pages = browser(app)
    pages.get("/sign-in?lang=en")
    pages.fill("email", "anna@exam")
    pages.press("lang-lv")
    assert pages.page.question("email", choices=False).entered == ("anna@exam",)
    pages.press("size-150")
    assert pages.page.question("email", choices=False).entered == ("anna@exam",)
    assert 'class="size-150"' in pages.answer.body.decode()
    pages.submit(422)
    assert pages.page.language == "lv"
    pages.get(f"{invited(sessions)}?lang=lv")
    pages.fill("name", "Anna")
    pages.press("lang-ru")
    assert pages.page.question("name", choices=False).entered == ("Anna",)
    assert not pages.page.problems
    admins, org = admin(app, sessions)
    admins.get("/manage/people/invite?lang=en")
    admins.fill("email", "berta@example.org")
    admins.choose("role", "manager")
    admins.press("lang-et")
    assert admins.page.question("email", choices=False).entered == ("berta@example.org",)
    assert admins.page.question("role", choices=True).entered == ("manager",)
    with sessions.reading(org) as session:
        assert session.scalars(select(Invitation)).all() == [], "nobody was invited by that"
