"""What somebody has chosen before there is a draft: it stands in the address."""

from collections.abc import Sequence
from dataclasses import replace

from flask import request

from surveyapp.services.collectors import Collecting
from surveyapp.services.responses import Chosen, Draft
from surveyapp.web.languages import LANGUAGE, asked_for, speak
from surveyapp.web.respond.views import SIZES


def chosen(collecting: Collecting) -> Chosen:
    """Language, size and wording from the address, with the defaults of browser and wave.

    The address of a form's screen names no language; the form itself does, when the draft that knew it is gone.
    """
    easy = request.args.get("easy") == "1" and collecting.questionnaire.offers_easy
    posted = request.form.get(LANGUAGE)
    return Chosen(
        language=speak(asked_for(collecting.questionnaire.languages, collecting.language, posted)),
        size=size(),
        variant="easy" if easy else "standard",
    )


def another_look(choice: Chosen, action: str, offered: Sequence[str]) -> Chosen | None:
    """What was chosen, changed as a button of that value says; None when it is no such button.

    ``offered``: the languages there are.
    """
    what, _, value = action.partition("-")
    if what == "lang" and value in offered:
        return replace(choice, language=speak(value))
    if what == "size" and value in map(str, SIZES):
        return replace(choice, size=int(value))
    if what == "easy":
        return replace(choice, variant="easy" if value == "on" else "standard")
    return None


def size() -> int:
    """The type size in the address, in per cent."""
    wanted = request.args.get("size", "")
    return int(wanted) if wanted in map(str, SIZES) else SIZES[0]


def query(choice: Chosen | Draft) -> dict[str, str]:
    """The part of an address that keeps what was chosen."""
    kept = {"lang": choice.language}
    if choice.size != SIZES[0]:
        kept["size"] = str(choice.size)
    if choice.variant == "easy":
        kept["easy"] = "1"
    return kept
