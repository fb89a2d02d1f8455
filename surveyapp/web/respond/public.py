"""Pages for everybody: the start page, the two statements, and an installation's own media files."""

from flask import Blueprint, Response, abort, send_from_directory
from flask.typing import ResponseReturnValue

from surveyapp.languages import long_date
from surveyapp.services import listing
from surveyapp.services.listing import Listed
from surveyapp.services.placeholders import in_language
from surveyapp.web.languages import spoken
from surveyapp.web.pieces import render
from surveyapp.web.respond.shells import hidden, plain_shell
from surveyapp.web.respond.texts import lines
from surveyapp.web.respond.views import ShellView, StartLink, StatementView
from surveyapp.web.site import site

public = Blueprint("public", __name__)


@public.get("/")
def start() -> ResponseReturnValue:
    """What this is, open surveys, a box for a code, and what can be tried in a demonstration."""
    shell = plain_shell("/")
    with site().sessions.reading() as session:
        offered = listing.listed(session)
    links = [(each, _link(each, shell)) for each in offered]
    return render(
        "start.html",
        shell=plain_shell("/", synthetic=any(each.synthetic for each in offered)),
        surveys=[link for each, link in links if not each.synthetic],
        tries=[link for each, link in links if each.synthetic],
        code_action=f"/code?{shell.chosen()}",
        hidden=hidden("code"),
    )


def _link(survey: Listed, shell: ShellView) -> StartLink:
    """A survey as a form and as a chat."""
    chosen, language = shell.chosen(), spoken()
    return StartLink(
        f"/r/{survey.code}?{chosen}",
        survey.title(language),
        in_language(survey.name, language),
        f"/chat/{survey.code}?{chosen}",
    )


@public.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What happens to answers, in plain words."""
    return render("privacy.html", shell=plain_shell("/privacy"), statement=_statement())


@public.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """What was checked, how, and what was not."""
    return render("accessibility.html", shell=plain_shell("/accessibility"), statement=_statement())


def _statement() -> StatementView:
    says, language = site().statement, spoken()
    return StatementView(
        organisation=in_language(says.organisation, language),
        contact=lines(in_language(says.contact, language)),
        enforcement=lines(in_language(says.enforcement, language)),
        authority=lines(in_language(says.authority, language)),
        answer_days=says.answer_days,
        checked_on=long_date(says.checked_on, language) if says.checked_on else "",
    )


@public.get("/media/<path:name>")
def media(name: str) -> Response:
    """A picture, recording or video of this installation."""
    folder = site().config.instance_dir / "media"
    if not folder.is_dir():
        abort(404)
    response = send_from_directory(folder, name, max_age=86_400)
    response.cache_control.public = True
    return response
