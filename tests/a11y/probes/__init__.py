"""JavaScript that looks at a drawn page; each file is one function, ``shared.js`` stands before all of them."""

from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent


@cache
def source(name: str) -> str:
    """The probe as one function that can be evaluated in a page, or called with an element."""
    shared = (_HERE / "shared.js").read_text()
    # A file may open with a comment; the brackets hold comment and function together.
    return f"(argument) => {{{shared}\nreturn (\n{(_HERE / name).read_text()})(argument);}}"


def run(page: Any, name: str, argument: Any = None) -> Any:
    """What the probe of that file name returns in a Playwright page or frame."""
    return page.evaluate(source(name), argument)
