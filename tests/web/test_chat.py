"""A chat on a page over plain HTTP, without JavaScript: what it stores, what it keeps, how it begins, ends and moves."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.languages import LANGUAGES
from surveyapp.services import bots, collectors, library, limits, waves
from surveyapp.services.codes import LETTERS, digest, read_receipt
from surveyapp.services.collecting import Wanted, collect
from surveyapp.store.models import Conversation, Draft, Inbox, Participation, Settled
from tests.builders import close_and_settle, count, inside, open_wave, wave_of
from tests.chats import BOT, CONSENTED, Person, place
from tests.conftest import Database, application
from tests.page_forms import Question
from tests.pages import Page, Pages
from tests.web.every_type import UNREADABLE
from tests.web.every_type import Q as EVERY_TYPE

ALREADY = "Already recorded"
SINCE = "This question has been answered since then. Nothing was changed."


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    with application(database.config(TELEGRAM_BOT_TOKEN=f"{BOT}:secret")) as made:
        yield made


@pytest.fixture
def code(app: Flask) -> str:
    with app.extensions["surveyapp"].sessions.begin() as session:
        return open_wave(session, CONSENTED).code


def left(app: Flask) -> tuple[int, ...]:
    """Conversations, drafts and responses."""
    with app.extensions["surveyapp"].sessions.reading() as session:
        return tuple(count(session, row) for row in (Conversation, Draft, Inbox))


def guest(app: Flask, language: str | None = "en") -> Pages:
    return Pages(app.test_client(use_cookies=False), language)


def begin(app: Flask, code: str, language: str = "en", way: str = "chat") -> Pages:
    pages = guest(app, language)
    pages.get(f"/{way}/{code}?lang={language}")
    if pages.page.questions:
        pages.choose("consent", "agree")
    pages.submit()
    return pages


def to_review(pages: Pages, words: str = "") -> Pages:
    for name, value in (("how", "3"), ("what", "help"), ("where", "town")):
        pages.choose(name, value)
        pages.submit()
    pages.fill("words", words)
    pages.submit()
    assert pages.page.onward == "send"
    return pages


def lines(page: Page) -> list[str]:
    """What stands in the log, without its first line."""
    return [node.to_text().strip() for node in page.query("[role=log] li")][1:]


def receipt_on(page: Page) -> str:
    return read_receipt(page.query("p.code")[0].to_text()) or ""


def chosen_by(name: str) -> int:
    """An arbitrary number that is the same for the same question."""
    return sum(map(ord, name))


def steady(question: Question) -> Sequence[str]:
    """The same answer to the same question, in whatever order and on whatever page it is asked."""
    if question.choices:
        return [sorted(value for value, _ in question.choices)[chosen_by(question.name) % len(question.choices)]]
    return ["Viss labi."] if question.name in {"good", "improve"} else [""]


def answer(pages: Pages) -> None:
    """Answer the page and go on."""
    for question in pages.page.questions:
        values = steady(question)
        pages.choose(question.name, *values) if question.choices else pages.fill(question.name, "".join(values))
    pages.submit()


def respond(app: Flask, code: str, language: str, way: str) -> str:
    pages = begin(app, code, language, way)
    return receipt_on(pages.interview(steady))


def test_looking_creates_nothing_and_declining_is_only_counted(app: Flask, code: str) -> None:
    pages = guest(app)
    pages.get(f"/chat/{code}?lang=en")
    assert "Tiny" in pages.page.text
    assert "Number of questions: 4" in pages.page.text
    pages.submit(422)
    assert left(app) == (0, 0, 0)
    pages.choose("consent", "decline")
    assert pages.submit().address.startswith(f"/chat/{code}/declined")
    assert left(app) == (0, 0, 0)
    with app.extensions["surveyapp"].sessions.reading() as session:
        assert [(row.channel, row.outcome) for row in inside(session).scalars(select(Participation))] == [
            ("chat", "declined")
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_offers_the_chat_beside_the_form(app: Flask, code: str, language: str) -> None:
    links = guest(app, language).get(f"/?lang={language}").links
    form = next(words for words, address in links.items() if address.startswith(f"/r/{code}"))
    chat = next(words for words, address in links.items() if address.startswith(f"/chat/{code}"))
    assert chat.endswith(f": {form}"), "each link says where it leads"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chat_and_a_form_with_the_same_answers_differ_in_the_channel_only(app: Flask, language: str) -> None:
    sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        collecting = open_wave(session, library.load("client_satisfaction_10"))
    receipts = [respond(app, collecting.code, language, way) for way in ("chat", "r")]
    with sessions.reading() as session:
        chat, form = (
            inside(session).scalars(select(Inbox).filter_by(receipt_hash=digest(receipt))).one() for receipt in receipts
        )
    assert (chat.channel, form.channel) == ("chat", "web")
    assert (chat.answers, chat.language, chat.variant) == (form.answers, language, form.variant)
    assert len([value for value in chat.answers.values() if value != {"missing": "skipped"}]) > 15
    close_and_settle(sessions, collecting)
    with sessions.reading() as session:
        settled = [(row.answers, row.columns | {"channel": ""}) for row in inside(session).scalars(select(Settled))]
    assert settled[0] == settled[1]


def test_a_question_answered_twice_is_recorded_once(app: Flask, code: str) -> None:
    pages = begin(app, code)
    address, form = pages.page.address, pages.page.forms[0]
    first = [*form.fields({}, "next"), ("how", "3")]
    pages.sent = {"how"}
    assert lines(pages.post(address, first)) == ["How was it? 3 – good"]
    again = pages.post(address, first)
    assert (again.questions[0].name, lines(again)) == ("what", ["How was it? 3 – good", ALREADY])
    assert lines(pages.get(address)) == ["How was it? 3 – good"], "it is said once"
    other = pages.post(address, [*form.fields({}, "next"), ("how", "1")])
    assert (other.questions[0].name, lines(other)) == ("what", ["How was it? 3 – good", SINCE])


@pytest.mark.parametrize("button", ["next", "skip", "lang-lv", "save"])
def test_a_form_shown_before_an_answer_was_changed_does_not_overwrite_it(app: Flask, code: str, button: str) -> None:
    pages = begin(app, code)
    address, form = pages.page.address, pages.page.forms[0]
    pages.choose("how", "3")
    pages.submit()
    pages.press("back")
    pages.sent = {"how"}
    pages.language = "lv" if button == "lang-lv" else "en"
    pages.post(address, [*form.fields({}, button), ("how", "1")])
    shown = pages.get(address)
    assert (shown.questions[0].name, shown.questions[0].entered) == ("how", ("3",))


def test_what_cannot_be_read_stays_in_its_field(app: Flask, code: str) -> None:
    pages = begin(app, code)
    for _ in range(3):
        pages.submit()
    pages.fill("words", "y" * 1001)
    refused = pages.submit(422)
    assert refused.problems
    assert refused.title.startswith("Error: ")
    assert refused.questions[0].entered == ("y" * 1001,)
    assert pages.get(refused.address).questions[0].entered == ("y" * 1001,)


@pytest.mark.parametrize("item", UNREADABLE)
@pytest.mark.parametrize("button", ["lang-lv", "size-200", "save"])
def test_what_cannot_be_read_survives_every_other_button(app: Flask, item: str, button: str) -> None:
    with app.extensions["surveyapp"].sessions.begin() as session:
        code = open_wave(session, EVERY_TYPE).code
    pages = begin(app, code)
    here = pages.page.address
    while pages.page.questions[0].name.partition("__")[0] != item:
        answer(pages)
    form = pages.page.forms[0]
    typed = [(name, value) for name, values in UNREADABLE[item].items() for value in values]
    fields = [(name, value) for name, value in form.fields({}, button) if name not in UNREADABLE[item]] + typed
    pages.language = "lv" if button == "lang-lv" else "en"
    pages.sent.add(item)
    pages.post(form.action, fields)
    shown = pages.get(here)
    entered = {(question.name, value) for question in shown.questions for value in question.entered}
    offered = {value for question in shown.questions if question.name == item for value, _ in question.choices}
    for name, value in typed:
        assert (name, value) in entered or (offered and value not in offered), f"{name} lost {value!r}"


def test_back_skip_and_clear(app: Flask, code: str) -> None:
    pages = begin(app, code)
    assert "back" not in pages.page.forms[0].buttons
    pages.choose("how", "3")
    pages.submit()
    pages.choose("what", "money")
    back = pages.press("back")
    assert (back.questions[0].name, back.questions[0].entered) == ("how", ("3",))
    assert lines(back) == ["What did you use? Money"]
    pages.press("clear-how")
    assert pages.page.questions[0].entered == ()
    pages.press("skip")
    assert pages.page.questions[0].name == "where", "what was ticked before going back is an answer"
    assert lines(pages.page) == ["How was it? Not answered", "What did you use? Money"]


def test_at_the_review_everything_can_be_changed_and_only_there_it_is_sent(app: Flask, code: str) -> None:
    pages = to_review(begin(app, code), "Thank you!")
    ahead = receipt_on(pages.page)
    assert "It is valid once you have sent your answers." in pages.page.text
    assert lines(pages.page) == []
    changed = pages.press("change-how")
    assert changed.questions[0].entered == ("3",)
    pages.choose("how", "2")
    assert pages.submit().onward == "send"
    assert left(app) == (1, 1, 0)
    sent = pages.submit()
    assert sent.heading == "Thank you, your answers were sent"
    assert receipt_on(sent) == ahead
    assert left(app) == (0, 0, 1)
    with app.extensions["surveyapp"].sessions.reading() as session:
        assert inside(session).scalars(select(Inbox.answers)).one()["how"] == 2


def test_something_personal_is_asked_about_once(app: Flask, code: str) -> None:
    pages = to_review(begin(app, code), "Call me: 29123456")
    asked = pages.submit()
    assert "Is there something personal in your answer?" in asked.text
    assert left(app)[2] == 0
    pages.submit()
    assert left(app)[2] == 1


def test_deleting_is_asked_once_and_leaves_nothing(app: Flask, code: str) -> None:
    pages = begin(app, code)
    here = pages.page.address
    pages.choose("how", "3")
    pages.submit()
    pages.press("delete")
    kept = pages.press("next")
    assert (kept.questions[0].name, left(app)[:2]) == ("what", (1, 1))
    pages.press("delete")
    assert pages.press("delete-sure").heading == "Your answers were deleted"
    assert left(app) == (0, 0, 0)
    pages.get(here, 410)


def test_a_double_click_on_send_stores_one_response_and_shows_one_receipt(app: Flask, code: str) -> None:
    pages = to_review(begin(app, code))
    form = pages.page.forms[0]
    fields = dict(form.fields({}, "send"))

    def click(_: int) -> str:
        pages = guest(app)
        return receipt_on(pages.post(form.action, list(fields.items())))

    with ThreadPoolExecutor(2) as clicks:
        receipts = set(clicks.map(click, range(2)))
    assert len(receipts) == 1
    assert left(app) == (0, 0, 1)
    for _ in range(2):
        assert receipt_on(guest(app).get(form.action)) in receipts


def test_a_chat_kept_for_later_is_found_by_its_link_and_its_code(app: Flask, code: str) -> None:
    pages = begin(app, code)
    here = pages.page.address
    pages.choose("how", "2")
    saved = pages.press("save")
    short = saved.query("p.code")[0].to_text()
    assert any(link.endswith(here) for link in saved.links.values())
    other = guest(app, None)
    other.sent = {"how"}
    other.get("/resume?lang=lv")
    other.fill("code", short.lower())
    found = other.submit()
    assert (found.address, found.questions[0].entered) == (here, ("2",))


def test_the_same_answers_are_shown_as_a_page_and_as_a_chat(app: Flask, code: str) -> None:
    pages = begin(app, code)
    chat = pages.page.address
    pages.choose("how", "3")
    form = pages.press("page")
    assert form.address.startswith(chat.replace("/chat/", "/r/"))
    assert form.questions[0].entered == ("3",)
    assert left(app) == (0, 1, 0)
    assert pages.get(chat).address == form.address, "the chat's address leads to where the answers are"
    pages.choose("what", "money")
    assert pages.press("chat").address == chat
    assert lines(pages.page) == ["How was it? 3 – good", "What did you use? Money"]
    assert left(app) == (1, 1, 0)
    assert pages.get(form.address).address == chat, "and so does the form's"
    pages.post(form.address, form.forms[0].fields({}, "next"))
    assert (pages.page.address, pages.page.questions[0].name) == (chat, "where")


def test_what_is_typed_into_an_old_window_goes_on_in_the_form(app: Flask, code: str) -> None:
    pages = begin(app, code)
    old, action = pages.page.forms[0], pages.page.address
    pages.press("page")
    first, later = ([*old.fields({}, "next"), ("how", value)] for value in ("3", "1"))
    pages.post(action, old.fields({}, "next"))
    assert pages.page.questions[0].entered == (), "nothing was typed there"
    form = pages.post(action, first)
    assert form.address.startswith(action.replace("/chat/", "/r/"))
    assert pages.get(f"{form.address.rpartition('/')[0]}/how").questions[0].entered == ("3",)
    pages.post(action, later)
    assert pages.get(f"{form.address.rpartition('/')[0]}/how").questions[0].entered == ("3",), "the form had an answer"


def test_answers_go_on_in_telegram_and_come_back(app: Flask, code: str) -> None:
    sessions = app.extensions["surveyapp"].sessions
    pages = begin(app, code)
    here = pages.page.address
    pages.choose("how", "3")
    assert "telegram" not in [name for form in pages.press("save").forms for name in form.buttons], "no bot is known"
    with sessions.begin() as session:
        bots.introduce(session, BOT, "kuldiga_bot")
    pages.get(f"{here}/save")
    offered = pages.press("telegram")
    link = next(
        address for address in offered.links.values() if address.startswith("https://t.me/kuldiga_bot?start=r_")
    )
    anna = Person(sessions, now=time.time())
    assert place(anna.starts(link.partition("start=")[2])) == "what"
    assert left(app)[:2] == (1, 1)
    assert "no longer here" in pages.get(here, 410).heading
    once = Person(sessions, now=time.time()).starts(link.partition("start=")[2])
    assert place(once) is None, "the link works once"
    sent = next(str(part.values["code"]) for part in anna.commands("web").prompts[0].text if hasattr(part, "values"))
    reached = set()
    for _ in range(2):
        back = guest(app, "en")
        back.sent = {"how"}
        back.get("/resume?lang=en")
        back.fill("code", sent)
        reached.add(back.submit().address)
    assert left(app)[:2] == (0, 1)
    assert len(reached) == 1, "the answer to the first try may get lost"
    assert reached.pop().startswith(f"/r/{code}/")


def test_who_guesses_codes_has_to_wait(app: Flask, code: str) -> None:
    client = app.test_client(use_cookies=False)
    client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    pages = Pages(client, "en")
    page = pages.get("/resume?lang=en")
    statuses = []
    token = dict(page.forms[0].fields({}, "next"))["form_token"]
    for letter in LETTERS[: limits.GUESSES.tries + 1]:
        answer = client.post("/resume", data={"form_token": token, "code": f"ABCDEFG{letter}"})
        statuses.append(answer.status_code)
    assert set(statuses[:-1]) == {422}
    assert statuses[-1] == 429


def test_a_wave_that_is_closed_midway_says_so(app: Flask, code: str) -> None:
    pages = begin(app, code)
    pages.press("lang-lv")
    with app.extensions["surveyapp"].sessions.begin() as session:
        waves.close(session, wave_of(session, collectors.find(session, code)))
    assert pages.submit(410).heading == "Šī aptauja ir slēgta"
    pages.language = "en"
    pages.get(pages.page.address, 410)
    guest(app).get(f"/chat/{code}?lang=en", 410)
    assert left(app) == (0, 0, 0)


def test_paper_has_no_chat_and_no_other_site_may_post(app: Flask, code: str) -> None:
    pages = begin(app, code)
    client = app.test_client(use_cookies=False)
    fields = dict(pages.page.forms[0].fields({}, "next"))
    assert client.post(pages.page.address, data=fields, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post(pages.page.address, data=fields | {"form_token": "x"}).status_code == 403
    assert client.post(pages.page.address, data=fields | {"action": "nothing"}).status_code == 400
    with app.extensions["surveyapp"].sessions.begin() as session:
        wanted = Wanted(questionnaire="tiny", wave="town/2010", unit="centre", public_url="http://x", channel="paper")
        paper = collect(session, wanted).code
    assert client.get(f"/chat/{paper}").status_code == 404


def test_the_script_gets_the_part_that_changes(app: Flask, code: str) -> None:
    pages = begin(app, code)
    client = app.test_client(use_cookies=False)
    fields = dict(pages.page.forms[0].fields({}, "next")) | {"how": "3"}
    answer = client.post(pages.page.address, data=fields, headers={"X-Chat-Part": "1"})
    whole = client.get(pages.page.address)
    assert (answer.status_code, b'id="now"' in answer.data, b"<style" in answer.data) == (200, True, False)
    assert len(answer.data) < len(whole.data) / 3


STATES: dict[str, Callable[[Pages], object]] = {
    "question": lambda pages: pages.get(pages.page.address),
    "said": lambda pages: pages.get(f"{pages.page.address}?said=already_recorded"),
    "nonsense": lambda pages: pages.get(f"{pages.page.address}?said=%(x)s"),
    "what is only said with values": lambda pages: pages.get(f"{pages.page.address}?said=recorded"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["en", "lv"])
def test_looking_changes_nothing(app: Flask, code: str, language: str, state: str) -> None:
    pages = begin(app, code, language)
    before = left(app)
    STATES[state](pages)
    assert left(app) == before
    assert pages.page.onward == "next"
