"""Checks with the keyboard alone: every stop of the Tab key is reached, seen and changes nothing."""

from collections.abc import Iterator

from playwright.sync_api import Page

from .drawing import sized
from .findings import Finding, View
from .probes import maker, run

_PROBLEMS = {
    "seen": "its outline is under 2 px or under 3:1",
    "inside": "lies outside the screen when it has the focus",
    "free": "is covered when it has the focus",
}
_SPARE_STOPS = 5


def walk(page: Page, view: View) -> list[Finding]:
    """Tab through the page on the smallest screen, from its beginning to its end."""
    with sized(page, 320, 256):
        wanted = dict(run(page, "stops.js"))
        page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
        # Blurring keeps the place in the page where Tab goes on; a click into the empty corner would be a deed.
        page.evaluate(
            "() => { const at = document.body; at.tabIndex = -1; at.focus(); at.removeAttribute('tabindex'); }"
        )
        before = (page.url, page.title())
        look = page.evaluate_handle(maker("focus.js"))
        reached: dict[str, str] = {}
        found: list[Finding] = []
        for _ in range(len(wanted) + _SPARE_STOPS):
            page.keyboard.press("Tab")
            stop = look.evaluate("(look) => look()")
            if stop is None or stop["stop"] in reached:
                break
            reached[stop["stop"]] = stop["where"]
            found += _judge(stop)
        found += _missed(wanted, reached)
        if (page.url, page.title()) != before:
            found.append(Finding("on-focus", page.url, "the page changed while the focus moved"))
    return found


def _judge(stop: dict[str, object]) -> Iterator[Finding]:
    for key, problem in _PROBLEMS.items():
        if not stop[key]:
            yield Finding(f"focus-{key}", str(stop["where"]), problem)


def _missed(wanted: dict[str, str], reached: dict[str, str]) -> Iterator[Finding]:
    for stop, where in wanted.items():
        if stop not in reached:
            yield Finding("keyboard", where, "the Tab key does not reach it")
