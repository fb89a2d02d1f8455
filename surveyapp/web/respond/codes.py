"""Ways back with a code from paper: to a survey, to unfinished answers, and to withdrawing what was sent."""

import time

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.languages import LANGUAGES
from surveyapp.services import collectors, handovers, responses
from surveyapp.services.refusals import Refusal
from surveyapp.services.responses import Chosen
from surveyapp.web.guard import require_own_form
from surveyapp.web.languages import spoken
from surveyapp.web.limited import count_guess, forgive_guess
from surveyapp.web.pieces import render
from surveyapp.web.respond.choices import another_look, size
from surveyapp.web.respond.forms import CodeForm, WithdrawForm
from surveyapp.web.respond.shells import form_shell, plain_shell
from surveyapp.web.respond.views import SummaryRow
from surveyapp.web.respond.worded import sentence
from surveyapp.web.site import site

codes = Blueprint("codes", __name__)


@codes.get("/code")
@codes.get("/resume", endpoint="resume")
def ask_code() -> ResponseReturnValue:
    """'I have a code': of a survey, or of answers to go on with."""
    return _code_page("")


@codes.post("/code")
@codes.post("/resume", endpoint="take_resume")
def take_code() -> ResponseReturnValue:
    """Go where the code leads."""
    require_own_form("code")
    form = CodeForm(request.form)
    typed = form.code.data or ""
    if choice := _another_look():
        return _code_page(typed, choice=choice)
    if not form.validate():
        return _code_page(typed, form.code.errors[0]), 422
    target = site().sessions.retrying(lambda session: _lookup(session, typed))
    if target is None:
        return _code_page(typed, "code_unknown"), 422
    return redirect(f"{target}?{plain_shell('/code').chosen()}" if target.count("/") == 2 else target, 303)


def _lookup(session: Session, typed: str) -> str | None:
    """The address a code leads to. A wrong one stays counted against its network."""
    count_guess(session)
    target = _target(session, typed)
    if target is not None:
        forgive_guess(session)
    return target


def _target(session: Session, typed: str) -> str | None:
    try:
        return f"/r/{collectors.find(session, typed, closed_too=True).code}"
    except Refusal:
        resumed = responses.resume(session, typed) or handovers.to_page(session, typed, time.time())
        return f"/r/{resumed.code}/{resumed.token}" if resumed else None


@codes.get("/withdraw")
def ask_receipt() -> ResponseReturnValue:
    """Ask for the receipt code."""
    return _withdraw_page("")


@codes.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    """Delete unsettled answers. Every code gets the same page."""
    require_own_form("withdraw")
    form = WithdrawForm(request.form)
    typed = form.receipt.data or ""
    if choice := _another_look():
        return _withdraw_page(typed, choice=choice)
    if not form.validate():
        return _withdraw_page(typed, form.receipt.errors[0]), 422
    site().sessions.retrying(lambda session: _withdraw(session, typed))
    return redirect(f"/withdraw/done?{plain_shell('/withdraw').chosen()}", 303)


@codes.get("/withdraw/done")
def withdrawn() -> ResponseReturnValue:
    """What has happened, in words that are true for every code."""
    return render("withdraw.html", shell=plain_shell("/withdraw/done"), errors=(), typed="", done=True)


def _withdraw(session: Session, typed: str) -> None:
    count_guess(session)
    responses.withdraw(session, typed)


def _another_look() -> Chosen | None:
    """The page as a button for language or size asks for it; None when another one was pressed."""
    action = request.form.get("action", "next")
    if action == "next":
        return None
    return another_look(_choice(), action, LANGUAGES) or abort(400)


def _choice() -> Chosen:
    return Chosen(language=spoken(), size=size())


def _code_page(typed: str, problem: str | None = None, choice: Chosen | None = None) -> str:
    shell = form_shell("/code", choice or _choice(), "code")
    return render("code.html", shell=shell, errors=_errors("code", problem), typed=typed)


def _withdraw_page(typed: str, problem: str | None = None, choice: Chosen | None = None) -> str:
    shell = form_shell("/withdraw", choice or _choice(), "withdraw")
    return render("withdraw.html", shell=shell, errors=_errors("receipt", problem), typed=typed, done=False)


def _errors(field: str, problem: str | None) -> tuple[SummaryRow, ...]:
    return (SummaryRow(f"#{field}", sentence(problem)),) if problem else ()
