"""Somebody in a browser with JavaScript, in a chat on a page: what they press changes the page that is open."""

from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.pages import Page

from .browsing import Browsing

IN_PLACE = frozenset({"next", "skip", "back"})
"""Buttons of a chat that lead to no new page."""


class Chatting(Browsing):
    """Opens, chooses, types and presses; in a chat the next question comes into the page."""

    def __init__(self, tab: Tab, site: str) -> None:
        super().__init__(tab, site)
        self.in_place = 0

    def press(self, value: str) -> Page:
        """Press the button of that value, and see that the new question has the focus."""
        if value not in IN_PLACE or not self._tab.locator("#now").count():
            return super().press(value)
        self._tab.evaluate("document.getElementById('now').dataset.old = '1'")
        self._tab.locator(f'main button[value="{value}"]').click()
        expect(self._tab.locator("#now:not([data-old])")).to_have_count(1)
        expect(self._tab.locator("#now h2").first).to_be_focused()
        self.in_place += 1
        return self._read()
