"""Checks of what the page does when it is used: nothing on a choice, going on at Enter.

Nothing reaches the server meanwhile: what the page sends is noted and answered with an empty 204, which leaves
the page where it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

from playwright.sync_api import Page, Request, Route

from .findings import Finding, View

_SETTLES = 350
"""Milliseconds a page gets to send itself after a choice."""

_FIELDS = "input[type=text], input[type=search], input[type=email], input[type=tel], input[type=password]"
_SAVING = frozenset({"fetch", "xhr", "ping", "beacon"})


@contextmanager
def _held_back(page: Page) -> Iterator[list[Request]]:
    sent: list[Request] = []

    def hold(route: Route) -> None:
        sent.append(route.request)
        route.fulfill(status=204)

    page.route("**/*", hold)
    yield sent
    page.unroute("**/*", hold)


def choosing(page: Page, view: View) -> list[Finding]:
    """Choosing an answer sends nothing but a saved draft, and neither address, title nor heading changes."""
    choices = page.locator("input[type=radio]:visible, input[type=checkbox]:visible").element_handles()
    fields = page.locator(f"textarea:visible, {_FIELDS}").element_handles()
    if not choices and not fields:
        return []
    with _held_back(page) as sent:
        before = _state(page)
        for choice in choices:
            choice.dispatch_event("click")
        for typed in fields:
            typed.dispatch_event("input")
            typed.dispatch_event("change")
        page.wait_for_timeout(_SETTLES)
        after = _state(page)
        page.evaluate("() => [...document.forms].forEach((form) => form.reset())")
    found = [
        Finding("on-change", request.url, "sent although nobody pressed a button")
        for request in sent
        if request.is_navigation_request() or request.resource_type not in _SAVING
    ]
    if after != before:
        found.append(Finding("on-change", before[0], f"choosing changed the page to {after}"))
    return found


def _state(page: Page) -> tuple[str, str, str]:
    return page.url, page.title(), page.locator("h1").first.inner_text() if page.locator("h1").count() else ""


def enter(page: Page, view: View) -> list[Finding]:
    """Enter in a field, and in a choice, presses a button that goes on."""
    found = []
    for selector in (f"form[method=post] :is({_FIELDS})", "form[method=post] :is([type=radio], [type=checkbox])"):
        field = page.locator(selector).locator("visible=true")
        if not field.count():
            continue
        with _held_back(page) as sent:
            field.first.press("Enter")
            page.wait_for_timeout(_SETTLES // 5)
        posted = [request for request in sent if request.is_navigation_request() or request.resource_type == "xhr"]
        values = parse_qs(posted[0].post_data or "").get("action", [""]) if posted else ["nothing"]
        if values[0] not in view.forward:
            found.append(Finding("enter", selector, f"Enter presses {values[0]!r}"))
    return found
