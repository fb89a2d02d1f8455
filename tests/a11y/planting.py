"""Putting one defect into a page the product serves, on its way to the browser.

The answer itself is rewritten, its policy with it, so that the defect is there as if the product had made it.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from justhtml import JustHTML
from justhtml.dom import Element
from playwright.sync_api import Page, Route

from .markup import stylesheet_source
from .trees import Document

_SCRIPT = "/planted-defect.js"
_LENGTHS = frozenset({"content-length", "content-encoding", "transfer-encoding"})


class NoPlaceError(LookupError):
    """The page has nothing this defect could be planted in."""


class Rewrite:
    """One HTML answer being changed: its tree, and styles and a script to be added."""

    def __init__(self, html: str) -> None:
        self.document = Document(html)
        self.css = ""
        self.script = ""

    def some(self, selector: str) -> list[Element]:
        """The elements the selector matches, at least one; NoPlaceError otherwise."""
        found = list(self.document.tree.query(selector))
        if not found:
            raise NoPlaceError(selector)
        return found

    def html(self) -> str:
        """The page with what was changed and added."""
        head = self.document.of("head")[0]
        if self.css:
            head.append_child(fragment(f"<style>{self.css}</style>"))
        if self.script:
            head.append_child(fragment(f'<script src="{_SCRIPT}" defer></script>'))
        return self.document.tree.to_html(pretty=False)


@dataclass(frozen=True, slots=True)
class Seed:
    """A defect: its name, the rules of which one must catch it (``axe-…`` are axe's), and how it is planted."""

    name: str
    rules: Collection[str]
    plant: Callable[[Rewrite], None]


def fragment(html: str) -> Element:
    """The one element this HTML describes."""
    return JustHTML(html, fragment=True, sanitize=False).root.children[0]


def rewritten(html: str, plant: Callable[[Rewrite], None]) -> Rewrite:
    """The page with the defect in it; NoPlaceError where there is no place for it."""
    rewrite = Rewrite(html)
    plant(rewrite)
    return rewrite


@contextmanager
def planted(page: Page, plant: Callable[[Rewrite], None]) -> Iterator[None]:
    """The page loaded anew with the defect in it; NoPlaceError where there is no place for it."""
    scripts: list[str] = []
    refused: list[NoPlaceError] = []

    def rewrite(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        headers = {name: value for name, value in answer.headers.items() if name not in _LENGTHS}
        try:
            changed = rewritten(answer.text(), plant)
        except NoPlaceError as error:
            refused.append(error)
            route.fulfill(response=answer)
            return
        scripts.append(changed.script)
        body = changed.html()
        policy = headers.get("content-security-policy", "")
        headers["content-security-policy"] = policy.replace("style-src", f"style-src {stylesheet_source(changed.css)}")
        route.fulfill(status=answer.status, headers=headers, body=body)

    def only_pages(route: Route) -> None:
        rewrite(route) if route.request.resource_type == "document" else route.fallback()

    page.route("**/*", only_pages)
    page.route(f"**{_SCRIPT}", lambda route: route.fulfill(content_type="text/javascript", body=scripts[-1]))
    page.reload()
    try:
        if refused:
            raise refused[0]
        yield
    finally:
        page.unroute_all()
