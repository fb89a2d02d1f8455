"""Somebody in a browser, seen as the page client sees a program: the same words, real clicks, keys and JavaScript."""

from urllib.parse import urlsplit

from playwright.sync_api import Page as Tab

from tests.page_forms import Question
from tests.pages import Page
from tests.transports import Answer

from .turning import turned

_CHOICES = "(all) => all.map((each) => [each.value, each.type, each.checked])"


class Browsing:
    """Opens, chooses, types and presses in a tab; ``page`` is what it shows, parsed."""

    def __init__(self, tab: Tab, site: str) -> None:
        self._tab, self._site = tab, site
        self.language: str | None = None
        self.page = Page("", Answer(0, {}, b""))

    def get(self, address: str) -> Page:
        """Open an address of the site."""
        self._tab.goto(f"{self._site}{address}")
        return self._read()

    def choose(self, name: str, *values: str) -> None:
        """Have exactly these of a question's choices chosen."""
        controls = self._tab.locator(f'main [name="{name}"]:is([type=radio], [type=checkbox])')
        for number, (value, kind, checked) in enumerate(controls.evaluate_all(_CHOICES)):
            wanted = value in values
            if wanted != checked and (wanted or kind == "checkbox"):
                controls.nth(number).set_checked(wanted)

    def fill(self, name: str, text: str) -> None:
        """Type into a field, in place of what stands there."""
        self._tab.locator(f'main [name="{name}"]:not([type=radio]):not([type=checkbox])').fill(text)

    def press(self, value: str) -> Page:
        """Press the button of that value."""
        if value.startswith("lang-"):
            self.language = value.removeprefix("lang-")
        with turned(self._tab):
            self._tab.locator(f'button[value="{value}"]:visible').first.click()
        return self._read()

    def submit(self) -> Page:
        """Press the button that goes on."""
        return self.press(self.page.onward or "")

    def question(self, name: str, *, choices: bool) -> Question:
        """The question of that name, as it stands in the page."""
        return self.page.question(name, choices=choices)

    def _read(self) -> Page:
        parts = urlsplit(self._tab.url)
        html = {"content-type": "text/html; charset=utf-8"}
        self.page = Page(parts.path, Answer(200, html, self._tab.content().encode()))
        assert self.language in {None, self.page.language}
        return self.page
