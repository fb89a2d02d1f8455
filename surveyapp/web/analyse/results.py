"""Public results of a programme: tables for everybody, and the files they are read from. No account, no cookie."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from surveyapp.languages import long_date, size_in_words
from surveyapp.reports_in_words import Reading
from surveyapp.services import analysing, frozen, listing, tables
from surveyapp.services.analysing import Made
from surveyapp.services.placeholders import in_language
from surveyapp.web.analyse import views
from surveyapp.web.analyse.files import frozen_file
from surveyapp.web.analyse.pages import chosen_column
from surveyapp.web.languages import spoken
from surveyapp.web.pieces import render
from surveyapp.web.respond.shells import plain_shell
from surveyapp.web.site import site

results = Blueprint("results", __name__, url_prefix="/results")

FILES = (frozen.ZIP, frozen.TABLES, frozen.REPORT)
"""What anybody may take: all of it in one file, or what it is made of."""


@results.get("")
def every() -> ResponseReturnValue:
    """Programmes with results that everybody may see."""
    with site().sessions.reading() as session:
        found = listing.published(session)
    return render(
        "analyse/all_results.html",
        shell=plain_shell("/results", synthetic=any(each.synthetic for each in found)),
        found=found,
        say=lambda text: in_language(text, spoken()),
    )


@results.get("/<programme>")
def show(programme: str) -> ResponseReturnValue:
    """The results of one wave, by default the latest, and links to the others."""
    with site().sessions.reading() as session:
        rounds = analysing.published(session, programme)
        names = [each.wave.slug for each in rounds]
        if not rounds or request.args.get("wave", names[-1]) not in names:
            abort(404)
        found = rounds[names.index(request.args.get("wave", names[-1]))]
        current = [release for release in found.releases if release.state == "published"]
        files = {release.id: frozen.files_of(session, release) for release in current}
        large = [release for release in current if frozen.TABLES in files[release.id]]
        small = [release for release in current if release not in large]
        report = analysing.report_of(session, large[-1]) if large else None
        counted = analysing.tables_of(session, large) if large else None
        overall = analysing.overall_of(session, small[0]) if small else None
    by = chosen_column(counted.columns) if counted else None
    read = Reading(report, spoken()) if report else None
    kept = (("wave", found.wave.slug), *((("by", by),) if by else ()))
    return render(
        "analyse/results.html",
        shell=replace(plain_shell(request.path, synthetic=found.synthetic), kept=kept),
        round=found,
        rounds=rounds,
        current=current,
        r=report,
        w=read,
        overall=overall,
        by=by,
        coverage=read.share(tables.coverage(counted, by)) if counted and read and by else "",
        total=tables.total(counted) if counted else 0,
        columns=views.columns(counted) if counted else (),
        questions=list(views.questions(counted, read, by)) if counted and read else (),
        say=lambda text: in_language(text, spoken()),
        day=lambda day: long_date(day, spoken()),
        files=files,
        offered=FILES,
        size=lambda size: size_in_words(size, spoken()),
    )


@results.get("/<programme>/<uuid:release_id>/<path:name>")
def file(programme: str, release_id: UUID, name: str) -> Response:
    """A frozen file of a published release, the same bytes every time; whoever has them already is told so and no more.

    Caches ask each time: a release may be withdrawn.
    """
    with site().sessions.reading() as session:
        rounds = analysing.published(session, programme)
        there = {release.id: (release, found) for found in rounds for release in found.releases}
    release, found = there.get(release_id) or abort(404)
    if release.state != "published" or name not in FILES:
        abort(404)
    response = frozen_file(Made(release, found), name)
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response
