"""Pieces of pages that are kept are the same for everybody, and pages made of them are the same as without."""

from collections.abc import Callable, Hashable, Iterator
from typing import Any

import pytest
from flask import Flask

from surveyapp.web import pieces
from surveyapp.web.respond import pages as form_pages
from surveyapp.web.respond.shells import plain_shell
from tests.builders import open_wave
from tests.pages import Pages

SECRET = "Aleksandra Sarapuu"


@pytest.fixture
def app(sqlite_app: Flask) -> Flask:
    return sqlite_app


@pytest.fixture
def kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is kept, the keys included: pieces, and whole pages."""
    found: list[str] = []
    once = app.jinja_env.globals["once"]

    class Noting(dict[Hashable, Any]):
        def __setitem__(self, key: Hashable, page: Any) -> None:
            super().__setitem__(key, page)
            found.append(f"{key!r} {page.ends.around(b' '.join(page.between))[0].decode()}")

    monkeypatch.setattr(pieces, "_pages", Noting())

    def listening(macro: Callable[..., str], *views: Hashable) -> str:
        made: str = once(macro, *views)
        found.append(f"{macro.name} {views!r} {made}")  # type: ignore[attr-defined]  # every macro has one
        return made

    app.jinja_env.globals["once"] = listening
    return found


def walk(app: Flask) -> Iterator[Pages]:
    """Somebody writes something of their own in every way there is, makes mistakes, saves, looks back and sends."""
    with app.extensions["surveyapp"].sessions.begin() as session:
        code = open_wave(session).code
    pages = Pages(app.test_client(use_cookies=False), "en")
    pages.get(f"/r/{code}?lang=en")
    yield pages
    pages.submit()
    pages.choose("how", "3")
    pages.choose("what", "other")
    pages.fill("what__text", SECRET)
    pages.press("size-150")
    yield pages
    pages.submit()
    pages.choose("where", "town")
    pages.submit()
    pages.fill("words", SECRET * 300)
    pages.press("next", 422)
    yield pages
    pages.fill("words", SECRET)
    pages.press("save")
    yield pages
    pages.follow("Go on now")
    yield pages
    pages.press("back")
    while pages.page.onward:
        pages.submit()
        yield pages


def test_nothing_that_belongs_to_one_person_is_kept(app: Flask, kept: list[str]) -> None:
    own = {SECRET}
    for pages in walk(app):
        own |= {part for part in pages.page.address.partition("?")[0].split("/") if len(part) == 22}
        own |= {field.attrs["value"] or "" for field in pages.page.query("input[name=form_token]")}
    assert len(own) > 3
    assert len(kept) > 20
    assert len([page for page in kept if "<!doctype html>" in page]) > 3
    assert not [(what, piece) for what in own for piece in kept if what in piece]
    assert not [piece for piece in kept if " checked" in piece]


def test_pages_are_the_same_as_without_keeping(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def first_three() -> list[str]:
        return [f"{pages.page.title} {pages.page.text}" for pages, _ in zip(walk(app), range(3), strict=False)]

    first_three()
    with_it = first_three()
    monkeypatch.setitem(app.jinja_env.globals, "once", lambda macro, *views: macro(*views))
    monkeypatch.setattr(form_pages, "page", made_anew)
    assert first_three() == with_it


def made_anew(template: str, of: Hashable, own: tuple[str, ...], given: Callable[..., dict[str, Any]]) -> str:
    return pieces.render(template, **given(*own))


def test_what_is_one_persons_stands_in_a_kept_page_as_in_a_new_one(app: Flask) -> None:
    def given(address: str, token: str) -> dict[str, Any]:
        shell = plain_shell("/here")
        return {"shell": shell, "errors": (), "entry_url": f"{address}?{token}&{address}<"}

    own = [("/r/a", "b"), ("/r/<&>", "é"), ("", "")]
    with app.test_request_context("/?lang=lv"):
        for each in own:
            kept = pieces.page("respond/gone.html", "of", each, given)
            assert kept.get_data(as_text=True) == made_anew("respond/gone.html", "of", each, given)
