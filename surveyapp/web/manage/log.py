"""The organisation's log: who did what and when, by person, kind and day, and whether it still holds."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from surveyapp.languages import long_date
from surveyapp.services import audit
from surveyapp.services import log as reading
from surveyapp.services.log import Wanted
from surveyapp.web.languages import spoken
from surveyapp.web.manage.allowed import allows, who
from surveyapp.web.manage.pages import page, words
from surveyapp.web.site import site
from surveyapp.wording import DEEDS

log = Blueprint("log", __name__, url_prefix="/manage/log")


@log.get("")
@allows("admin")
def show() -> ResponseReturnValue:
    """A page of it, the newest entry first."""
    wanted, errors = _wanted()
    with site().sessions.reading() as session:
        found = reading.read(session, who().org_id, wanted)
        kinds = reading.kinds(session, who().org_id)
        verified = audit.verify(session, who().org_id) if "verify" in request.args else None
    return page(
        "log.html",
        errors,
        form="typed",
        found=found,
        kinds=kinds,
        wanted=wanted,
        verified=verified,
        kept={name: _asked(name) for name in ("person", "verb", "since", "until") if _asked(name)},
        days={name: _asked(name) for name in ("since", "until")},
        deed=_deed,
        at=_at,
    )


def _wanted() -> tuple[Wanted, dict[str, str]]:
    """What the address asks for, and which of its days are none."""
    errors: dict[str, str] = {}
    found: dict[str, Any] = {"verb": _asked("verb") or None}
    for name in ("since", "until"):
        found[name] = _read(date.fromisoformat, _asked(name))
        if request.args.get(name) and found[name] is None and not g.looks_again:
            errors[name] = words("log_day_unclear")
    found["person"] = _read(UUID, request.args.get("person", ""))
    found["before"] = _read(int, request.args.get("before", "")[:9])
    return Wanted(**found), errors


def _asked(name: str) -> str:
    """A value of the address; nothing where it holds what can't be typed, and no database takes."""
    value = request.args.get(name, "")
    return value if value.isprintable() else ""


def _read(kind: Any, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        return None


def _deed(verb: str) -> str:
    return gettext(DEEDS[verb]) if verb in DEEDS else verb


def _at(moment: datetime) -> str:
    return f"{long_date(moment.date(), spoken())}, {moment:%H:%M} UTC"
