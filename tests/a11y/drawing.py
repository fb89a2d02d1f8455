"""Checks of the page as it is drawn: sizes, edges, text, colours and movement, as different people see it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from .findings import Finding, View
from .probes import run

_SMALLEST = {"width": 320, "height": 256}
_LARGE_TEXT = ":root:root:root { font-size: 200% !important }"
_SPACING = """
:root:root * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
:root:root p { margin-block-end: 2em !important }
"""
_READINGS = {"as sent": "", "text at 200 %": _LARGE_TEXT, "spaced text": _SPACING}
_SHEET = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
_UNSHEET = "() => { document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1); }"


@contextmanager
def sized(page: Page, width: int, height: int) -> Iterator[None]:
    """The page in a viewport of this size, and back."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": height})
    yield
    if before:
        page.set_viewport_size(before)


@contextmanager
def _styled(page: Page, css: str) -> Iterator[None]:
    # A constructed stylesheet, as a person's browser would add: the page's policy allows no other.
    page.evaluate(_SHEET, css)
    yield
    page.evaluate(_UNSHEET)


def _found(raw: list[list[str]], how: str = "") -> list[Finding]:
    return [Finding(rule, where, f"{problem}{f' [{how}]' if how else ''}") for rule, where, problem in raw]


def layout(page: Page, view: View) -> list[Finding]:
    """At 320 by 256 px, which is 1280 px enlarged to 400 %: plain, with text at 200 %, and with WCAG 1.4.12 spacing."""
    found = []
    with sized(page, **_SMALLEST):
        for reading, css in _READINGS.items():
            with _styled(page, css):
                found += _laid_out(page, None if css else View().target, reading)
    return found + _laid_out(page, view.target)


def _laid_out(page: Page, target: int | None, how: str = "") -> list[Finding]:
    # A phone's browser widens its own window to what is too wide; the wanted width has to be told.
    width = (page.viewport_size or _SMALLEST)["width"]
    return _found(run(page, "layout.js", {"target": target, "width": width}), how)


def colours(page: Page, view: View) -> list[Finding]:
    """In light and dark, with more contrast, with forced colours, and with less motion."""
    found = _found(run(page, "styles.js"))
    for scheme, media in _SCHEMES.items():
        page.emulate_media(**_PLAIN | media)
        still = "reduced_motion" in media
        found += _found(run(page, "colour.js", {"scheme": scheme, "still": still}))
    page.emulate_media(**_PLAIN)
    return found


_SCHEMES = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "more contrast": {"contrast": "more"},
    "forced colours": {"forced_colors": "active"},
    "less motion": {"reduced_motion": "reduce"},
}
_PLAIN = {key: "null" for media in _SCHEMES.values() for key in media}
