"""What only analysts have: rows, files of them, the agreement they accept before, and tokens for their programs."""

from itertools import islice
from uuid import UUID

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.languages import long_date
from surveyapp.reports_in_words import Reading
from surveyapp.services import analysing, analysts, frozen
from surveyapp.services.analysing import Made
from surveyapp.services.analysts import Caller
from surveyapp.services.placeholders import in_language
from surveyapp.services.refusals import Refusal
from surveyapp.web.analyse import files
from surveyapp.web.analyse.pages import made_here
from surveyapp.web.languages import spoken
from surveyapp.web.manage.allowed import allows, change, posted_id, who
from surveyapp.web.manage.pages import go, of_refusal, page, words
from surveyapp.web.site import site

rows = Blueprint("rows", __name__, url_prefix="/analyse")

FIRST = 10
"""Rows of a preview."""


@rows.get("/agreement")
@allows("analyst")
def agreement() -> ResponseReturnValue:
    """What analysts agree to."""
    with site().sessions.reading() as session:
        agreed = analysts.has_agreed(session, who().org_id, who().person.id)
    return page("analyse/agreement.html", agreed=agreed)


@rows.post("/agreement")
@allows("analyst")
def agree() -> ResponseReturnValue:
    """Accept it."""
    if request.form.get("action") != "agree":
        return go("rows.agreement")
    change(lambda session: analysts.agree(session, who().org_id, who().person.id))
    return go("analyse.show")


@rows.get("/releases/<uuid:release_id>/rows")
@allows("analyst", fresh=True)
def show(release_id: UUID) -> ResponseReturnValue:
    """The first rows of a release, and the files there are."""
    with site().sessions.reading() as session:
        made = _published(session, release_id)
        if made is None:
            return _turned_away(session)
        header, *first = islice(frozen.lines(session, made.release, frozen.RESPONSES), FIRST + 1)
        read = Reading(analysing.report_of(session, made.release) or {}, spoken())
    told = [
        (row[0], [(name, _told(read, name, code)) for name, code in zip(header[1:], row[1:], strict=True)])
        for row in first
    ]
    return page("analyse/rows.html", made=made, first=told, say=_say)


def _told(read: Reading, column: str, code: str) -> str:
    """A code with what it means, where that is anything else."""
    words = read.label(column, code)
    return code if words == code else f"{code} – {words}"


@rows.post("/releases/<uuid:release_id>/rows")
@allows("analyst", fresh=True)
def take(release_id: UUID) -> ResponseReturnValue:
    """Take a file. The log tells who took which, how many rows it has, and its SHA-256."""
    kind = request.form.get("action", "")
    with site().sessions.reading() as session:
        made = _published(session, release_id)
        if made is None:
            return _turned_away(session)
    return sent(Caller(who().org_id, who().person.id), made, kind, spoken())


def sent(caller: Caller, made: Made, kind: str, language: str) -> ResponseReturnValue:
    """A file of rows; what leaves is in the log before it does."""
    if kind == "csv":
        with site().sessions.reading(caller.org_id) as session:
            file = frozen.files_of(session, made.release)[frozen.RESPONSES]
        _note(caller, made, kind, made.release.n, file.sha256.hex())
        return files.frozen_file(made, frozen.RESPONSES)
    if kind == "joined":
        written = files.joined(made)
        for each in made.round.for_analysts:
            _note(caller, made._replace(release=each), kind, written.rows, written.sha256)
        return files.packed_file(made._replace(release=each), written, "joined.csv")
    if kind not in files.PACKED:
        abort(404)
    written = files.packed(made, kind, language)
    _note(caller, made, kind, written.rows, written.sha256)
    return files.packed_file(made, written, f"release.{kind}")


def texts_sent(caller: Caller, made: Made, name: str) -> ResponseReturnValue:
    """A file of approved texts, which only analysts get, noted as rows are."""
    with site().sessions.reading(caller.org_id) as session:
        file = frozen.files_of(session, made.release).get(name) or abort(404)
        number = sum(1 for _ in frozen.lines(session, made.release, name)) - 1
    _note(caller, made, name, number, file.sha256.hex())
    return files.frozen_file(made, name)


def _note(caller: Caller, made: Made, kind: str, number: int, sha256: str) -> None:
    with site().sessions.begin(caller.org_id) as session:
        analysts.taken(session, caller, made.release.id, file=kind, rows=number, sha256=sha256)


def _published(session: Session, release_id: UUID) -> Made | None:
    """A release whose rows this analyst may have; None where something is missing first, 404 where there are none."""
    made = made_here(session, release_id)
    if not analysts.is_analyst(who().org_id, who().held) or not analysts.has_agreed(
        session, who().org_id, who().person.id
    ):
        return None
    if not made.release.analyst or made.release.state != "published":
        abort(404)
    return made


def _turned_away(session: Session) -> ResponseReturnValue:
    """To the agreement; or to nowhere, for an analyst of a part of the organisation."""
    if "analyst" in who().of_all:
        return go("rows.agreement")
    return page("declined.html", status=403, words=words("not_your_role"))


@rows.get("/tokens")
@allows("analyst")
def tokens() -> ResponseReturnValue:
    """Tokens of one's programs."""
    return _tokens_page()


@rows.post("/tokens")
@allows("analyst", fresh=True)
def make_token() -> ResponseReturnValue:
    """Make one; it is shown once, and comes along when somebody looks at its page in another language or size."""
    name, shown = request.form.get("name", ""), request.form.get("shown", "")
    if g.looks_again:
        return _tokens_page(token=shown)
    try:
        token = change(lambda session: analysts.make_token(session, who().org_id, who().person.id, name))
    except Refusal as refusal:
        return _tokens_page(of_refusal("name", refusal), shown)
    return _tokens_page(token=token)


@rows.post("/tokens/revoke")
@allows("analyst")
def revoke_token() -> ResponseReturnValue:
    """Revoke one."""
    wanted = posted_id("token")
    if not change(lambda session: analysts.revoke(session, who().org_id, who().person.id, wanted)):
        abort(404)
    return go("rows.tokens")


def _tokens_page(errors: dict[str, str] | None = None, token: str = "") -> ResponseReturnValue:
    with site().sessions.reading() as session:
        found = analysts.tokens(session, who().org_id, who().person.id)
    made = [(each, long_date(each.day, spoken())) for each in found]
    api, form = f"{site().config.public_url}/api/v1", "typed" if token or g.looks_again or errors else ""
    return page("analyse/tokens.html", errors or {}, form=form, tokens=made, token=token, api=api)


def _say(text: object) -> str:
    return in_language(text, spoken())
