"""Pages made of templates. What looks the same for everybody is rendered once in a process, then kept: pieces, whole pages.

Nothing a person has entered may go through here, nor an address that belongs to one person: what is kept outlives
the request. Without it a page of five ratings takes about twice the time to render.
"""

import html
import re
import secrets
from collections.abc import Callable, Hashable
from functools import lru_cache
from itertools import chain, zip_longest
from typing import Any, NamedTuple

from flask import current_app

from surveyapp.web.compression import Ends, Whole
from surveyapp.web.languages import spoken

_MOST = 1024
_MOST_PAGES = 128
_MARK = secrets.token_hex(16)
"""Stands in a kept page where something of one person's does. Nobody can guess it, so that no text has it in it."""


def render(template: str, **given: Any) -> str:
    """A page. Templates know only what they are given: Flask's function adds request and session, a tenth of the time."""
    return current_app.jinja_env.get_template(template).render(given)


def once(macro: Callable[..., str], *views: Hashable) -> str:
    """What a macro makes of these views in the language spoken now; escaped already, as all that macros make."""
    return _rendered(macro, spoken(), *views)


@lru_cache(maxsize=_MOST)
def _rendered(macro: Callable[..., str], language: str, *views: Hashable) -> str:
    return macro(*views)


class _Kept(NamedTuple):
    """A page for everybody: its ends, the texts between the places that are one person's, and what goes in each place."""

    ends: Ends
    between: tuple[bytes, ...]
    places: tuple[int, ...]


_pages: dict[Hashable, _Kept] = {}


def page(template: str, of: Hashable, own: tuple[str, ...], given: Callable[..., dict[str, Any]]) -> Whole:
    """A page that is the same for everybody but for ``own``: addresses and codes, each of which stands in it somewhere.

    ``of``: all that it depends on beside those and the language spoken now; ``given``: makes of the own values what the
    template is given. What a person has entered may be in neither.
    """
    key = (template, spoken(), of)
    kept = _pages.get(key)
    if kept is None:
        if len(_pages) >= _MOST_PAGES:
            _pages.clear()
        kept = _pages[key] = _keep(render(template, **given(*(f"{_MARK}{place}." for place in range(len(own))))))
    values = [html.escape(own[place]).encode() for place in kept.places]
    return Whole(*kept.ends.around(b"".join(chain(*zip_longest(values, kept.between, fillvalue=b"")))))


def _keep(rendered: str) -> _Kept:
    first, *parts = re.split(rf"{_MARK}(\d+)\.", rendered)
    *between, last = (text.encode() for text in parts[1::2])
    return _Kept(Ends(first.encode(), last), tuple(between), tuple(map(int, parts[::2])))
