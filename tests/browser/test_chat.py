"""A chat on a page in Chromium with JavaScript: what is said, where the focus goes, and what failures cost."""

import random
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from surveyapp.languages import LANGUAGES
from surveyapp.services.codes import digest
from surveyapp.store.models import Draft, Inbox
from surveyapp.store.sessions import Sessions
from surveyapp.web import create_app
from tests.builders import inside, open_wave
from tests.conftest import new_sqlite
from tests.serving import served
from tests.test_interviews import EVERYTHING, Somebody

from .chatting import Chatting
from .chromium import PageIn
from .keys import Keys
from .turning import turned

HEARD = """() => {
  window.heard = [];
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) {
      if (node.nodeType === 1) window.heard.push(node.innerText.replace(/\\s+/g, ' ').trim());
    }
  }).observe(document.querySelector('[role=log]'), { childList: true, subtree: true });
}"""
"""Notes what is added to the log, which is what a screen reader reads out."""


class Place:
    """A served site: its address, the chat's code, and its store."""

    def __init__(self, address: str, code: str, sessions: Sessions) -> None:
        self.address, self.code, self.sessions = address, code, sessions

    def opened(self, tab: Page, language: str = "lv") -> Page:
        """The chat at its first question, with an ear on the log."""
        tab.goto(f"{self.address}/chat/{self.code}?lang={language}")
        if tab.locator("#consent").count():
            tab.locator("#consent").check()
        with turned(tab):
            tab.locator('main button[value="next"]').click()
        tab.evaluate(HEARD)
        return tab

    def answers(self) -> dict[str, object]:
        """Of the newest draft."""
        with self.sessions.reading() as session:
            return dict(inside(session).scalars(select(Draft.answers)).all()[-1])


@pytest.fixture
def place(migrated_file: Path, tmp_path: Path) -> Iterator[Place]:
    app = create_app(new_sqlite(tmp_path, migrated_file).config())
    sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        code = open_wave(session, EVERYTHING).code
    with served(app) as address:
        yield Place(address, code, sessions)
    sessions.dispose()


def go(tab: Page, button: str = "next") -> None:
    with turned(tab):
        tab.locator(f'#now button[value="{button}"]').click()


