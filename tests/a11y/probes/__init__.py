"""JavaScript that looks at a drawn page; each file is one function, ``shared.js`` stands before all of them."""

from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent


@cache
def maker(name: str) -> str:
    """A function that makes the probe, for whoever calls it more than once on a page that stays as it is."""
    shared = (_HERE / "shared.js").read_text()
    # A file may open with a comment; the brackets hold comment and function together.
    return f"() => {{{shared}\nreturn (\n{(_HERE / name).read_text()});}}"


def run(page: Any, name: str, argument: Any = None) -> Any:
    """What the probe of that file name returns in a Playwright page or frame."""
    return page.evaluate(f"(argument) => ({maker(name)})()(argument)", argument)
