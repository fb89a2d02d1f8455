"""Signing in with an organisation's identity provider, and linking one's account with it.

The browser is led there by a link on a page of ours: a form that was sent may not end at another host. It comes back by
a GET, which is the provider's to choose; what was kept for it is good once and bound to the browser by a cookie.
"""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from surveyapp.services import limits, oidc, people, staffing
from surveyapp.services import sign_in as signing
from surveyapp.services.fetching import fetch
from surveyapp.services.oidc import Found, Provider
from surveyapp.web.manage import cookies
from surveyapp.web.manage.allowed import allows, change, renewed, who
from surveyapp.web.manage.devices import known, visitor
from surveyapp.web.manage.own_forms import bind_to_visitor
from surveyapp.web.manage.pages import go, page, words
from surveyapp.web.manage.sign_in import after
from surveyapp.web.site import site

provider = Blueprint("provider", __name__)

_SIGN_IN, _LINK = "/sign-in/provider/back", "/manage/account/provider/back"


@provider.post("/sign-in/provider")
def leave() -> ResponseReturnValue:
    """Show the way to the provider."""
    bind_to_visitor()
    with site().sessions.begin() as session:
        limits.count(session, limits.SIGN_INS, request.remote_addr, staffing.now(session), known().device)
    return _leave(_SIGN_IN)


@provider.get(_SIGN_IN)
def back() -> ResponseReturnValue:
    """Somebody has signed in there, or has not."""
    bind_to_visitor()
    there, subject = _vouched()
    with site().sessions.begin() as session:
        org_id, _ = people.organisation(session, there.provider.organisation)
        person = oidc.linked(session, site().config.secrets, org_id, there.provider, subject)
        outcome = signing.with_provider(session, org_id, person, visitor())
        if outcome.state != "wrong":
            limits.forgive(session, limits.SIGN_INS, request.remote_addr, staffing.now(session), known().device)
    if outcome.state == "wrong":
        return page("declined.html", status=422, words=words("provider_unknown"))
    return after(outcome, "sign_in.html", {})


@provider.post("/manage/account/provider")
@allows(early=True, fresh=True)
def leave_to_link() -> ResponseReturnValue:
    """The same, to link the account that is signed in."""
    _own_organisation(_asked())
    return _leave(_LINK)


@provider.get(_LINK)
@allows(early=True, fresh=True)
def link() -> ResponseReturnValue:
    """Let somebody sign in with the provider from now on."""
    there, subject = _vouched()
    _own_organisation(there.provider)
    secret, me = site().config.secrets[0], who()

    def work(session: Session) -> str:
        oidc.link(session, me.own, secret, there.provider, subject)
        return renewed(session)

    cookies.give(cookies.SESSION, change(work))
    return go("account.show")


@provider.post("/manage/account/provider/unlink")
@allows(early=True, fresh=True)
def unlink() -> ResponseReturnValue:
    """Sign in with it no more."""

    def work(session: Session) -> str:
        oidc.unlink(session, who().own)
        return renewed(session)

    cookies.give(cookies.SESSION, change(work))
    return go("account.show")


def _asked() -> Provider:
    found = oidc.provider(site().config)
    if found is None:
        abort(404)
    return found


def _own_organisation(asked: Provider) -> None:
    """A provider speaks for one organisation: nobody links an account of another one with it."""
    with site().sessions.reading() as session:
        org_id, _ = people.organisation(session, asked.organisation)
    if who().own.org_id != org_id:
        abort(404)


def _leave(path: str) -> ResponseReturnValue:
    there = oidc.discover(fetch, _asked())
    with site().sessions.begin() as session:
        leaving = oidc.leave(session, there, f"{site().config.public_url}{path}", staffing.now(session))
    cookies.give(cookies.PROVIDER, leaving.token)
    return page("provider.html", form="typed", url=leaving.url, again=request.endpoint)


def _vouched() -> tuple[Found, str]:
    """Whom the provider means. Raises Refusal as ``oidc`` does."""
    token, state = cookies.given(cookies.PROVIDER) or "", request.args.get("state", "")
    asked = _asked()
    cookies.drop(cookies.PROVIDER)
    with site().sessions.begin() as session:
        now = staffing.now(session)
        kept = oidc.returned(session, token, state, now)
    there = oidc.discover(fetch, asked)
    return there, oidc.subject(fetch, there, kept, request.args.get("code", ""), now)
