"""The project's own accessibility checks of a page in a browser: everything that axe does not see.

``check`` looks at one page, ``check_together`` at pages of one walk through the product.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from playwright.sync_api import Page

from . import behaviour, drawing, keyboard, names
from .findings import Finding, View
from .source import check_document
from .trees import Document, text_of

_CHECKS = (
    names.spoken,
    names.listeners,
    drawing.layout,
    drawing.colours,
    keyboard.walk,
    behaviour.choosing,
    behaviour.enter,
)


def check(page: Page, view: View | None = None) -> list[Finding]:
    """Everything that is wrong with the page as it stands; what was typed into it is taken back at the end."""
    view = view or View()
    found = check_document(Document(page.content()), view)
    return [*found, *(finding for look in _CHECKS for finding in look(page, view))]


def check_together(pages: Iterable[tuple[str, str]]) -> list[Finding]:
    """(address, HTML) of pages of one language: own titles, and contact and help always in the same place."""
    by_title: dict[str, set[str]] = defaultdict(set)
    feet: dict[tuple[str, ...], str] = {}
    for address, html in pages:
        document = Document(html)
        by_title[document.title].add("".join(document.headings))
        feet.setdefault(_foot(document), address)
    found = [
        Finding("title", title, f"{len(headings)} different pages have this title")
        for title, headings in by_title.items()
        if len(headings) > 1
    ]
    return found + _uneven(feet)


def _foot(document: Document) -> tuple[str, ...]:
    links = [node for foot in document.of("footer") for node in foot.query("a")]
    return tuple(f"{text_of(node)}" for node in links)


def _uneven(feet: Collection[tuple[str, ...]] | dict[tuple[str, ...], str]) -> list[Finding]:
    if len(feet) <= 1:
        return []
    return [Finding("same-place", str(address), f"its footer says {foot}") for foot, address in dict(feet).items()]