def at(tab: Page, name: str) -> None:
    """The chat has come to that question."""
    expect(tab.locator(f"#now input[name=item][value={name}]")).to_have_count(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_each_person_noted_in_a_chat_is_stored(place: Place, page_in: PageIn, language: str) -> None:
    chatting = Chatting(page_in("phone"), place.address)
    somebody = Somebody(chatting, random.Random(LANGUAGES.index(language)))
    receipt = somebody.respond(place.code, language, way="chat")
    with place.sessions.reading() as session:
        stored = inside(session).scalars(select(Inbox).filter_by(receipt_hash=digest(receipt))).one()
    assert (stored.answers, stored.channel) == (somebody.note, "chat")
    assert chatting.in_place > 6


def test_only_what_is_new_is_said_and_the_question_has_the_focus(place: Place, page_in: PageIn) -> None:
    tab = place.opened(page_in("phone"))
    tab.evaluate("window.same = true")
    tab.locator("[name=rating][value='4']").check()
    go(tab)
    at(tab, "who")
    go(tab, "skip")
    at(tab, "uses")
    expect(tab.locator("#now h2")).to_be_focused()
    heard = tab.evaluate("window.heard")
    assert heard == ["How good? (lv) 4 – 4 quality (lv)", "Who? (lv) Nav atbildes"]
    assert tab.title().endswith("What? (lv)")
    assert tab.evaluate("window.same"), "it is the page that was opened"
    go(tab, "back")
    at(tab, "who")
    assert tab.evaluate("window.heard") == heard, "going back says nothing"
    expect(tab.locator("[role=log] li")).to_have_count(2)


def test_a_double_click_answers_once(place: Place, page_in: PageIn) -> None:
    tab = place.opened(page_in("phone"))
    posted = []
    tab.on("request", lambda request: posted.append(request) if request.method == "POST" else None)
    tab.locator("[name=rating][value='4']").check()
    held: list[Route] = []
    clicked = Event()

    def hold(route: Route) -> None:
        route.continue_() if clicked.is_set() else held.append(route)

    tab.route("**/chat/**", hold)  # else the answer could be there before the second click
    tab.locator('#now button[value="next"]').dblclick()
    clicked.set()
    for route in held:
        route.continue_()
    at(tab, "who")
    assert len(posted) == 1


def test_an_error_has_the_focus_and_what_was_typed_stays(place: Place, page_in: PageIn) -> None:
    tab = place.opened(page_in("phone"))
    tab.locator("[name=rating][value='5']").check()
    go(tab)
    at(tab, "who")
    go(tab)
    at(tab, "uses")
    tab.locator("[name=uses][value=care]").check()
    tab.locator("[name=uses][value=none]").check()
    go(tab)
    expect(tab.locator(".summary")).to_be_focused()
    assert tab.title().startswith("Kļūda: ")
    expect(tab.locator("[name=uses][value=care]")).to_be_checked()
    tab.locator(".summary a").click()
    expect(tab.locator("#uses")).to_be_focused()
    tab.locator("[name=uses][value=none]").uncheck()
    go(tab)
    at(tab, "often")
    expect(tab.locator(".summary")).to_have_count(0)


def test_a_request_that_fails_becomes_a_normal_post(place: Place, page_in: PageIn) -> None:
    tab = place.opened(page_in("phone"))
    tab.evaluate("window.same = true")
    tab.route("**/chat/**", lambda route: route.abort() if in_part(route) else route.continue_())
    tab.locator("[name=rating][value='2']").check()
    go(tab)
    at(tab, "who")
    assert not tab.evaluate("window.same ?? false"), "it is a new page"
    assert place.answers()["rating"] == 2


def test_an_answer_whose_confirmation_was_lost_is_recorded_once(place: Place, page_in: PageIn) -> None:
    def lose(route: Route) -> None:
        if in_part(route):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    tab = place.opened(page_in("phone"))
    tab.route("**/chat/**", lose)
    tab.locator("[name=rating][value='2']").check()
    go(tab)
    at(tab, "who")
    expect(tab.locator("[role=log] li").last).to_have_text("Jau saglabāts")
    assert place.answers()["rating"] == 2


def in_part(route: Route) -> bool:
    return "x-chat-part" in route.request.headers


def test_back_in_the_browser_and_the_old_form_change_nothing(place: Place, page_in: PageIn) -> None:
    tab = place.opened(page_in("without_javascript"))
    tab.locator("[name=rating][value='2']").check()
    go(tab)
    at(tab, "who")
    old = page_in("without_javascript")
    old.goto(tab.url)
    go(tab, "skip")
    at(tab, "uses")
    old.locator("[name=who][value=son]").check()
    go(old)
    at(old, "uses")
    assert place.answers()["who"] == {"missing": "skipped"}


@contextmanager
def asked_where_it_is(tab: Page) -> Iterator[None]:
    """What is done inside has the chat ask for the open question: afterwards the answer is there."""
    with tab.expect_event("requestfinished", lambda request: "said=already_recorded" in request.url):
        yield


def test_what_back_brings_too_late_does_not_take_the_place_of_a_newer_question(place: Place, page_in: PageIn) -> None:
    tab, held = place.opened(page_in("phone")), []
    tab.route("**/chat/**said=already_recorded", lambda route: held.append((route, route.fetch())))
    go(tab, "next")
    at(tab, "who")
    with tab.expect_request("**said=already_recorded"):
        tab.go_back()
    go(tab, "skip")
    at(tab, "uses")
    with asked_where_it_is(tab):
        [(route, who)] = held
        route.fulfill(response=who)
    tab.evaluate("() => new Promise((done) => setTimeout(done))")
    at(tab, "uses")


@pytest.mark.parametrize("person", ["phone", "without_javascript"])
def test_back_in_the_browser_stays_in_the_chat_and_takes_nothing_back(
    place: Place, page_in: PageIn, person: str
) -> None:
    tab = place.opened(page_in(person))
    here = tab.url.partition("#")[0]
    tab.locator("[name=rating][value='2']").check()
    go(tab)
    at(tab, "who")
    go(tab, "skip")
    at(tab, "uses")
    tab.locator("[name=uses][value=care]").check()
    for _ in range(2):
        with asked_where_it_is(tab) if person == "phone" else nullcontext():
            tab.go_back()
        at(tab, "uses")
        assert tab.url.startswith(here)
    if person == "phone":
        expect(tab.locator("[role=log] li").last).to_have_text("Jau saglabāts")
        expect(tab.locator("[name=uses][value=care]")).to_be_checked()
        tab.go_forward()
        go(tab)
        at(tab, "often")
    assert place.answers()["rating"] == 2
    while tab.url.startswith(here):
        tab.go_back()
    expect(tab.locator("#consent"), "nobody begins again by pressing Continue").not_to_be_checked()


@pytest.mark.parametrize("person", ["desktop", "without_javascript"])
def test_a_chat_is_held_with_the_keyboard_alone(place: Place, page_in: PageIn, person: str) -> None:
    tab = place.opened(page_in(person)) if person == "desktop" else page_in(person)
    if person != "desktop":
        tab.goto(f"{place.address}/chat/{place.code}?lang=lv")
        keys = Keys(tab)
        keys.choose("consent")
        keys.go()
    keys = Keys(tab)
    keys.choose("rating", below=1)
    keys.press("Enter")
    at(tab, "who")
    keys.choose("who", below=1)
    keys.reach("button.go")
    keys.press("Space")
    at(tab, "uses")
    keys.choose("uses")
    keys.press("Enter")
    at(tab, "often")
    keys.type("[name=often][type=text]", "4")
    keys.press("Enter")
    at(tab, "why")
    keys.type("textarea", "Ilgi jāgaida.")
    keys.reach("button.go")
    keys.press("Enter")
    at(tab, "since")
    keys.reach("button[value=skip]")
    keys.press("Enter")
    at(tab, "quote")
    keys.press("Tab")
    keys.reach("button.go")
    keys.press("Enter")
    expect(tab.locator(".summary")).to_be_focused()
    keys.reach(".summary a")
    keys.press("Enter")
    expect(tab.locator("#quote")).to_be_focused()
    keys.press("Space", "Enter")
    at(tab, "place")
    keys.reach("button[value=skip]")
    keys.press("Enter")
    at(tab, "again")
    keys.choose("again")
    keys.press("Enter")
    at(tab, "_review")
    keys.reach("button[value=send]")
    keys.go()
    expect(tab.locator("h1")).to_be_focused()
    with place.sessions.reading() as session:
        assert inside(session).scalars(select(Inbox.answers)).one() == {
            "rating": 2,
            "who": "son",
            "uses": ["care"],
            "often": 4,
            "why": "Ilgi jāgaida.",
            "since": {"missing": "skipped"},
            "quote": True,
            "place": {"missing": "skipped"},
            "again": "yes1",
        }
