"""Screenshots to look at, kept in ``tests/screens/``, which git ignores."""

from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parent.parent / "screens"


def shoot(page: Page, *parts: str) -> Path:
    """The whole page as ``tests/screens/<part>-<part>….png``; returns the file."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / ".gitignore").write_text("*\n")
    target = FOLDER / f"{'-'.join(parts)}.png"
    page.screenshot(path=target, full_page=True, animations="disabled")
    return target
