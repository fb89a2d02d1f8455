"""A button for language or size changes nothing else: what was typed stays, and so does what is shown only once."""

import pytest
from flask import Flask

from surveyapp.store.sessions import Sessions
from tests.pages import Pages
from tests.staff import PASSPHRASE
from tests.web.manage.working import admin, browser, invited, new_passphrase, sets_up_app, signs_in

KEPT = "A passphrase is never kept on a page: please type it again."


def typed(pages: Pages, name: str) -> tuple[str, ...]:
    return pages.page.question(name, choices=False).entered


def other_words(pages: Pages) -> None:
    """There and back; what comes is no error."""
    pages.press("lang-et")
    pages.press("lang-en")
    pages.press("size-150")
    assert pages.page.problems == ()


def test_codes_stay_and_passphrases_are_asked_for_again(app: Flask, sessions: Sessions) -> None:
    pages = browser(app)
    pages.get(f"{invited(sessions)}?lang=en")
    pages.fill("name", "Anna")
    pages.fill("passphrase", PASSPHRASE)
    pages.press("size-200")
    assert (typed(pages, "name"), typed(pages, "passphrase")) == (("Anna",), ("",))
    assert KEPT in pages.page.text
    assert PASSPHRASE not in pages.answer.body.decode()
    other_words(pages)
    assert KEPT not in pages.page.text, "nothing was typed this time"
    new_passphrase(pages, PASSPHRASE)
    pages.press("next")
    pages.fill("code", "12 34")
    other_words(pages)
    assert typed(pages, "code") == ("12 34",)
    pages.get("/manage/account/app?lang=en")
    _, codes = sets_up_app(pages)
    pages.get("/manage/account/passphrase?lang=en")
    pages.fill("again", PASSPHRASE)
    pages.press("lang-lv")
    assert pages.page.status == 200
    phone = browser(app)
    signs_in(phone)
    phone.fill("code", codes[0])
    other_words(phone)
    assert typed(phone, "code") == (codes[0],)


def test_what_is_shown_once_is_still_shown(app: Flask, sessions: Sessions) -> None:
    pages = browser(app)
    pages.get(f"{invited(sessions)}?lang=en")
    pages.fill("name", "Anna")
    new_passphrase(pages, PASSPHRASE)
    _, codes = sets_up_app(pages)
    other_words(pages)
    assert [each for each in codes if each not in pages.page.text] == []
    pages.get("/manage/people/invite?lang=en")
    pages.fill("email", "berta@example.org")
    pages.choose("role", "collector")
    pages.submit()
    link = next(word for word in pages.page.text.split() if "/sign-in/invitation/" in word)
    other_words(pages)
    assert link in pages.page.text
    assert browser(app).get("/sign-in/invitation/" + link.rpartition("/")[2] + "?lang=en").heading == "You are invited"


def test_days_of_the_log_stay_and_are_not_judged_yet(app: Flask, sessions: Sessions) -> None:
    pages, _ = admin(app, sessions)
    pages.get("/manage/log?lang=en&verb=role_given")
    (form,) = pages.page.query("form#typed[method=get]")
    assert len(pages.page.query("button[form=typed][value^=lang-]")) == 5
    assert (form.attrs["action"] or "").startswith("/manage/log")
    pages.get("/manage/log?verb=role_given&since=2026-1&until=&lang=en&action=size-150")
    assert pages.page.query("#since")[0].attrs["value"] == "2026-1"
    assert pages.page.problems == ()
    assert "Show everything" in pages.page.links, "the kind of entry is kept"
    assert "size=150" in pages.page.links["Show everything"]


def test_after_a_form_that_was_declined_the_languages_lead_to_a_page_that_can_be_opened(
    app: Flask, sessions: Sessions
) -> None:
    pages, _ = admin(app, sessions)
    pages.get("/manage/people?lang=en")
    pages.follow("anna@example.org")
    person = pages.page.address.partition("?")[0]
    pages.press("take", 422)
    assert pages.page.links["Eesti"].startswith(person)
    pages.language = "et"
    pages.sent.add("role")
    pages.follow("Eesti")


@pytest.mark.parametrize(
    ("path", "asks"),
    [("/sign-in", True), ("/manage/account/passkeys", True), ("/manage", False), ("/manage/log", False)],
)
def test_the_script_of_passkeys_is_where_there_are_some(
    app: Flask, sessions: Sessions, path: str, *, asks: bool
) -> None:
    pages, _ = admin(app, sessions)
    pages.get(f"{path}?lang=en")
    assert (b"passkeys" in pages.answer.body.partition(b"</head>")[0]) == asks
