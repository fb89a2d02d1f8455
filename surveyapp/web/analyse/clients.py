"""A manager says how many clients a wave was for; the disclosure report works out a risk from it."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from surveyapp.services import analysing, audit
from surveyapp.services import clients as services
from surveyapp.services.analysing import Round
from surveyapp.services.placeholders import in_language
from surveyapp.services.refusals import Refusal
from surveyapp.web.languages import spoken
from surveyapp.web.manage.allowed import allows, change, who
from surveyapp.web.manage.pages import NO_ERRORS, go, of_refusal, page
from surveyapp.web.site import site

clients = Blueprint("clients", __name__, url_prefix="/analyse")

_WRONG = {"clients_number", "clients_both", "clients_missing", "clients_fewer"}
"""Codes of refusals that are about a field."""


@clients.get("/waves/<uuid:wave_id>/clients")
@allows("manager", of_all=True)
def ask(wave_id: UUID) -> ResponseReturnValue:
    """Ask for the numbers; what was said before stands there."""
    return _form(wave_id)


@clients.post("/waves/<uuid:wave_id>/clients")
@allows("manager", of_all=True)
def take(wave_id: UUID) -> ResponseReturnValue:
    """Keep them; nothing at all takes back what was said."""
    if g.looks_again:
        return _form(wave_id)
    try:
        change(lambda session: _entered(session, wave_id))
    except Refusal as refusal:
        if refusal.code not in _WRONG:
            raise
        return _form(wave_id, of_refusal(_field(refusal.values["stratum"]), refusal))
    return go("analyse.wave", wave_id=wave_id)


def _entered(session: Session, wave_id: UUID) -> None:
    wave = _round(session, wave_id).wave
    strata = (services.ALL, *services.strata(session, wave).words)
    typed = {each: request.form.get(_field(each), "").strip() for each in strata}
    said = {each: services.read(each, text) for each, text in typed.items() if text}
    services.enter(session, wave, said, audit.staff(who().person.id))


def _form(wave_id: UUID, wrong: Mapping[str, str] = NO_ERRORS) -> ResponseReturnValue:
    with site().sessions.reading() as session:
        found = _round(session, wave_id)
        parts = services.strata(session, found.wave).words
        before = services.numbers(session, who().org_id, wave_id)
    return page(
        "analyse/clients.html",
        wrong,
        form="typed",
        typed=MultiDict({_field(each): str(number) for each, number in before.items()}),
        round=found,
        parts=[(_field(each), words) for each, words in parts.items()],
        say=lambda text: in_language(text, spoken()),
    )


def _round(session: Session, wave_id: UUID) -> Round:
    return analysing.a_round(session, who().org_id, wave_id) or abort(404)


def _field(stratum: str) -> str:
    return "all" if stratum == services.ALL else f"of-{stratum}"
