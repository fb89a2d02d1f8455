"""Every state of every page somebody can meet, by endpoint: where it is, and how to get there over plain HTTP."""

from collections.abc import Iterator
from typing import NamedTuple

from surveyapp.services import bots, library
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, open_wave
from tests.pages import Pages
from tests.web.every_type import Q as EVERY_TYPE

from . import result_states


class Site(NamedTuple):
    """A served product: its address and endpoints, and codes of collectors that are open and one that is over."""

    address: str
    endpoints: frozenset[str]
    clients: str
    everything: str
    over: str


class State(NamedTuple):
    """A page as somebody meets it. ``endpoint`` None: of no route."""

    endpoint: str | None
    name: str
    path: str
    posted: tuple[tuple[str, str], ...] = ()
    filled: bool = False


BOT = 7_000_000_001
"""Id of the site's bot."""

NO_PAGE = {
    "health.alive": "plain text for a program",
    "health.ready": "plain text for a program",
    "assets.static_file": "stylesheet, script and pictures",
    "public.media": "the installation's own files",
    "steps.go_on": "only leads on to a step",
    "results.file": "a frozen file",
    **dict.fromkeys(("api.description", "api.releases", "api.release", "api.file"), "JSON and files for programs"),
}
"""Endpoint -> why it shows nobody a page."""


def prepared(sessions: Sessions) -> tuple[str, str, str]:
    """Codes of the client form, of a form with every item type, and of a wave that is over."""
    with sessions.begin() as session:
        clients = open_wave(session, library.load("client_satisfaction_10"), "clients/2010").code
        everything = open_wave(session, EVERY_TYPE, "everything/2010").code
        over = open_wave(session, library.load("client_satisfaction_short"), "over/2010")
        bots.introduce(session, BOT, "kuldiga_bot")
    close_and_settle(sessions, over)
    result_states.results(sessions, "public")
    return clients, everything, over.code


def states(site: Site, language: str) -> Iterator[State]:
    """All of them in one language; forms are begun, saved and sent on the way."""
    for path in ("/", "/code", "/resume", "/withdraw", "/withdraw/done", "/privacy", "/accessibility"):
        endpoint = {"/": "public.start", "/code": "codes.ask_code", "/resume": "codes.resume"}.get(path)
        endpoint = endpoint or {"/withdraw": "codes.ask_receipt", "/withdraw/done": "codes.withdrawn"}.get(path)
        yield State(endpoint or f"public.{path[1:]}", "as it is", f"{path}?lang={language}")
    yield State("codes.take_code", "wrong code", f"/code?lang={language}", (("code", "nothing"),))
    yield State("codes.take_resume", "no code", f"/resume?lang={language}", (("code", ""),))
    yield State("codes.withdraw", "no receipt", f"/withdraw?lang={language}", (("receipt", ""),))
    yield State("entry.show", "consent", f"/r/{site.clients}?lang={language}")
    yield State("entry.show", "simple version", f"/r/{site.clients}?lang={language}&easy=1")
    yield State("entry.show", "over", f"/r/{site.over}?lang={language}")
    yield State("entry.begin", "undecided", f"/r/{site.clients}?lang={language}", (("action", "next"),))
    yield State("results.every", "list", f"/results?lang={language}")
    for name, more in (("tables", ""), ("by age", "&by=age_band")):
        yield State("results.show", name, f"/results/kuldiga?lang={language}{more}")
    yield State("entry.declined", "declined", f"/r/{site.clients}/declined?lang={language}")
    yield State(None, "no such page", f"/nowhere?lang={language}")
    yield from _client_form(site, language)
    yield from _chat(site, language)


def _begun(site: Site, code: str, language: str, query: str = "", way: str = "r") -> Pages:
    pages = Pages(site.address, language)
    pages.get(f"/{way}/{code}?lang={language}{query}")
    pages.choose("consent", "agree")
    pages.submit()
    return pages


