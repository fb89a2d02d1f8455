"""Signing in with an organisation's own identity provider: OpenID Connect, authorization code flow with PKCE.

An account is known by a keyed hash of the provider's subject and by nothing else: an e-mail address or a personal
code is neither asked for nor looked at. Asking the provider is done between transactions.
"""

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from surveyapp.config import Config
from surveyapp.later import Later
from surveyapp.services import people, pre_sessions, staff_sessions
from surveyapp.services.fetching import Fetch, is_safe
from surveyapp.services.refusals import Refusal
from surveyapp.services.wrapping import derived
from surveyapp.store.inserts import insert_once
from surveyapp.store.organisations import Organisation
from surveyapp.store.signing_in import OidcLink
from surveyapp.store.tenancy import acting_for

if TYPE_CHECKING:
    from surveyapp.services import openid
else:
    openid = Later("surveyapp.services.openid")

_METHODS = ("client_secret_basic", "client_secret_post")


class Provider(NamedTuple):
    """Who is asked, as the settings say. ``organisation``: whose people sign in there."""

    issuer: str
    client_id: str
    client_secret: str
    organisation: str


class Found(NamedTuple):
    """Where a provider says it is asked, and how it wants to be told the secret."""

    provider: Provider
    authorization: str
    token: str
    keys: str
    method: str


class Leaving(NamedTuple):
    """``url``: where the browser goes; ``token``: for a cookie, until it comes back."""

    url: str
    token: str


def provider(config: Config) -> Provider | None:
    """The provider of the settings, None where none is set."""
    if config.oidc_issuer is None:
        return None
    return Provider(
        config.oidc_issuer,
        config.oidc_client_id or "",
        config.oidc_client_secret or "",
        config.oidc_organisation or "",
    )


def discover(fetch: Fetch, asked: Provider) -> Found:
    """Ask the provider where it is to be asked. Raises Refusal "unreachable" or "provider_unusable"."""
    address = f"{asked.issuer.rstrip('/')}/.well-known/openid-configuration"
    found = _document(fetch(address, None, {"Accept": "application/json"}))
    ends = [str(found.get(name)) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    offered = found.get("token_endpoint_auth_methods_supported", [_METHODS[0]])
    method = next((each for each in _METHODS if each in offered), None)
    usable = all(map(is_safe, ends))
    if found.get("issuer") != asked.issuer or not usable or method is None:
        raise Refusal("provider_unusable")
    return Found(asked, ends[0], ends[1], ends[2], method)


def leave(session: Session, there: Found, back: str, now: int) -> Leaving:
    """Send the browser to the provider. ``back``: the address it comes back to."""
    sent = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    url = openid.authorization(there.authorization, there.provider.client_id, back, sent)
    return Leaving(url, pre_sessions.remember(session, "oidc", sent | {"back": back}, now))


def returned(session: Session, token: str, state: str, now: int) -> Mapping[str, Any]:
    """What was kept for whoever comes back with this state in the same browser, once.

    Raises Refusal "provider_refused" for another browser's or an old one.
    """
    kept = pre_sessions.take(session, "oidc", token, now)
    if kept is None or not hmac.compare_digest(str(kept.values["state"]).encode(), state.encode("utf-8", "replace")):
        raise Refusal("provider_refused")
    return kept.values


def subject(fetch: Fetch, there: Found, kept: Mapping[str, Any], code: str, now: int) -> str:
    """Whom the provider means. ``kept``: of ``returned``. Raises Refusal "unreachable" or "provider_refused"."""
    client = openid.Client(there.provider.client_id, there.provider.client_secret, there.method)
    address, body, headers = openid.token_request(there.token, client, kept, code)
    answer = _document(fetch(address, body, headers))
    keys = _document(fetch(there.keys, None, {"Accept": "application/json"}))
    wanted = openid.Wanted(there.provider.issuer, there.provider.client_id, str(kept["nonce"]))
    found = openid.subject(str(answer.get("id_token", "")), keys, wanted, now)
    if found is None:
        raise Refusal("provider_refused")
    return found


def linked(session: Session, secrets: Sequence[str], org_id: UUID, asked: Provider, subject: str) -> UUID | None:
    """Whose account this is in the organisation. ``secrets``: as in the settings; older ones are replaced."""
    acting_for(session, org_id)
    present, *older = (_hash(secret, org_id, asked, subject) for secret in secrets)
    wanted = select(OidcLink.person_id, OidcLink.subject_hash).filter_by(org_id=org_id)
    row = session.execute(wanted.where(OidcLink.subject_hash.in_([present, *older]))).first()
    if row is None or org_id not in people.organisations_of(session, row.person_id):
        return None
    if row.subject_hash != present:
        old = update(OidcLink).filter_by(org_id=org_id, subject_hash=row.subject_hash)
        session.execute(old.values(subject_hash=present))
    person: UUID = row.person_id
    return person


def is_linked(session: Session, own: staff_sessions.Found, asked: Provider) -> bool | None:
    """Whether somebody can sign in with the provider where they act now; None where it isn't that organisation's."""
    if own.org_id is None:
        return None
    acting_for(session, own.org_id)
    speaks = select(Organisation.id).filter_by(org_id=own.org_id, slug=asked.organisation)
    if session.scalar(speaks) is None:
        return None
    return session.scalar(select(OidcLink.person_id).filter_by(org_id=own.org_id, person_id=own.person_id)) is not None


def link(session: Session, own: staff_sessions.Found, secret: str, asked: Provider, subject: str) -> None:
    """Let somebody who is signed in sign in with the provider from now on, in the organisation they act in.

    Raises Refusal "provider_taken" when another account is linked with the subject.
    """
    if own.org_id is None:
        raise Refusal("unknown_member")
    acting_for(session, own.org_id)
    row = {"org_id": own.org_id, "subject_hash": _hash(secret, own.org_id, asked, subject)}
    if not insert_once(session, OidcLink, **row, person_id=own.person_id):
        if session.scalars(select(OidcLink.person_id).filter_by(**row)).one() != own.person_id:
            raise Refusal("provider_taken")
        return
    people.changed_own(session, own, "provider_linked")


def unlink(session: Session, own: staff_sessions.Found) -> None:
    """Let somebody sign in with the provider no more."""
    if own.org_id is None:
        return
    acting_for(session, own.org_id)
    session.execute(delete(OidcLink).filter_by(org_id=own.org_id, person_id=own.person_id))
    people.changed_own(session, own, "provider_unlinked")


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refusal("provider_unusable")
    return found


def _hash(secret: str, org_id: UUID, asked: Provider, subject: str) -> bytes:
    key = derived(secret, "surveyapp subjects of identity providers")
    return hmac.digest(key, org_id.bytes + json.dumps([asked.issuer, subject]).encode(), "sha256")
