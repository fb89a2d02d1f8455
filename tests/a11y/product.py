"""Pages of the product to plant defects in: the shipped client form and a screen with an item of every type."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from surveyapp.services import library
from surveyapp.store.sessions import make_sessions
from surveyapp.web import create_app
from tests.builders import open_wave
from tests.conftest import Database
from tests.pages import Pages
from tests.serving import served
from tests.web.every_type import Q as EVERY_TYPE

from .findings import View


@dataclass(frozen=True, slots=True)
class Specimen:
    """A page nobody has answered yet: where it is, what to know about it, and its HTML as it was sent."""

    name: str
    address: str
    view: View
    html: bytes


@contextmanager
def specimens(database: Database) -> Iterator[tuple[Specimen, ...]]:
    """Pages in all five languages, served meanwhile; each was read once by the page client, which found no fault."""
    sessions = make_sessions(database.config())
    with sessions.begin() as session:
        clients = open_wave(session, library.load("client_satisfaction_10"), "clients/2010").code
        everything = open_wave(session, EVERY_TYPE, "everything/2010").code
    sessions.dispose()
    with served(create_app(database.config())) as site:
        yield (
            _specimen(site, "entry", "ru", f"/r/{clients}?lang=ru"),
            _specimen(site, "rating", "lv", f"{_begun(site, clients, 'lv')}/r01"),
            _specimen(site, "open text", "et", f"{_begun(site, clients, 'et')}/improve"),
            _specimen(site, "simple rating", "uk", f"{_begun(site, clients, 'uk', simple=True)}/r01"),
            _specimen(site, "every type", "en", f"{_begun(site, everything, 'en')}/all"),
            _specimen(site, "review", "ru", f"{_begun(site, clients, 'ru')}/review"),
        )


def _specimen(site: str, name: str, language: str, path: str) -> Specimen:
    pages = Pages(site, language)
    pages.get(path)
    pages.close()
    return Specimen(name, f"{site}{path}", View(language), pages.answer.body)


def _begun(site: str, code: str, language: str, *, simple: bool = False) -> str:
    """The path of a form somebody has agreed to fill in."""
    pages = Pages(site, language)
    pages.get(f"/r/{code}?lang={language}")
    if simple:
        pages.press("easy-on")
    pages.choose("consent", "agree")
    begun = pages.submit()
    pages.close()
    return begun.address.rpartition("/")[0]
