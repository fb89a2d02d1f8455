"""Every state of every page somebody can meet, by endpoint: where it is, and how to get there over plain HTTP."""

from collections.abc import Iterator
from typing import NamedTuple

from surveyapp.services import library
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, open_wave
from tests.pages import Pages
from tests.web.every_type import Q as EVERY_TYPE


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


NO_PAGE = {
    "health.alive": "plain text for a program",
    "health.ready": "plain text for a program",
    "assets.static_file": "stylesheet, script and pictures",
    "public.media": "the installation's own files",
    "steps.go_on": "only leads on to a step",
}
"""Endpoint -> why it shows nobody a page."""


def prepared(sessions: Sessions) -> tuple[str, str, str]:
    """Codes of the client form, of a form with every item type, and of a wave that is over."""
    with sessions.begin() as session:
        clients = open_wave(session, library.load("client_satisfaction_10"), "clients/2010").code
        everything = open_wave(session, EVERY_TYPE, "everything/2010").code
        over = open_wave(session, library.load("client_satisfaction_short"), "over/2010")
    close_and_settle(sessions, over)
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
    yield State("entry.declined", "declined", f"/r/{site.clients}/declined?lang={language}")
    yield State(None, "no such page", f"/nowhere?lang={language}")
    yield from _client_form(site, language)


def _begun(site: Site, code: str, language: str, query: str = "") -> Pages:
    pages = Pages(site.address, language)
    pages.get(f"/r/{code}?lang={language}{query}")
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
    pages.get(f"{here}/review")
    yield State("steps.show", "review", f"{here}/review")
    pages.submit()
    yield State("steps.show", "receipt", pages.page.address)
    pages.close()
