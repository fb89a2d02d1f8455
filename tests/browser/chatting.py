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
        in_place = value in IN_PLACE and self._tab.locator("#now").count()
        page = super().press(value)
        if in_place:
            expect(self._tab.locator("#now h2").first).to_be_focused()
            self.in_place += 1
        return page
