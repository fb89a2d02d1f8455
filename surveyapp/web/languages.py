"""Which language a request is answered in, and Flask-Babel on the catalogues that are compiled in memory."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations
from flask import Flask, g, request
from flask_babel import Babel, Domain, refresh
from markupsafe import Markup

from surveyapp.languages import LANGUAGES, choose, translations_for
from surveyapp.wording import shown_value

LANGUAGE = "form_language"
"""Hidden field of every form, so that a failure is told of in its language even when the store is away."""


class Catalogues(Domain):  # type: ignore[misc]  # flask_babel has no types
    """The interface's texts in the language of the request."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the language spoken now."""
        return translations_for(spoken())


def spoken() -> str:
    """The language of this request: what a form has chosen, else what link and browser ask for."""
    language: str | None = g.get("language")
    return language or speak(asked_for(LANGUAGES, "en"))


def speak(language: str) -> str:
    """Answer this request in a language from now on."""
    if g.get("language") != language:
        g.language = language
        refresh()
    return language


def asked_for(offered: Sequence[str], default: str, posted: str | None = None) -> str:
    """The language link (``?lang=``) or browser ask for, among those offered; before the browser the form ``posted``."""
    wanted = request.args.get("lang") or posted
    return choose(wanted, request.headers.get("Accept-Language", ""), offered, default)


def speak_as_posted() -> None:
    """Answer in the language of the form that was posted, where it names one."""
    posted = request.form.get(LANGUAGE, "")
    if not g.get("language") and posted in LANGUAGES:
        speak(posted)


def install(app: Flask) -> None:
    """Put gettext into templates."""
    babel = Babel(app, locale_selector=spoken)
    babel.domain_instance = Catalogues()
    app.jinja_env.globals.update(_=_filled, gettext=_filled, ngettext=_counted)
    app.jinja_env.filters["figure"] = _figure


def _figure(value: float) -> str:
    return shown_value(value, spoken())


def _filled(text: str, /, **values: Any) -> Markup:
    """Jinja's own does the same, but copies all that a template knows for each text in a loop."""
    catalogue = translations_for(spoken())
    return _ours(catalogue.gettext(text)) % values if values else _plain(catalogue, text)


def _counted(one: str, many: str, number: int, /, **values: Any) -> Markup:
    return _ours(translations_for(spoken()).ngettext(one, many, number)) % {"num": number, **values}


@lru_cache(maxsize=4096)
def _plain(catalogue: NullTranslations, text: str) -> Markup:
    return _ours(catalogue.gettext(text)) % {}


def _ours(text: str) -> Markup:
    """A text of a catalogue may hold HTML, as it might with Jinja's own; what is filled in is escaped."""
    return Markup(text)  # noqa: S704 - ours
