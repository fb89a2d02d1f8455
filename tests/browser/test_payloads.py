"""A7: whatever is stored and shown is text. Nothing of it becomes an element or runs, on no page of anybody."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from surveyapp.services import collectors, questionnaires
from surveyapp.services.collecting import Wanted, collect
from surveyapp.store.base import Base
from surveyapp.store.invitations import Invitation
from surveyapp.store.organisations import Organisation, Unit
from surveyapp.store.people import Person
from surveyapp.store.programmes import Programme
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import Passkey, StaffSession
from surveyapp.store.tenancy import elsewhere, organisations
from surveyapp.web import create_app
from tests.builders import LONG_AGO, tiny
from tests.conftest import Database
from tests.serving import served

from .chromium import PageIn
from .staff_states import Desk, desk, states

SPOILT: dict[type[Base], tuple[str, ...]] = {
    Organisation: ("name",),
    Unit: ("name",),
    Programme: ("name",),
    Invitation: ("email",),
    Person: ("name", "email"),
    Passkey: ("name",),
    StaffSession: ("device",),
}
"""Table -> columns in which somebody's words are kept and shown to staff."""

QUESTIONS = {'"Tiny"': "title", '"How was it?"': "question", "bad,": "point", "Other,": "option"}
"""Words of the questionnaire that are replaced -> which they are."""


def payload(name: str) -> str:
    """What would break out of a text, an attribute or a script; ``name`` tells where it was stored."""
    hit = "onerror=alert(1) data-hit"
    return f"\"'></title><img src=x {hit}><script data-hit>alert(1)</script><svg onload=alert(1) data-hit>{name}"


def in_address(name: str) -> str:
    """The same in an e-mail address."""
    return f'"><img/data-hit/src="x"/onerror="alert(1)">{name}@x.example'


def spoil(session: Any) -> None:
    """Put a payload into everything that is kept of staff and their organisations."""
    for row, columns in SPOILT.items():
        for number, each in enumerate(session.scalars(select(row))):
            for column in columns:
                name = f"{row.__tablename__}.{column}"
                words: Any = in_address(f"{name}{number}") if column == "email" else payload(name)
                setattr(each, column, {"en": words} if isinstance(getattr(each, column), dict) else words[:250])


@pytest.fixture
def app(sqlite_database: Database) -> Iterator[Flask]:
    (sqlite_database.folder / "statement.yaml").write_text(
        json.dumps({"organisation": payload("statement.organisation"), "contact": {"en": payload("statement.contact")}})
    )
    made = create_app(sqlite_database.config())
    yield made
    made.extensions["surveyapp"].sessions.dispose()


@pytest.fixture
def sessions(app: Flask) -> Sessions:
    found: Sessions = app.extensions["surveyapp"].sessions
    return found


class Watched:
    """A page that notes what it shows, and fails as soon as something stored has become more than text."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.shown = page, address, ""
        page.on("dialog", self._told)
        self.dialogs: list[str] = []

    def _told(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def opens(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")
        self.looks()

    def presses(self, value: str = "next") -> None:
        with self.page.expect_navigation():
            self.page.locator(f'main button[value="{value}"]').first.click()
        self.looks()

    def looks(self) -> None:
        where = self.page.url
        assert self.page.locator("[data-hit]").count() == 0, where
        assert self.dialogs == [], where
        self.shown += self.page.title() + (self.page.locator("body").text_content() or "")

    def has_shown(self, *names: str) -> None:
        """Each of them was on a page, as the text it is."""
        missing = [name for name in names if f"data-hit>{name}" not in self.shown]
        assert not missing


def test_what_is_kept_of_staff_stays_text(
    page_in: PageIn, app: Flask, sessions: Sessions, sqlite_database: Database
) -> None:
    there: Desk = desk(sessions)
    with sessions.begin() as session:
        admin = session.scalars(select(Person).filter_by(email="admin@example.org")).one().id
        session.add(
            Passkey(
                id=uuid4(),
                person_id=admin,
                credential_hash=b"h",
                credential_id=b"i",
                public_key=b"k",
                sign_count=0,
                name="",
            )
        )
        session.flush()
        for org_id in organisations(session):
            with elsewhere(session, org_id):
                spoil(session)
    with served(app) as address:
        seen = Watched(page_in("desktop"), address)
        for state in states(there, "en"):
            if not state.posted:
                seen.page.context.clear_cookies()
                cookies = there.cookies[state.who].items()
                seen.page.context.add_cookies(
                    [{"name": name, "value": value, "url": address} for name, value in cookies]
                )
                seen.opens(state.path)
    unnumbered = [f"{row.__tablename__}.{column}" for row, columns in SPOILT.items() for column in columns]
    seen.has_shown(*(name for name in unnumbered if not name.endswith("email")))
    assert in_address("person.email").removesuffix("@x.example") in seen.shown
    assert in_address("invitation.email").removesuffix("@x.example") in seen.shown


def collecting(session: Any) -> str:
    """A form whose words are payloads, for a unit and in an organisation with payloads for names; its code."""
    changes = [
        (old, json.dumps(f"{payload(name)}?" if "?" in old else payload(name)) + "," * old.endswith(","))
        for old, name in QUESTIONS.items()
    ]
    q = tiny("tiny", *changes)
    questionnaires.publish(session, q)
    wanted = Wanted(
        questionnaire=q.id, wave="town/2010", unit="centre", public_url="http://127.0.0.1:8000", settles=LONG_AGO
    )
    code = collectors.find(session, collect(session, wanted).code).code
    spoil(session)
    return str(code)


def test_what_respondents_read_and_write_stays_text(page_in: PageIn, app: Flask, sessions: Sessions) -> None:
    with sessions.begin() as session:
        code = collecting(session)
    with served(app) as address:
        seen = Watched(page_in("desktop"), address)
        for path in ("/", "/privacy", "/accessibility", f"/chat/{code}"):
            seen.opens(f"{path}?lang=en")
        seen.opens(f"/r/{code}?lang=en")
        seen.presses()
        page = seen.page
        page.set_default_timeout(5000)
        page.locator('input[name="how"]').first.check()
        page.locator('input[name="what"][value="other"]').check()
        page.locator('[name="what__text"]').fill(payload("own text")[:150])
        seen.presses()
        page.locator('input[name="where"]').first.check()
        seen.presses()
        page.locator('[name="words"]').fill(payload("words"))
        seen.presses()
        seen.presses("send")
    seen.has_shown("title", "question", "point", "option", "statement.organisation", "statement.contact")
    seen.has_shown("programme.name", "unit.name", "words")
