"""Chromium for tests: a browser for each module, and pages as different people meet them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import RAN_ON
from tests.needs import unavailable

PROGRAM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)

PEOPLE: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "narrow": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
    "tablet": {"viewport": {"width": 768, "height": 1024}, "has_touch": True},
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "without_javascript": {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False},
    "forced_colours": {"viewport": {"width": 360, "height": 740}, "forced_colors": "active"},
    "reduced_motion": {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce"},
    "dark": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
    "more_contrast": {"viewport": {"width": 360, "height": 740}, "contrast": "more"},
}
"""How a page is met -> the options of its browser context. ``narrow`` is 1280 px enlarged to 400 %."""

PageIn = Callable[..., Page]
PATIENCE = 60_000
"""Milliseconds a page is waited for: what is slow on a busy machine is not wrong."""
expect.set_options(PATIENCE)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless.

    One for each module and no longer: Playwright keeps an event loop running as long as it lives, and a test
    that runs its own loop could not.
    """
    if not PROGRAM.exists():
        unavailable(f"no Chromium at {PROGRAM} (set CHROMIUM, or install the package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=ARGUMENTS)
        RAN_ON["Chromium"] = browser.version
        yield browser
        browser.close()


@pytest.fixture
def page_in(chromium: Browser) -> Iterator[PageIn]:
    """Makes a page: ``page_in("narrow", locale="lv-LV")``; each has a context, and so a memory, of its own."""
    contexts = []

    def make(person: str = "phone", **options: Any) -> Page:
        contexts.append(chromium.new_context(**{**PEOPLE[person], **options}))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()
