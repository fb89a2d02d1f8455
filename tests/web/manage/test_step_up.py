"""A second factor that falls due asks for itself and for nothing else: what was going on goes on, with what was typed."""

import pytest
from flask import Flask
from sqlalchemy import delete

from surveyapp.services import people
from surveyapp.services.staff_sessions import FRESH
from surveyapp.store import clock
from surveyapp.store.invitations import Invitation
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import Passkey, StaffSession
from tests.builders import count
from tests.pages import Pages
from tests.staff import PASSPHRASE, employed, office
from tests.web.manage.working import admin, browser, invited, new_passphrase, sets_up_app, signs_in

AGAIN = "Please show once more that it is you"
PROOF = ("proof", False)


@pytest.fixture
def anna(app: Flask, sessions: Sessions) -> tuple[Pages, list[str]]:
    """An admin with an app, and her recovery codes."""
    pages = browser(app)
    pages.get(f"{invited(sessions)}?lang=en")
    pages.fill("name", "Anna")
    new_passphrase(pages, PASSPHRASE)
    return pages, sets_up_app(pages)[1]


def ten_minutes_later(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for each in session.query(StaffSession):
            each.second = clock.seconds(session) - FRESH - 1


def shows(pages: Pages, code: str, status: int = 200) -> None:
    assert pages.page.heading == AGAIN
    pages.fill("proof", code)
    pages.submit(status)


def test_a_form_that_was_sent_goes_on_with_what_was_typed(sessions: Sessions, anna: tuple[Pages, list[str]]) -> None:
    pages, codes = anna
    pages.get("/manage/people/invite?lang=en")
    ten_minutes_later(sessions)
    pages.fill("email", "berta@example.org")
    pages.choose("role", "collector")
    pages.submit()
    shows(pages, "000000", 422)
    assert pages.page.problems
    pages.fill("proof", codes[0])
    pages.press("lang-et")
    assert pages.page.question("proof", choices=False).entered == (codes[0],), "typed, and kept"
    pages.press("lang-en")
    shows(pages, codes[0])
    assert pages.page.heading == "The link is ready"
    assert "berta@example.org" in pages.page.text


def test_looking_again_after_a_while_sends_nothing(sessions: Sessions, anna: tuple[Pages, list[str]]) -> None:
    """Somebody stays signed in longer, or changes the language, in a form that isn't finished."""
    pages, codes = anna
    pages.get("/manage/people/invite?lang=en")
    pages.fill("email", "berta@example.org")
    pages.choose("role", "collector")
    ten_minutes_later(sessions)
    pages.press("size-100")
    shows(pages, codes[0])
    assert pages.page.heading == "Invite somebody"
    assert pages.page.problems == ()
    assert pages.page.question("email", choices=False).entered == ("berta@example.org",)
    assert "Stay signed in longer" in pages.page.text
    with sessions.reading() as session:
        assert count(session, Invitation) == 0


def test_a_passphrase_does_not_go_along_and_is_asked_for_again(
    sessions: Sessions, anna: tuple[Pages, list[str]]
) -> None:
    pages, codes = anna
    pages.get("/manage/account/passphrase?lang=en")
    ten_minutes_later(sessions)
    new_passphrase(pages, "five green windmills at noon")
    assert "windmills" not in pages.answer.body.decode()
    shows(pages, codes[0])
    assert pages.page.heading == "Choose a new passphrase"
    assert pages.page.problems == (), "nobody did anything wrong"
    assert "please type it again" in pages.page.text
    pages.fill("present", PASSPHRASE)
    new_passphrase(pages, "five green windmills at noon")
    assert pages.page.heading == "What needs doing"


def test_an_invitation_elsewhere_is_accepted_with_a_second_factor(
    app: Flask, sessions: Sessions, anna: tuple[Pages, list[str]]
) -> None:
    """Somebody's passphrase may be known to an administrator of theirs, whose link for it was used."""
    pages, codes = anna
    ten_minutes_later(sessions)
    pages.get(f"{invited(sessions, 'collector')}?lang=en")
    pages.press("next")
    shows(pages, codes[0])
    assert pages.page.heading == "Sign in"
    with sessions.begin() as session:
        employed(session, office(session, "elsewhere"), "berta@example.org", "collector")
    berta, path = browser(app), invited(sessions, "collector", "berta@example.org")
    signs_in(berta, "berta@example.org")
    berta.get(f"{path}?lang=en")
    berta.press("next")
    assert berta.page.heading == AGAIN
    assert belongs(sessions, "anna@example.org") == 2
    assert belongs(sessions, "berta@example.org") == 1
    berta.follow("Set up an authenticator app")
    sets_up_app(berta)
    berta.get(f"{path}?lang=en")
    berta.press("next")
    assert belongs(sessions, "berta@example.org") == 2


def belongs(sessions: Sessions, email: str) -> int:
    """To how many organisations."""
    with sessions.reading() as session:
        person = people.by_email(session, email)
        assert person
        return len(people.organisations_of(session, person.id))


def test_whoever_removes_their_only_second_factor_needs_another_one_at_once(anna: tuple[Pages, list[str]]) -> None:
    pages, _ = anna
    pages.get("/manage/account?lang=en")
    pages.press("remove")
    assert pages.page.heading == "My account"
    assert pages.get("/manage/people?lang=en").heading == "Set up an authenticator app"
    sets_up_app(pages)
    assert pages.get("/manage/people?lang=en").heading == "People"


def test_a_page_that_was_opened_is_opened(sessions: Sessions, anna: tuple[Pages, list[str]]) -> None:
    pages, codes = anna
    with sessions.reading() as session:
        me = people.by_email(session, "anna@example.org")
        assert me
    for code, path in zip(codes, (f"/manage/people/{me.id}", "/manage/account/passphrase"), strict=False):
        ten_minutes_later(sessions)
        pages.get(f"{path}?lang=en")
        shows(pages, code)
        assert pages.page.address == f"{path}?lang=en"


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/sign-in/out", "/manage/log", "?"])
def test_nobody_is_led_elsewhere(sessions: Sessions, anna: tuple[Pages, list[str]], back: str) -> None:
    pages, codes = anna
    pages.get(f"/sign-in/again?lang=en&back={back}&then={back}")
    shows(pages, codes[0])
    assert pages.page.address == "/manage?lang=en"


def test_a_link_cannot_make_anybody_send_a_form(sessions: Sessions, anna: tuple[Pages, list[str]]) -> None:
    pages, codes = anna
    with sessions.begin() as session:
        me = people.by_email(session, "anna@example.org")
        assert me
        (org,) = people.organisations_of(session, me.id)
        berta = employed(session, org, "berta@example.org")
        (held,) = people.roles_of(session, org, berta)
    take = f"/manage/people/{berta}/roles/{held.id}/take"
    pages.get(f"/sign-in/again?lang=en&back={take}&then={take}")
    shows(pages, codes[0])
    assert pages.page.address == "/manage?lang=en"
    with sessions.reading() as session:
        assert people.roles_of(session, org, berta) == [held]


def test_whoever_has_no_factor_is_told_how_to_get_one(app: Flask, sessions: Sessions) -> None:
    pages, _ = admin(app, sessions)
    pages.get("/manage/people/invite?lang=en")
    with sessions.begin() as session:
        session.execute(delete(Passkey))
    pages.fill("email", "b@example.org")
    pages.choose("role", "admin")
    pages.submit()
    assert pages.page.heading == "Set up an authenticator app"
    with sessions.reading() as session:
        assert people.by_email(session, "b@example.org") is None
