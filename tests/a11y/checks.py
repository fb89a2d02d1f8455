"""The project's own accessibility checks of a page in a browser: everything that axe does not see.

``check`` looks at one page, ``check_together`` at pages of one walk through the product.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

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


def findings(page: Page, view: View) -> Iterator[Finding]:
    """What is wrong with the page as it stands, the quick checks first."""
    yield from check_document(Document(page.content()), view)
    for look in _CHECKS:
        yield from look(page, view)


def check(page: Page, view: View | None = None) -> list[Finding]:
    """Everything that is wrong with the page; what the checks entered is taken back at the end."""
    page.wait_for_load_state()  # of a page still arriving only the beginning would be looked at
    return list(findings(page, view or View()))


def check_together(pages: Iterable[tuple[str, str | bytes]]) -> list[Finding]:
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
    return tuple(text_of(node) for foot in document.of("footer") for node in foot.query("a"))


def _uneven(feet: dict[tuple[str, ...], str]) -> list[Finding]:
    if len(feet) <= 1:
        return []
    return [Finding("same-place", address, f"its footer says {foot}") for foot, address in feet.items()]
