"""What happens to a form in life: a night in between, a double click, two tabs, an update, another device, a change of mind."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from surveyapp.services import collectors, waves
from surveyapp.store.models import Draft, Inbox, Participation
from surveyapp.web import create_app
from tests.builders import count, inside, open_wave, wave_of
from tests.chats import Person, said, values_of
from tests.conftest import SECRET, Database
from tests.pages import Pages
from tests.web.every_type import UNREADABLE
from tests.web.every_type import Q as EVERY_TYPE


@pytest.fixture
def code(app: Flask) -> str:
    with app.extensions["surveyapp"].sessions.begin() as session:
        return open_wave(session).code


def stored(app: Flask, row: type = Inbox) -> int:
    with app.extensions["surveyapp"].sessions.reading() as session:
        return count(session, row)


def begin(app: Flask, code: str, language: str = "en") -> Pages:
    pages = Pages(app.test_client(use_cookies=False), language)
    pages.get(f"/r/{code}?lang={language}")
    if pages.page.questions:
        pages.choose("consent", "agree")
    pages.submit()
    return pages


def to_review(pages: Pages) -> Pages:
    pages.choose("how", "3")
    pages.submit()
    pages.choose("where", "town")
    pages.submit()
    pages.submit()
    assert pages.page.onward == "send"
    return pages


def test_a_form_left_open_over_night_is_taken(app: Flask, code: str) -> None:
    with time_machine.travel("2026-03-01 20:00", tick=True):
        pages = begin(app, code)
        pages.choose("how", "2")
    with time_machine.travel("2026-03-02 16:00", tick=True):
        pages.submit()
        pages.submit()
        pages.submit()
        pages.submit()
    assert pages.page.heading == "Thank you, your answers were sent"
    with app.extensions["surveyapp"].sessions.reading() as session:
        assert inside(session).scalars(select(Inbox.answers)).one()["how"] == 2


def test_a_double_click_on_send_stores_one_response_and_shows_one_receipt(app: Flask, code: str) -> None:
    pages = to_review(begin(app, code, "lv"))
    pages.press("size-150")
    form = pages.page.forms[0]
    fields = form.fields({}, "send")

    def click(_: int) -> tuple[int, str]:
        answer = app.test_client(use_cookies=False).post(form.action, data=dict(fields))
        return answer.status_code, answer.headers["Location"]

    with ThreadPoolExecutor(2) as clicks:
        ((status, receipt),) = set(clicks.map(click, range(2)))
    assert (status, receipt.partition("?")[2]) == (303, "lang=lv&size=150")
    assert stored(app) == stored(app, Participation) == 1
    assert stored(app, Draft) == 0


def test_back_after_sending_shows_the_receipt_and_changes_nothing(app: Flask, code: str) -> None:
    pages = to_review(begin(app, code, "lv"))
    review, fields = pages.page.address, pages.page.forms[0].fields({}, "send")
    receipt = pages.submit().query("p.code")[0].to_text()
    for address in (review, review.replace("/review", "/first")):
        assert pages.get(address).query("p.code")[0].to_text() == receipt
    assert pages.post(review, fields).query("p.code")[0].to_text() == receipt
    changed = [(name, "next" if name == "action" else value) for name, value in fields]
    pages.post(review.replace("/review", "/first"), [*changed, ("how", "1")], 409)
    with app.extensions["surveyapp"].sessions.reading() as session:
        assert inside(session).scalars(select(Inbox.answers)).one()["how"] == 3


def test_two_tabs_write_into_one_form(app: Flask, code: str) -> None:
    pages = begin(app, code)
    other = Pages(app.test_client(use_cookies=False), "en")
    other.get(pages.page.address)
    pages.choose("how", "1")
    pages.submit()
    other.choose("how", "2")
    other.submit()
    to_end = (pages.submit, pages.submit, pages.submit)
    for step in to_end:
        step()
    assert stored(app) == 1
    with app.extensions["surveyapp"].sessions.reading() as session:
        assert inside(session).scalars(select(Inbox.answers)).one()["how"] == 2
    assert other.submit(409).query("p.code")


def test_a_form_opened_before_an_update_and_a_new_secret_is_taken_after_it(
    app: Flask, code: str, database: Database
) -> None:
    pages = begin(app, code)
    pages.choose("how", "3")
    form = pages.page.forms[0]
    renewed = database.config(
        SECRET_KEY="another secret that is long enough, too", SECRET_KEY_OLD=SECRET.replace(" ", "-")
    )
    after = create_app(database.config())
    answer = after.test_client().post(form.action, data=dict(form.fields(pages.entered, "next")))
    assert answer.status_code == 303
    after.extensions["surveyapp"].sessions.dispose()
    strange = create_app(renewed)
    refused = strange.test_client().post(form.action, data=dict(form.fields(pages.entered, "next")))
    assert refused.status_code == 403
    strange.extensions["surveyapp"].sessions.dispose()


def test_unfinished_answers_are_found_again_by_link_and_by_code_on_another_device(app: Flask, code: str) -> None:
    pages = begin(app, code)
    pages.choose("how", "2")
    saved = pages.press("save")
    short = saved.query("p.code")[-1].to_text().strip()
    other = Pages(app.test_client(use_cookies=False))
    other.sent = {"how"}
    other.get("/code?lang=lv")
    other.fill("code", short.lower())
    begun = other.submit()
    assert begun.language == "en"
    assert next(question for question in begun.questions if question.name == "how").entered == ("2",)


def test_answers_begun_in_the_bot_go_on_on_a_page_with_a_code_that_soon_leads_nowhere(app: Flask, code: str) -> None:
    """For two minutes it leads to the same page again: who typed it may have seen no page."""
    now = time.time()
    anna = Person(app.extensions["surveyapp"].sessions, now=now)
    anna.starts(code)
    anna.taps("=", 1)
    one_time = str(values_of(anna.commands("web"), "handover")["code"])
    pages = Pages(app.test_client(use_cookies=False))
    pages.sent = {"how"}
    reached = []
    for path, seconds in (("/resume", 10), ("/code", 100), ("/code", 200)):
        with time_machine.travel(now + seconds, tick=False):
            pages.get(f"{path}?lang=lv")
            pages.fill("code", one_time.lower())
            shown = pages.submit() if seconds < 120 else pages.submit(422)
            reached.append(shown.address.partition("?")[0])
    assert "/r/" in reached[0]
    assert reached == [reached[0], reached[0], "/code"]
    assert said(anna.types("hello")) == {"nothing_open"}


def test_declining_leaves_a_count_and_nothing_else(app: Flask) -> None:
    with app.extensions["surveyapp"].sessions.begin() as session:
        code = open_wave(session, EVERY_TYPE).code
    pages = Pages(app.test_client(use_cookies=False), "en")
    pages.get(f"/r/{code}?lang=en")
    pages.choose("consent", "decline")
    pages.submit()
    assert stored(app, Draft) == stored(app) == 0
    assert stored(app, Participation) == 1


@pytest.mark.parametrize(("path", "field"), [("/code", "code"), ("/withdraw", "receipt")])
def test_a_code_half_typed_stays_when_the_language_or_the_size_changes(app: Flask, path: str, field: str) -> None:
    pages = Pages(app.test_client(use_cookies=False), "lv")
    pages.get(f"{path}?lang=lv")
    pages.fill(field, "K7QF 2M")
    for button, language in (("lang-uk", "uk"), ("size-200", "uk"), ("lang-et", "et")):
        pages.press(button)
        assert pages.page.language == language
        assert pages.page.query(f"#{field}")[0].attrs["value"] == "K7QF 2M"
    assert "size-200" in pages.page.query("html")[0].attrs["class"]
    assert pages.page.forms[0].action == f"{path}?lang=et&size=200"


@pytest.mark.parametrize("way", ["r", "chat"])
@pytest.mark.parametrize("tick", ["agree", "decline"])
def test_what_was_ticked_on_the_first_page_stays_and_no_address_ticks_it(app: Flask, way: str, tick: str) -> None:
    with app.extensions["surveyapp"].sessions.begin() as session:
        code = open_wave(session, EVERY_TYPE).code
    pages = Pages(app.test_client(use_cookies=False), "en")
    pages.get(f"/{way}/{code}?lang=en&consent={tick}")
    assert pages.page.query("input[checked]") == []
    pages.choose("consent", tick)
    for button in ("lang-lv", "size-150"):
        pages.press(button)
        assert [each.attrs["value"] for each in pages.page.query("input[checked]")] == [tick]
        assert tick not in pages.page.forms[0].action
    assert stored(app, Draft) == stored(app, Participation) == 0


def test_answers_are_withdrawn_with_their_receipt(app: Flask, code: str) -> None:
    receipt = to_review(begin(app, code)).submit().query("p.code")[0].to_text()
    pages = Pages(app.test_client(use_cookies=False), "en")
    for typed in ("0000 0000 0000 0000 0000 0", receipt.lower()):
        pages.get("/withdraw?lang=en")
        pages.fill("receipt", typed)
        pages.submit()
        assert pages.page.address.startswith("/withdraw/done")
    assert stored(app) == 0


def test_a_wave_that_is_closed_midway_says_so_in_the_language_of_the_form(app: Flask, code: str) -> None:
    pages = begin(app, code)
    pages.press("lang-lv")
    with app.extensions["surveyapp"].sessions.begin() as session:
        waves.close(session, wave_of(session, collectors.find(session, code)))
    assert pages.submit(410).heading == "Šī aptauja ir slēgta"
    assert stored(app) == 0


def test_a_page_of_a_form_that_was_sent_meanwhile_says_so_in_its_language(app: Flask, code: str) -> None:
    pages = begin(app, code)
    left_open = pages.press("lang-lv")
    to_review(pages).submit()
    pages.post(left_open.address, left_open.forms[0].fields({}, "save"), 409)
    assert pages.page.heading == "Paldies, Jūsu atbildes ir nosūtītas"


@pytest.mark.parametrize("item", UNREADABLE)
def test_what_cannot_be_read_survives_another_language(app: Flask, item: str) -> None:
    with app.extensions["surveyapp"].sessions.begin() as session:
        code = open_wave(session, EVERY_TYPE).code
    pages = begin(app, code)
    form = pages.page.forms[0]
    typed = [(name, value) for name, values in UNREADABLE[item].items() for value in values]
    fields = [(name, value) for name, value in form.fields({}, "lang-lv") if name not in UNREADABLE[item]] + typed
    pages.language = "lv"
    shown = pages.post(form.action, fields)
    entered = {(question.name, value) for question in shown.questions for value in question.entered}
    offered = {value for question in shown.questions if question.name == item for value, _ in question.choices}
    for name, value in typed:
        assert (name, value) in entered or (offered and value not in offered), f"{name} lost {value!r}"
