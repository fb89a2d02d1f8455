"""What staff do at their pages, in one line each."""

import re
import time

import pyotp
from flask import Flask

from surveyapp.services import invitations
from surveyapp.services.audit import OPERATOR
from surveyapp.services.people import Grant
from surveyapp.store.sessions import Sessions
from tests.pages import Page, Pages
from tests.staff import PASSPHRASE, office

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
    types(pages, app.at(int(time.time()) - 30))
    return app, re.findall(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}", pages.page.text)
