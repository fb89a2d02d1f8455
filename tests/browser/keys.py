"""Somebody who has no mouse and touches no screen: the Tab key, arrows, blank and Enter are all there is."""

from playwright.sync_api import Page, expect

from .turning import turned

_STOPS = 80


class Keys:
    """Goes through pages with the keyboard alone."""

    def __init__(self, tab: Page) -> None:
        self._tab = tab

    def focused(self, what: str) -> str:
        """An attribute of the element that has the focus, or "" where it has none."""
        return str(self._tab.evaluate(f"() => document.activeElement?.getAttribute('{what}') ?? ''"))

    def on(self, selector: str) -> bool:
        """The element that has the focus is such a one."""
        return bool(self._tab.evaluate("(selector) => document.activeElement?.matches(selector) ?? false", selector))

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self._tab.keyboard.press(key)

    def reach(self, selector: str, key: str = "Tab") -> None:
        """Go from stop to stop until such an element has the focus."""
        for _ in range(_STOPS):
            self.press(key)
            if self.on(selector):
                return
        message = f"{key} never comes to {selector} on {self._tab.url}"
        raise AssertionError(message)

    def skip(self) -> None:
        """Jump over what stands before the content, with the first link of the page."""
        self.reach(".skip")
        self.press("Enter")
        expect(self._tab.locator("#main")).to_be_focused()

    def type(self, selector: str, text: str) -> None:
        """Go to a field and type."""
        self.reach(selector)
        self._tab.keyboard.type(text)

    def choose(self, name: str, below: int = 0) -> None:
        """Go to the choices of that name and take the one that many below the first."""
        self.reach(f"[name={name}]:is([type=radio], [type=checkbox])")
        self.press("Space", *["ArrowDown"] * below)

    def go(self, key: str = "Enter") -> None:
        """Press a key that leads to another page, and wait until it is there."""
        with turned(self._tab):
            self.press(key)
