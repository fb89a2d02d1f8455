"""Ways back with a code from paper: to a survey, to unfinished answers, and to withdrawing what was sent."""

import time

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.services import collectors, handovers, responses
from surveyapp.services.refusals import Refusal
from surveyapp.web.guard import require_own_form
from surveyapp.web.limited import count_guess, forgive_guess
from surveyapp.web.pieces import render
from surveyapp.web.respond.forms import CodeForm, WithdrawForm
from surveyapp.web.respond.shells import hidden, plain_shell
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
    if not form.validate():
        return _withdraw_page(typed, form.receipt.errors[0]), 422
    site().sessions.retrying(lambda session: _withdraw(session, typed))
    return redirect(f"/withdraw/done?{plain_shell('/withdraw').chosen()}", 303)


@codes.get("/withdraw/done")
def withdrawn() -> ResponseReturnValue:
    """What has happened, in words that are true for every code."""
    return _withdraw_page("", done=True)


def _withdraw(session: Session, typed: str) -> None:
    count_guess(session)
    responses.withdraw(session, typed)


def _code_page(typed: str, problem: str | None = None) -> str:
    errors = _errors("code", problem)
    return render("code.html", shell=plain_shell("/code"), hidden=hidden("code"), errors=errors, typed=typed)


def _withdraw_page(typed: str, problem: str | None = None, *, done: bool = False) -> str:
    shell = plain_shell("/withdraw/done" if done else "/withdraw")
    errors = _errors("receipt", problem)
    return render("withdraw.html", shell=shell, hidden=hidden("withdraw"), errors=errors, typed=typed, done=done)


def _errors(field: str, problem: str | None) -> tuple[SummaryRow, ...]:
    return (SummaryRow(f"#{field}", sentence(problem)),) if problem else ()
