"""What is said to an identity provider and what its ID token says (OpenID Connect). Pure.

The libraries cost a worker some 2 MB, and one for enciphering 8 MB more: whoever needs this module loads it later.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures that only the provider can make; never "none", and none with a shared secret."""

_LEEWAY = 60
_SUBJECT = 255


class Client(NamedTuple):
    """How the provider knows this service. ``method``: how it wants to be told the secret."""

    id: str
    secret: str
    method: str


class Wanted(NamedTuple):
    """Whose token it must be, for whom, and of which request."""

    issuer: str
    client_id: str
    nonce: str


def authorization(address: str, client_id: str, back: str, sent: Mapping[str, str]) -> str:
    """Where the browser goes. ``back``: where it comes back to; ``sent``: "state", "nonce" and "verifier"."""
    url: str = prepare_grant_uri(
        address,
        client_id=client_id,
        response_type="code",
        redirect_uri=back,
        scope="openid",
        state=sent["state"],
        nonce=sent["nonce"],
        code_challenge=create_s256_code_challenge(sent["verifier"]),
        code_challenge_method="S256",
    )
    return url


def token_request(address: str, client: Client, kept: Mapping[str, Any], code: str) -> tuple[str, bytes, Any]:
    """Address, body and headers of the request for the token. ``kept``: "back" and "verifier" of the way there."""
    body = prepare_token_request(
        "authorization_code", "", code=code, redirect_uri=kept["back"], code_verifier=kept["verifier"]
    )
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    address, headers, body = ClientAuth(client.id, client.secret, client.method).prepare("POST", address, headers, body)
    return address, body.encode(), headers


def subject(token: str, keys: Mapping[str, Any], wanted: Wanted, now: int) -> str | None:
    """The subject of an ID token; None unless it is the provider's, for us, of now, and of this very request."""
    must = jwt.JWTClaimsRegistry(
        now=now,
        leeway=_LEEWAY,
        iss={"essential": True, "value": wanted.issuer},
        aud={"essential": True, "value": wanted.client_id},
        nonce={"essential": True, "value": wanted.nonce},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
    )
    try:
        claims = jwt.decode(token, KeySet.import_key_set({"keys": keys["keys"]}), algorithms=list(ALGORITHMS)).claims
        must.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != wanted.client_id:
        return None
    return str(claims["sub"]) if 0 < len(claims["sub"]) <= _SUBJECT else None
