"""The first page after signing in: what needs doing now, by role."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from surveyapp.languages import long_date
from surveyapp.services import staffing, todo
from surveyapp.services.people import ANY_ROLE
from surveyapp.services.placeholders import in_language
from surveyapp.web.languages import spoken
from surveyapp.web.manage.allowed import allows, who
from surveyapp.web.manage.pages import page
from surveyapp.web.site import site

home = Blueprint("home", __name__, url_prefix="/manage")


@home.get("")
@allows(*ANY_ROLE)
def show() -> ResponseReturnValue:
    """Waves, texts, links, invitations and people, as far as they are this person's business."""
    me, language = who(), spoken()
    with site().sessions.reading() as session:
        found = todo.of(session, me)
        organisation = in_language(staffing.name_of(session, me.org_id), language)
    return page(
        "home.html",
        found=found,
        organisation=organisation,
        say=lambda text: in_language(text, language),
        day=lambda day: long_date(day, language),
        answer_url=site().config.public_url,
    )