def _client_form(site: Site, language: str) -> Iterator[State]:
    yield from _steps(site, language)
    if language in EVERY_TYPE.languages:
        pages = _begun(site, site.everything, language)
        yield State("steps.show", "an item of every type", pages.page.address)
        yield State("steps.act", "a number that is none", pages.page.address, (("number", "a lot"),), filled=True)
        pages.close()
    pages = _begun(site, site.clients, language, "&easy=1")
    yield State("steps.show", "simple question", pages.page.address)
    pages.close()


def _steps(site: Site, language: str) -> Iterator[State]:
    pages = _begun(site, site.clients, language)
    here = pages.page.address.rpartition("/")[0]
    yield State("steps.show", "question", f"{here}/r01")
    yield State("steps.show", "gone", f"/r/{site.clients}/nothing/first?lang={language}")
    pages.get(f"{here}/r01")
    pages.press("save")
    yield State("steps.show", "saved", pages.page.address)
    yield State("steps.act", "way to Telegram", pages.page.address, (("action", "telegram"),))
    pages.get(f"{here}/review")
    yield State("steps.show", "review", f"{here}/review")
    pages.submit()
    yield State("steps.show", "receipt", pages.page.address)
    pages.close()


def _chat(site: Site, language: str) -> Iterator[State]:
    """A chat has one address: each state is looked at before the next one is reached."""
    code = site.clients
    yield State("chat.show", "chat's consent", f"/chat/{code}?lang={language}")
    yield State("chat.show", "chat that is over", f"/chat/{site.over}?lang={language}")
    yield State("chat.begin", "chat's undecided", f"/chat/{code}?lang={language}", (("action", "next"),))
    yield State("chat.declined", "chat's declined", f"/chat/{code}/declined?lang={language}")
    yield State("chat.deleted", "chat's answers deleted", f"/chat/{code}/deleted?lang={language}")
    yield State("chat.go_on", "gone chat", f"/chat/{code}/nothing?lang={language}")
    pages = _begun(site, code, language, way="chat")
    here = pages.page.address
    yield State("chat.go_on", "first question of a chat", here)
    yield from _questions(pages, here)
    pages.press("save")
    yield State("chat.saved", "chat kept for later", pages.page.address)
    yield State("chat.act", "chat's way to Telegram", pages.page.address, (("action", "telegram"),))
    pages.get(here)
    pages.press("delete")
    yield State("chat.go_on", "chat about to be deleted", pages.page.address)
    pages.get(here)
    pages.submit()
    yield State("chat.go_on", "receipt of a chat", pages.page.address)
    pages.close()
    if language in EVERY_TYPE.languages:
        yield from _typed(site, language)


def _questions(pages: Pages, here: str) -> Iterator[State]:
    """To the review, something personal having been written on the way."""
    while pages.page.onward == "next":
        question = pages.page.questions[0]
        if question.name == "r02":
            pages.press("next")
            continue
        if question.choices:
            pages.choose(question.name, question.choices[0][0])
        else:
            pages.fill(question.name, "Call me: 29123456")
        pages.submit()
        if question.name in {"r01", "r03"}:
            yield State("chat.go_on", f"chat after {question.name}", here)
            pages.post(here, _twice(pages, question.name, question.choices[0][0]))
            yield State("chat.go_on", "chat that was answered twice", pages.page.address)
    yield State("chat.go_on", "review of a chat", here)
    pages.submit()
    yield State("chat.go_on", "chat with something personal", pages.page.address)


def _twice(pages: Pages, name: str, value: str) -> list[tuple[str, str]]:
    """The form of a question that was answered already, as a double click sends it."""
    form = pages.page.forms[0]
    kept = [(key, name if key == "item" else given) for key, given in form.fields({}, "next")]
    return [*kept, (name, value)]


def _typed(site: Site, language: str) -> Iterator[State]:
    """Items of every type, one after another."""
    pages = _begun(site, site.everything, language, way="chat")
    here = pages.page.address
    while pages.page.onward == "next":
        question = pages.page.questions[0]
        yield State("chat.go_on", f"{question.name} in a chat", here)
        if question.name == "number":
            yield State("chat.act", "no number in a chat", here, (("number", "a lot"),), filled=True)
        pages.press("skip" if "skip" in pages.page.forms[0].buttons else "next")
        if pages.page.address != here or pages.page.questions[:1] == (question,):
            break
    pages.close()
