"""What staff do at their pages, in one line each."""

import re
import time
from uuid import UUID

import pyotp
from flask import Flask
from sqlalchemy.orm import Session

from surveyapp.services import invitations, people, staff_sessions
from surveyapp.services.audit import OPERATOR
from surveyapp.services.people import Grant
from surveyapp.services.staff_sessions import Opening
from surveyapp.store import clock
from surveyapp.store.sessions import Sessions
from tests.pages import Page, Pages
from tests.staff import PASSPHRASE, employed, office, with_key
from tests.windows import room

EMAIL = "anna@example.org"


def browser(app: Flask, language: str = "en") -> Pages:
    """A browser of its own, with cookies."""
    return Pages(app.test_client(), language)


def invited(sessions: Sessions, role: str = "admin", email: str = EMAIL) -> str:
    """The path of a link that somebody was given."""
    with sessions.begin() as session:
        org_id = office(session)
        return f"/sign-in/invitation/{invitations.invite(session, OPERATOR, org_id, email, Grant(role, org_id))}"


def signs_in(pages: Pages, email: str = EMAIL, passphrase: str = PASSPHRASE, status: int = 200) -> Page:
    """Types address and passphrase."""
    pages.get(f"/sign-in?lang={pages.language}")
    pages.fill("email", email)
    pages.fill("passphrase", passphrase)
    return pages.submit(status)


def types(pages: Pages, code: str, status: int = 200) -> Page:
    """Types a second factor."""
    pages.fill("code", code)
    return pages.submit(status)


def new_passphrase(pages: Pages, passphrase: str, again: str | None = None, status: int = 200) -> Page:
    """Types a new passphrase twice."""
    pages.fill("passphrase", passphrase)
    pages.fill("again", passphrase if again is None else again)
    return pages.submit(status)


def sets_up_app(pages: Pages) -> tuple[pyotp.TOTP, list[str]]:
    """From the page that offers it: the app, and the recovery codes that were shown. The code of the step before is typed."""
    pages.press("next")
    app = pyotp.TOTP(pages.page.query("p.key")[0].to_text().replace(" ", ""))
    room(5, 30)
    types(pages, app.at(int(time.time()) - 30))
    return app, re.findall(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}", pages.page.text)


def admin(app: Flask, sessions: Sessions, role: str = "admin") -> tuple[Pages, UUID]:
    """Somebody with that role at their desk, a second factor just shown; and their organisation."""
    with sessions.begin() as session:
        org = office(session)
        return at_desk(app, session, employed(session, org, role=role), org), org


def at_desk(app: Flask, session: Session, person: UUID, org: UUID) -> Pages:
    """A browser in which somebody is signed in, a second factor just shown: a key, where their role needs one."""
    if people.needs_second_factor(session, org, person):
        with_key(session, person)
    opening = Opening(person, org, "passphrase", "a desk", second=True)
    pages = browser(app)
    client = pages._send._client  # type: ignore[attr-defined]
    client.set_cookie("sid", staff_sessions.begin(session, opening, clock.seconds(session)))
    return pages


def cookie(pages: Pages, name: str = "sid") -> str:
    """What the browser brings; empty for nothing."""
    found = pages._send._client.get_cookie(name)  # type: ignore[attr-defined]
    return found.value if found else ""


def with_cookie(app: Flask, token: str) -> Pages:
    """Another browser with the same session."""
    pages = browser(app)
    pages._send._client.set_cookie("sid", token)  # type: ignore[attr-defined]
    return pages
