"""Pages made of templates; their pieces that look the same for everybody are rendered once in a process, then kept.

Nothing a person has entered may go through here, nor an address that belongs to one person: what is kept outlives
the request. Without it a page of five ratings takes about twice the time to render.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from flask import current_app

from surveyapp.web.languages import spoken

_MOST = 1024


def render(template: str, **given: Any) -> str:
    """A page. Templates know only what they are given: Flask's function adds request and session, a tenth of the time."""
    return current_app.jinja_env.get_template(template).render(given)


def once(macro: Callable[..., str], *views: Hashable) -> str:
    """What a macro makes of these views in the language spoken now; escaped already, as all that macros make."""
    return _rendered(macro, spoken(), *views)


@lru_cache(maxsize=_MOST)
def _rendered(macro: Callable[..., str], language: str, *views: Hashable) -> str:
    return macro(*views)
