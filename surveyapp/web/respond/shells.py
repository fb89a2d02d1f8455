"""What stands around a page of a form: language, size, contact, funder, and what placeholders mean here."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext

from surveyapp.engine.voices import own_names
from surveyapp.languages import LANGUAGES
from surveyapp.services.collectors import Collecting
from surveyapp.services.placeholders import in_language, placeholders
from surveyapp.services.responses import Chosen, Draft
from surveyapp.web.guard import FIELD
from surveyapp.web.languages import LANGUAGE, spoken
from surveyapp.web.respond.choices import size
from surveyapp.web.respond.texts import Voice, lines
from surveyapp.web.respond.views import Logo, ShellView
from surveyapp.web.site import site

ASKED = "asked"
"""Hidden field that names the items of the page as it was shown."""


def voice_of(collecting: Collecting, chosen: Chosen | Draft, order: int = 0) -> Voice:
    """How this person is spoken to; ``order`` picks one of the fixed orders of shuffled options."""
    values = placeholders(collecting, chosen.language, chosen.variant, site().config.public_url)
    return Voice(chosen.language, chosen.variant, values, order)


def around(collecting: Collecting, chosen: Chosen | Draft, voice: Voice, **more: Any) -> ShellView:
    """The shell of a page; ``more``: what only some pages have."""
    language = chosen.language
    return ShellView(
        language=language,
        languages=own_names(collecting.questionnaire.languages),
        title=voice.say(collecting.questionnaire.title),
        size=chosen.size,
        organisation=voice.values.get("organisation", ""),
        contact=lines(voice.values.get("contact", "")),
        synthetic=collecting.synthetic,
        funder=in_language(collecting.funder.get("text"), language, collecting.language),
        logos=_logos(collecting, language),
        **more,
    )


def hidden(purpose: str, *objects: str, asked: str | None = None) -> tuple[tuple[str, str], ...]:
    """The hidden fields of a form: its token, the language it is in and, on a screen, the items it shows."""
    return fields(site().tokens.make(purpose, *objects), asked)


def fields(token: str, asked: str | None = None) -> tuple[tuple[str, str], ...]:
    """The same for a form whose token is known."""
    own = ((FIELD, token), (LANGUAGE, spoken()))
    return own if asked is None else (*own, (ASKED, asked))


def _logos(collecting: Collecting, language: str) -> tuple[Logo, ...]:
    return tuple(
        Logo(
            f"/media/{logo['file']}",
            in_language(logo.get("alt"), language, collecting.language),
            int(logo.get("width", 160)),
            int(logo.get("height", 60)),
        )
        for logo in collecting.funder.get("logos", ())
    )


def plain_shell(here: str, *, synthetic: bool = False) -> ShellView:
    """The shell of a page that belongs to no survey."""
    return ShellView(
        language=spoken(),
        languages=own_names(LANGUAGES),
        title=gettext("Your opinion about social services"),
        size=size(),
        here=here,
        synthetic=synthetic,
    )


def form_shell(here: str, choice: Chosen, purpose: str) -> ShellView:
    """The same round a page that is a form: its languages and sizes are buttons, which keep what was typed."""
    shell = replace(plain_shell(here), language=choice.language, size=choice.size, hidden=hidden(purpose))
    return replace(shell, action=f"{here}?{shell.chosen()}", here="")
