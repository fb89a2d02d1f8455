"""Names of people, passkeys and tokens: kept as typed, or refused with the reason, and still in their field."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.services import analysts
from surveyapp.store.analysts import ApiToken
from surveyapp.store.people import Person
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import Passkey
from tests.builders import count
from tests.pages import Pages
from tests.staff import PASSPHRASE
from tests.web.manage.working import admin, browser, invited, new_passphrase

TURNED = "There is an invisible character in your text that cannot be stored."
REASONS = [(" ", "Write a name."), ("\u202enoz", TURNED), ("n" * 101, "at most 100 can be stored")]


def says(pages: Pages, typed: str, reason: str) -> None:
    """One thing is wrong, and what was typed is still there."""
    (problem,) = pages.page.problems
    assert reason in problem
    assert pages.page.query("#name")[0].attrs["value"] == typed
    assert pages.page.query("#name-error")


@pytest.mark.parametrize(("typed", "reason"), REASONS)
def test_of_somebody_who_joins(app: Flask, sessions: Sessions, typed: str, reason: str) -> None:
    pages = browser(app)
    pages.get(f"{invited(sessions)}?lang=en")
    pages.fill("name", typed)
    new_passphrase(pages, PASSPHRASE, status=422)
    says(pages, typed, reason)
    pages.fill("name", " Anna-Liisa O’Neil ")
    new_passphrase(pages, PASSPHRASE)
    with sessions.reading() as session:
        assert session.scalars(select(Person.name)).one() == "Anna-Liisa O’Neil"


@pytest.mark.parametrize(("typed", "reason"), [*REASONS[1:2], ("n" * 65, "at most 64 can be stored")])
def test_of_a_passkey(app: Flask, sessions: Sessions, typed: str, reason: str) -> None:
    parts = app.extensions["surveyapp"]
    named = replace(parts.config, public_url="http://localhost")
    app.extensions["surveyapp"] = replace(parts, config=named)
    pages, _ = admin(app, sessions)
    token = pages.get("/manage/account/passkeys?lang=en").query("input[name=csrf_token]")[0].attrs["value"] or ""
    fields = [("csrf_token", token), ("form_language", "en"), ("name", typed), ("response", "{}")]
    pages.post("/manage/account/passkeys/add?lang=en", fields, 422)
    says(pages, typed, reason)
    with sessions.reading() as session:
        assert count(session, Passkey) == 1, "the one they have"


@pytest.mark.parametrize(("typed", "reason"), REASONS)
def test_of_a_token(app: Flask, sessions: Sessions, typed: str, reason: str) -> None:
    pages, org = admin(app, sessions, "analyst")
    with sessions.begin(org) as session:
        analysts.agree(session, org, session.scalars(select(Person.id)).one())
    pages.get("/analyse/tokens?lang=en")
    pages.fill("name", typed)
    pages.press("next", 422)
    says(pages, typed, reason)
    with sessions.reading(org) as session:
        assert count(session, ApiToken) == 0
