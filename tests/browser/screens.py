"""Screenshots to look at, kept in ``tests/screenshots/``, which git ignores."""

from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parent.parent / "screenshots"


def shoot(page: Page, *parts: str) -> Path:
    """The whole page as ``tests/screenshots/<part>-<part>….png``; returns the file."""
    FOLDER.mkdir(exist_ok=True)
    target = FOLDER / f"{'-'.join(parts)}.png"
    page.screenshot(path=target, full_page=True, animations="disabled")
    return target
