"""Pages for analysts and managers: waves, a wave's rules and releases, and what a release says. No joint row is here."""

from collections.abc import Container, Mapping
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.languages import long_date
from surveyapp.reports_in_words import Reading
from surveyapp.services import analysing, batches, clients, frozen, jobs, moving, texts, todo, waves
from surveyapp.services.analysing import Made, Round
from surveyapp.services.placeholders import in_language
from surveyapp.services.tables import coverage
from surveyapp.web.analyse import views
from surveyapp.web.languages import spoken
from surveyapp.web.manage.allowed import allows, who
from surveyapp.web.manage.pages import NO_ERRORS, page, words
from surveyapp.web.site import site
from surveyapp.wording import REFUSALS

ROLES = ("analyst", "manager")

SAID_OF_FEW = ("too_few_to_say", "further_batch_small")
"""Codes of refusals that a page of a wave tells before anybody asks for a release."""

analyse = Blueprint("analyse", __name__, url_prefix="/analyse")


@analyse.get("")
@allows(*ROLES)
def show() -> ResponseReturnValue:
    """Every wave with its releases."""
    with site().sessions.reading() as session:
        found = [_seen(each) for each in analysing.rounds(session, who().org_id)]
    return page("analyse/waves.html", rounds=found, say=_say, day=_day)


@analyse.get("/waves/<uuid:wave_id>")
@allows(*ROLES)
def wave(wave_id: UUID) -> ResponseReturnValue:
    """A wave: what may be released of it, its releases, and what was asked for."""
    with site().sessions.reading() as session:
        found = _seen(analysing.a_round(session, who().org_id, wave_id) or abort(404))
        q = analysing.questionnaire(session, found.wave)
        step, day = todo.step(found.wave, who().today)
        ahead, rows = analysing.ahead(session, found.wave), batches.rows_from(q)
        part = _part(session, found, 4 * rows)
        late = waves.waiting(session, found.wave) if found.wave.state == "settled" else 0
        done = batches.settled(session, found.wave) if found.wave.state != "settled" else ()
        told = clients.numbers(session, who().org_id, wave_id)
        written = texts.of_waves(session, who().org_id, wave_id)
        asked = [job for job in jobs.jobs_of(session, who().org_id) if job.object_id == wave_id]
    return page(
        "analyse/wave.html",
        round=found,
        step=step,
        until=day,
        jobs=[
            (job, words(job.reason if job.reason in REFUSALS else "not_done") if job.reason else "") for job in asked
        ],
        ahead=ahead,
        rows=rows,
        why_not=words(ahead) if ahead in SAID_OF_FEW else "",
        late=late > 0,
        part=part,
        settled=sum(people for _, people in done),
        clients=sum(told.values()),
        working=any(job.state in {"due", "running"} for job in asked),
        written=written,
        rules=views.rules(q, spoken()),
        say=_say,
        day=_day,
    )


def _part(session: Session, found: Round, enough: int) -> str:
    """Whether a part of a wave that goes on may be settled: "ready", "few" before enough wait, or empty."""
    if not moving.goes_in_parts(found.wave, who().today):
        return ""
    return "ready" if waves.waiting(session, found.wave) >= enough else "few"


@analyse.get("/releases/<uuid:release_id>")
@allows(*ROLES)
def release(release_id: UUID) -> ResponseReturnValue:
    """A release: its disclosure report, its files, and whether it is published."""
    return release_page(release_id)


def release_page(release_id: UUID, wrong: Mapping[str, str] = NO_ERRORS) -> ResponseReturnValue:
    """The same, with what is wrong in a note that was posted."""
    with site().sessions.reading() as session:
        made = made_here(session, release_id)
        report = analysing.report_of(session, made.release)
        overall = None if report else analysing.overall_of(session, made.release)
        files = frozen.files_of(session, made.release)
    read = Reading(report, spoken()) if report else None
    return page(
        "analyse/release.html",
        wrong,
        form="typed" if "manager" in who().of_all and made.release.state != "withdrawn" else "",
        made=made,
        r=report,
        w=read,
        overall=overall,
        files=files,
        say=_say,
        day=_day,
    )


@analyse.get("/releases/<uuid:release_id>/codebook")
@allows(*ROLES)
def codebook(release_id: UUID) -> ResponseReturnValue:
    """What columns and codes mean."""
    with site().sessions.reading() as session:
        made = made_here(session, release_id)
        report = analysing.report_of(session, made.release) or abort(404)
    columns = views.codebook(report, Reading(report, spoken()))
    return page("analyse/codebook.html", made=made, columns=columns, say=_say)


@analyse.get("/releases/<uuid:release_id>/tables")
@allows(*ROLES)
def tables(release_id: UUID) -> ResponseReturnValue:
    """The public tables, also before they are published; with ``for=staff`` those in the analysts' groups."""
    with site().sessions.reading() as session:
        made = made_here(session, release_id)
        report = analysing.report_of(session, made.release) or abort(404)
        finer = made.release.analyst or not who().of_all.isdisjoint(ROLES)
        staff = analysing.staff_tables_of(session, made.release) if finer else None
        chosen = staff if request.args.get("for") == "staff" else None
        counted = chosen or analysing.tables_of(session, [made.release])
    read, by = Reading(report, spoken()), chosen_column(counted.columns)
    return page(
        "analyse/tables.html",
        made=made,
        w=read,
        by=by,
        least=report["policy"]["k"],
        finer=staff is not None,
        chosen="staff" if chosen else "public",
        coverage=read.share(coverage(counted, by)) if by else "",
        columns=views.columns(counted),
        questions=views.questions(counted, read, by),
        say=_say,
    )


def chosen_column(columns: Container[str]) -> str | None:
    """The column of labels by which the address wants the tables broken down."""
    wanted = request.args.get("by")
    return wanted if wanted and wanted in columns else None


def made_here(session: Session, release_id: UUID) -> Made:
    """A release of this organisation and its wave; 404 for any other, and for one that isn't published to whoever has a part."""
    made = analysing.made(session, who().org_id, release_id) or abort(404)
    if made.release.id not in {each.id for each in _seen(made.round).releases}:
        abort(404)
    return made


def _seen(found: Round) -> Round:
    """A release is about the whole organisation: whoever has a part of it sees it once it is published."""
    return analysing.without_unpublished(found) if who().of_all.isdisjoint(ROLES) else found


def _say(text: object) -> str:
    return in_language(text, spoken())


def _day(day: date) -> str:
    return long_date(day, spoken())
