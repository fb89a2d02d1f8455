"""The first view of a phone on a slow line: what crosses the wire, and when the first words are there (Chromium).

The line is fixed: 2,000 ms for a round trip, 50 kB a second, a processor four times slower. One round trip alone is 2 s.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

PROGRAM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
SLOW = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
_SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""
_PAINT = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
    .observe({ type: "paint", buffered: true });
})"""


@dataclass
class View:
    """``bytes``: of each kind of file as it crossed the wire. ``shift``: how far things moved. ``paint``: ms."""

    requests: list[str] = field(default_factory=list)
    bytes: dict[str, int] = field(default_factory=dict)
    nodes: int = 0
    shift: float = 0.0
    paint: float = 0.0


def measure(address: str, *, slow: bool = True) -> View:
    """Open an address in a fresh Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        try:
            return look(browser, address, slow=slow)
        finally:
            browser.close()


def look(browser: Browser, address: str, *, slow: bool = False) -> View:
    """Open an address in a new context of a browser."""
    context = browser.new_context(**PHONE)
    page, view = context.new_page(), View()
    _listen(page, view, slow=slow)
    page.goto(address, wait_until="networkidle")
    view.nodes = page.evaluate("document.querySelectorAll('*').length")
    view.paint = page.evaluate(_PAINT)
    view.shift = page.evaluate(_SHIFTS)
    context.close()
    return view


def _listen(page: Page, view: View, *, slow: bool) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    if slow:
        tools.send("Network.emulateNetworkConditions", SLOW)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    kinds: dict[str, str] = {}

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]
        view.requests.append(event["response"]["url"])

    def loaded(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        view.bytes[kind] = view.bytes.get(kind, 0) + int(event["encodedDataLength"])

    tools.on("Network.responseReceived", answered)
    tools.on("Network.loadingFinished", loaded)
