"""Waiting for the page somebody is led to: Playwright's own click, like any key, is over before that page is there."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

_MARK = "() => { (document.getElementById('now') ?? document.documentElement).dataset.left = ''; }"


@contextmanager
def turned(page: Page) -> Iterator[None]:
    """What is done inside leads to a new page, or to the next question of a chat: afterwards it is there, and whole.

    A new page has none of the old one's elements, and a chat puts another question in place of the one that was open.
    """
    page.evaluate(_MARK)
    yield
    expect(page.locator("[data-left]")).to_have_count(0)
    page.wait_for_load_state()
