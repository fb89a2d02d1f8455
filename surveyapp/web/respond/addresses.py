"""The addresses of a form. Made by hand, because a page holds a dozen of them; codes and tokens need no quoting."""

from collections.abc import Mapping
from urllib.parse import urlencode

REVIEW, RECEIPT, SAVED = "review", "receipt", "save"


def entry_address(code: str, chosen: Mapping[str, str]) -> str:
    """Where a form begins; what was chosen before there is a draft stands in the query."""
    return f"/r/{code}?{urlencode(chosen)}" if chosen else f"/r/{code}"


def step_address(code: str, token: str, step: str) -> str:
    """A screen of a begun form, its review, its receipt or its way to go on later."""
    return f"/r/{code}/{token}/{step}"


def receipt_address(code: str, token: str, language: str, size: int) -> str:
    """The receipt; the draft that knew language and type size is gone by then."""
    return f"{step_address(code, token, RECEIPT)}?{urlencode({'lang': language, 'size': size})}"
