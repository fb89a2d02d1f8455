"""Pages of the staff: the respondents' shell, addresses that keep language and type size, and forms with their errors."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, g, make_response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Redirect
from wtforms import Form

from surveyapp.languages import translations_for
from surveyapp.services.refusals import Refusal
from surveyapp.web.languages import spoken
from surveyapp.web.manage.own_forms import hidden, retyped
from surveyapp.web.pieces import render
from surveyapp.web.respond.choices import size
from surveyapp.web.respond.shells import plain_shell
from surveyapp.web.respond.views import SIZES, SummaryRow
from surveyapp.web.site import site
from surveyapp.wording import say

_SECTIONS = {
    **{name: name for name in ("home", "people", "log", "texts")},
    **dict.fromkeys(("analyse", "clients", "rows", "running"), "results"),
    **dict.fromkeys(("account", "factors", "passkeys", "provider"), "account"),
}
"""Blueprint -> the section of which it is marked that somebody is in it."""

NO_ERRORS: Mapping[str, str] = {}
NOTHING: MultiDict[str, str] = MultiDict()


def to(endpoint: str, **values: Any) -> str:
    """The address of a staff page, in the language and size of this one."""
    return _address(_chosen(), endpoint, **values)


def _chosen() -> str:
    """The part of an address that keeps language and size of this page."""
    larger = {} if _size() == SIZES[0] else {"size": _size()}
    return urlencode({"lang": spoken(), **larger})


def _address(chosen: str, endpoint: str, /, **values: Any) -> str:
    named = _named(endpoint)
    path = url_for(endpoint, **{name: values.pop(name) for name in named}) if named else _path(endpoint)
    asked = urlencode({name: value for name, value in values.items() if value is not None}, safe="/")
    return f"{path}?{chosen}&{asked}" if asked else f"{path}?{chosen}"


@cache
def _named(endpoint: str) -> frozenset[str]:
    """What has to be named in the path of a page."""
    return frozenset(name for rule in current_app.url_map.iter_rules(endpoint) for name in rule.arguments)


@cache
def _path(endpoint: str) -> str:
    """The path of a page in which nothing is named: making one takes Werkzeug a tenth of a millisecond."""
    return url_for(endpoint)


def go(endpoint: str, **values: Any) -> Redirect:
    """Send the browser to another staff page."""
    return redirect(to(endpoint, **values), 303)


def words(code: str, values: Mapping[str, Any] = NO_ERRORS) -> str:
    """The sentence of a code."""
    return say(code, values, translations_for(spoken()))


def of_form(form: Form) -> dict[str, str]:
    """Field -> what is wrong in it; validators speak in codes."""
    return {field.name: words(str(field.errors[0])) for field in form if field.errors}


def of_refusal(field: str, refusal: Refusal) -> dict[str, str]:
    """A service's refusal, beside the field it is about."""
    return {field: words(refusal.code, refusal.values)}


def page(
    template: str, errors: Mapping[str, str] = NO_ERRORS, status: int = 200, form: str = "", **given: Any
) -> Response:
    """A page; with errors it says so in title and summary, and answers 422.

    ``template``: among the staff's, or with its folder.
    ``form``: id of the form in it in which people type what must not be lost when they change language or size;
    ``typed``: what stands in it before they do.
    """
    before = given.pop("typed", NOTHING)
    rows = tuple(SummaryRow(f"#{name}", text) for name, text in errors.items())
    shell = replace(plain_shell(_here()), size=_size(), form=form)
    shown = render(
        template if "/" in template else f"manage/{template}",
        shell=shell,
        to=partial(_address, _chosen()),
        who=g.get("who"),
        section=_SECTIONS.get(request.blueprint or ""),
        hidden=hidden(),
        provider=site().config.oidc_issuer is not None,
        errors=rows,
        wrong=errors,
        retype=gettext("A passphrase is never kept on a page: please type it again.") if retyped() else "",
        typed=request.form if errors or g.get("looks_again") else before,
        **given,
    )
    return make_response(shown, 422 if errors and status == 200 else status)


def waiting(template: str, seconds: int, field: str, **given: Any) -> Response:
    """Too many tries: the same page, with the time to wait."""
    response = page(template, {field: words("wait", {"seconds": seconds})}, 429, **given)
    response.headers["Retry-After"] = str(seconds)
    return response


def _here() -> str:
    """The path of this page, or of the nearest one above it that can be opened by a link."""
    path = request.path
    while "/" in path[1:] and route(path, "GET") is None:
        path = path.rpartition("/")[0]
    return path


def route(path: str, method: str) -> tuple[str, Mapping[str, Any]] | None:
    """Endpoint and values of what is at a path of ours; None for nothing."""
    try:
        return current_app.url_map.bind("").match(path, method=method)
    except HTTPException:
        return None


def _size() -> int:
    """The type size a button has just asked for, else that of the address."""
    pressed: int = g.get("size") or size()
    return pressed
