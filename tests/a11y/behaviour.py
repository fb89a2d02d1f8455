"""Checks of what the page does when it is used: nothing on a choice, going on at Enter.

Nothing reaches the server meanwhile: what the page sends is noted and answered with an empty 204, which leaves
the page where it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

from playwright.sync_api import JSHandle, Page, Request, Route

from tests.browser.chromium import PATIENCE

from .findings import Finding, View

_SETTLES = 350
"""Milliseconds a page gets to send itself after a choice."""

_POLL = 10
"""Milliseconds between two looks at what was sent."""

# What a timer would do within that time is done at once; a page that leaves is held back. Returns what ends the watch
# and tells where the page wanted to go.
_WATCH = """(settles) => {
  const later = window.setTimeout, ended = new AbortController(), left = [];
  window.setTimeout = (call, wait = 0, ...given) => later(call, wait > settles ? wait : 0, ...given);
  navigation.addEventListener("navigate", (event) => {
    left.push(event.destination.url);
    event.preventDefault();
  }, {signal: ended.signal});
  return async () => {
    const turns = matchMedia("(scripting: enabled)").matches ? 5 : 0;
    for (let turn = 0; turn < turns; turn += 1) await new Promise((done) => later(done));
    ended.abort();
    window.setTimeout = later;
    return left;
  };
}"""
_CHOOSE = "(all) => all.forEach((each) => each.click())"
_TYPE = "(all) => all.forEach((el) => ['input', 'change'].forEach((type) => el.dispatchEvent(new Event(type, {bubbles: true}))))"
_STATE = "() => [location.href, document.title, document.querySelector('h1')?.innerText ?? '']"

_FIELDS = "input[type=text], input[type=search], input[type=email], input[type=tel], input[type=password]"
_SAVING = frozenset({"fetch", "xhr", "ping", "beacon"})


@contextmanager
def _held_back(page: Page) -> Iterator[list[Request]]:
    sent: list[Request] = []

    def hold(route: Route) -> None:
        route.fulfill(status=204)
        sent.append(route.request)

    page.route("**/*", hold)
    yield sent
    page.unroute("**/*", hold)


def choosing(page: Page, view: View) -> list[Finding]:
    """Choosing an answer sends nothing but a saved draft, and neither address, title nor heading changes."""
    choices = page.locator("input[type=radio]:visible, input[type=checkbox]:visible")
    fields = page.locator(f"textarea, {_FIELDS}").locator("visible=true")
    if not choices.or_(fields).count():
        return []
    with _held_back(page) as sent:
        before = page.evaluate(_STATE)
        end: JSHandle = page.evaluate_handle(_WATCH, _SETTLES)
        choices.evaluate_all(_CHOOSE)
        fields.evaluate_all(_TYPE)
        left = end.evaluate("(end) => end()")
        after = page.evaluate(_STATE)
        page.evaluate("() => [...document.forms].forEach((form) => form.reset())")
    loud = [each.url for each in sent if not each.is_navigation_request() and each.resource_type not in _SAVING]
    found = [Finding("on-change", url, "sent although nobody pressed a button") for url in [*left, *loud]]
    if after != before:
        found.append(Finding("on-change", before[0], f"choosing changed the page to {after}"))
    return found


def enter(page: Page, view: View) -> list[Finding]:
    """Enter in a field, and in a choice, presses a button that goes on."""
    found = []
    for selector in (f"form[method=post] :is({_FIELDS})", "form[method=post] :is([type=radio], [type=checkbox])"):
        field = page.locator(selector).locator("visible=true")
        if not field.count():
            continue
        with _held_back(page) as sent:
            field.first.press("Enter")
            _wait_for_leaving(page, sent)
        posted = [request for request in sent if request.is_navigation_request() or request.resource_type == "xhr"]
        values = parse_qs(posted[0].post_data or "").get("action", [""]) if posted else ["nothing"]
        if values[0] not in view.forward:
            found.append(Finding("enter", selector, f"Enter presses {values[0]!r}"))
    return found


def _wait_for_leaving(page: Page, sent: list[Request]) -> None:
    """Until the page has sent a form as a whole: the script of a chat does so after its own request was answered with
    nothing. Only a page with a defect is waited for in vain."""
    for _ in range(0, PATIENCE, _POLL):
        if any(request.is_navigation_request() for request in sent):
            return
        page.wait_for_timeout(_POLL)
