"""Who may open a staff page: ``@allows("manager")`` on its function, and nobody gets past it by another way."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.languages import LANGUAGES
from surveyapp.services import staff_sessions, staffing
from surveyapp.services.placeholders import in_language
from surveyapp.services.staffing import Who
from surveyapp.web.languages import asked_for, speak, spoken
from surveyapp.web.manage import cookies, own_forms
from surveyapp.web.manage.pages import go, page, words
from surveyapp.web.site import site

View = Callable[..., ResponseReturnValue]
T = TypeVar("T")


def allows(*roles: str, fresh: bool = False, early: bool = False, of_all: bool = False) -> Callable[[View], View]:
    """Let these roles in; others get 403, and somebody who isn't signed in is sent to do so.

    ``fresh``: a second factor must have been shown just now, by whoever has one. ``early``: open to whoever is signed in, also while they
    owe a passphrase, a second factor or the choice of an organisation. ``of_all``: a role for a part of the organisation isn't enough.
    """

    def around(view: View) -> View:
        @wraps(view)
        def run(**values: Any) -> ResponseReturnValue:
            who = enter()
            if who is None:
                return go("sign_in.ask")
            own_forms.bind(str(who.own.id))
            if not early:
                owed = _owed(who)
                if owed is not None:
                    return go(owed)
                if (who.of_all if of_all else who.roles).isdisjoint(roles):
                    change(lambda session: staffing.denied(session, who, request.endpoint or ""))
                    return _not_theirs(who)
            if fresh and not who.is_fresh and (who.factors.any or not early):
                return once_more()
            return view(**values)

        run.roles = roles  # type: ignore[attr-defined]  # for the test that compares them with the access matrix
        run.fresh = fresh  # type: ignore[attr-defined]  # for leading back to it, and to nothing else
        return run

    return around


def enter() -> Who | None:
    """Whoever is signed in; the page speaks their language unless its address names another."""
    token = cookies.given(cookies.SESSION)
    if token is None:
        return None
    with site().sessions.reading() as session:
        who = staffing.who(session, token)
    if who is None:
        return None
    g.who, g.token = who, token
    speak(asked_for(LANGUAGES, who.person.language) if "lang" in request.args else who.person.language)
    if staff_sessions.is_stale(who.own, who.now):
        with site().sessions.begin() as session:
            staff_sessions.touch(session, who.own, token, who.now)
    return who


def who() -> Who:
    """Whoever has been let in."""
    found: Who = g.who
    return found


def change(work: Callable[[Session], T]) -> T:
    """Change something while the session holds, in one transaction. Raises Refusal "signed_out"."""
    with site().sessions.begin() as session:
        staffing.hold(session, g.token)
        return work(session)


def renewed(session: Session) -> str:
    """The new token under which this session goes on once a factor has changed; all others have ended."""
    return staff_sessions.renew(session, g.token, staffing.now(session)) or ""


def posted_id(name: str) -> UUID:
    """The id in a field; 404 for what is none, as for what isn't there."""
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        abort(404)


def once_more() -> ResponseReturnValue:
    """Ask for a second factor first. What was posted goes along, and is posted to this page once the factor was shown."""
    if request.method == "GET":
        return go("step_up.ask", back=request.path)
    return page("step_up.html", **to_show(own_forms.resent()))


def to_show(kept: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What the page that asks for a second factor needs. ``kept``: the fields that go along through it."""
    return {"form": "typed" if who().factors.any else "", "kept": kept}


def _not_theirs(who: Who) -> ResponseReturnValue:
    """A page for another role; or for any, where they have none and are told whom to ask."""
    if who.roles:
        return page("declined.html", status=403, words=words("not_your_role"))
    with site().sessions.reading() as session:
        organisation = in_language(staffing.name_of(session, who.org_id), spoken())
    return page("no_role.html", status=403, organisation=organisation)


def _owed(who: Who) -> str | None:
    """What somebody has to do before anything else."""
    if who.owes_passphrase:
        return "account.passphrase"
    if who.own.org_id is None:
        return "sign_in.organisations"
    if who.owes_second_factor:
        return "step_up.ask" if who.factors.any else "factors.begin"
    return None
