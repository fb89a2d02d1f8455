"""Texts to read: one at a time, scrubbed and apart from all else; approved, changed or withheld by an analyst."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from surveyapp.languages import long_date
from surveyapp.services import audit, reviewing
from surveyapp.services import texts as settled
from surveyapp.services.placeholders import in_language
from surveyapp.services.programme_files import DAYS_TO_READ
from surveyapp.services.refusals import Refusal
from surveyapp.services.reviewing import Shown
from surveyapp.services.texts import WaveTexts
from surveyapp.web.languages import spoken
from surveyapp.web.manage.allowed import allows, change, who
from surveyapp.web.manage.forms import StaffForm
from surveyapp.web.manage.pages import go, of_form, of_refusal, page, words
from surveyapp.web.site import site

texts = Blueprint("texts", __name__, url_prefix="/analyse/texts")

View = Callable[..., ResponseReturnValue]


class ChangeForm(StaffForm):
    """Other words in place of a text."""

    words = TextAreaField(validators=[InputRequired("text_empty")])


def _of_all(view: View) -> View:
    """Nobody knows any more where a text comes from: whoever has a part of the organisation only doesn't read them."""

    @wraps(view)
    def run(**values: Any) -> ResponseReturnValue:
        if "analyst" not in who().of_all:
            return page("declined.html", status=403, words=words("texts_of_all"))
        return view(**values)

    return run


@texts.get("")
@allows("analyst")
@_of_all
def show() -> ResponseReturnValue:
    """Waves that have texts."""
    with site().sessions.reading() as session:
        waves = settled.of_waves(session, who().org_id)
    return page("analyse/texts.html", waves=waves, say=_say, day=_day)


@texts.get("/<uuid:wave_id>")
@allows("analyst")
@_of_all
def wave(wave_id: UUID) -> ResponseReturnValue:
    """How many texts of a wave wait, and until when."""
    with site().sessions.reading() as session:
        found = _wave(session, wave_id)
    return page("analyse/texts_of_wave.html", wave=found, days=DAYS_TO_READ, say=_say, day=_day)


@texts.get("/<uuid:wave_id>/next")
@allows("analyst")
@_of_all
def lead_on(wave_id: UUID) -> ResponseReturnValue:
    """On to a text that waits, or back to the wave when none does."""
    with site().sessions.reading() as session:
        _wave(session, wave_id)
        found = reviewing.next_text(session, who().org_id, wave_id)
    return go("texts.one", wave_id=wave_id, text_id=found) if found else go("texts.wave", wave_id=wave_id)


@texts.get("/<uuid:wave_id>/decided")
@allows("analyst")
@_of_all
def decided(wave_id: UUID) -> ResponseReturnValue:
    """Texts that were approved or withheld, some at a time."""
    try:
        after = UUID(request.args["after"]) if "after" in request.args else None
    except ValueError:
        abort(404)
    with site().sessions.reading() as session:
        found = _wave(session, wave_id)
        those = reviewing.decided(session, who().org_id, wave_id, after)
    return page("analyse/texts_decided.html", wave=found, found=those, say=_say)


@texts.get("/<uuid:wave_id>/<uuid:text_id>")
@allows("analyst")
@_of_all
def one(wave_id: UUID, text_id: UUID) -> ResponseReturnValue:
    """A text, and what can be done with it."""
    return _text(wave_id, text_id)


@texts.post("/<uuid:wave_id>/<uuid:text_id>")
@allows("analyst")
@_of_all
def decide(wave_id: UUID, text_id: UUID) -> ResponseReturnValue:
    """Approve these words, or withhold the text; then on to the next one."""
    place, pressed = (who().org_id, wave_id, text_id), request.form.get("action")
    seal = request.form.get("seal", "")
    try:
        if pressed == "approve":
            change(lambda session: reviewing.approve(session, _me(), place, seal))
        elif pressed == "withhold":
            change(lambda session: reviewing.withhold(session, _me(), place))
        else:
            return _text(wave_id, text_id)
    except Refusal as refusal:
        if refusal.code != "text_changed":
            raise
        return _text(wave_id, text_id, of_refusal("text", refusal))
    return go("texts.lead_on", wave_id=wave_id)


@texts.get("/<uuid:wave_id>/<uuid:text_id>/change")
@allows("analyst")
@_of_all
def ask_change(wave_id: UUID, text_id: UUID) -> ResponseReturnValue:
    """The words, to be changed."""
    return _form(wave_id, text_id)


@texts.post("/<uuid:wave_id>/<uuid:text_id>/change")
@allows("analyst")
@_of_all
def take_change(wave_id: UUID, text_id: UUID) -> ResponseReturnValue:
    """Keep other words; they are shown once more before anybody approves them."""
    form = ChangeForm(request.form)
    if not form.validate():
        return _form(wave_id, text_id, of_form(form))
    place = (who().org_id, wave_id, text_id)
    try:
        change(lambda session: reviewing.change(session, _me(), place, form.words.data or ""))
    except Refusal as refusal:
        if refusal.code in {"unknown_text", "text_released", "signed_out"}:
            raise
        return _form(wave_id, text_id, of_refusal("words", refusal))
    return go("texts.one", wave_id=wave_id, text_id=text_id)


def _text(wave_id: UUID, text_id: UUID, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    found, text = _read(wave_id, text_id)
    return page("analyse/text.html", errors or {}, wave=found, text=text, say=_say)


def _form(wave_id: UUID, text_id: UUID, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    found, text = _read(wave_id, text_id)
    written = request.form.get("words", text.text)
    return page(
        "analyse/text_change.html", errors or {}, form="typed", wave=found, text=text, written=written, say=_say
    )


def _read(wave_id: UUID, text_id: UUID) -> tuple[WaveTexts, Shown]:
    with site().sessions.reading() as session:
        return _wave(session, wave_id), reviewing.one(session, who().org_id, wave_id, text_id)


def _wave(session: Session, wave_id: UUID) -> WaveTexts:
    found = settled.of_waves(session, who().org_id, wave_id)
    return found[0] if found else abort(404)


def _me() -> audit.Actor:
    return audit.staff(who().person.id)


def _say(text: object) -> str:
    return in_language(text, spoken())


def _day(day: date) -> str:
    return long_date(day, spoken())
