"""An identity provider that speaks OpenID Connect on this machine, and lies where it is told to."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

from flask import Flask, abort, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

CLIENT, SECRET = "surveyapp", "the provider's secret: with a colon & more"


class IdentityProvider:
    """``lies``: claims that are told instead; None leaves one out. ``header``: what else stands in a token's header. ``subject``: who is signed in there."""

    def __init__(self) -> None:
        self.issuer = ""
        self.subject = "EE-10101010005"
        self.lies: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.key: Any = RSAKey.generate_key(2048, {"kid": "one"})
        self.published = [self.key]
        self.algorithm = "RS256"
        self.header: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []

    def app(self) -> Flask:
        """Its four addresses."""
        app = Flask("identity provider")
        app.add_url_rule("/.well-known/openid-configuration", view_func=self._configuration)
        app.add_url_rule("/authorize", view_func=self._authorize)
        app.add_url_rule("/token", view_func=self._token, methods=["POST"])
        app.add_url_rule("/keys", view_func=self._keys)
        return app

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.metadata,
        }

    def _keys(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self.published]}

    def _authorize(self) -> Response:
        asked = request.args.to_dict()
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert asked["scope"] == "openid", "no address and no personal code is asked for"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _token(self) -> dict[str, str]:
        self.asked.append(request.form.to_dict())
        given = request.authorization
        if (given.username, given.password) != (CLIENT, SECRET) if given else True:
            abort(401)
        asked = self.codes.pop(request.form["code"], None)
        challenge = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        if (
            asked is None
            or asked["redirect_uri"] != request.form["redirect_uri"]
            or asked["code_challenge"] != _encoded(challenge)
        ):
            abort(400)
        return {"access_token": "unused", "token_type": "Bearer", "id_token": self._id_token(asked["nonce"])}

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "sub": self.subject, "nonce": nonce, "iat": now, "exp": now + 300}
        claims = {name: value for name, value in {**told, **self.lies}.items() if value is not None}
        if self.algorithm in {"none", "HS256"}:
            return self._by_hand(claims)
        header = {"alg": self.algorithm, "kid": "one", **self.header}
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])

    def _by_hand(self, claims: dict[str, Any]) -> str:
        """What no library makes: no signature, or one with the public key, taken for a shared secret."""
        parts = [json.dumps({"alg": self.algorithm, "kid": "one"}).encode(), json.dumps(claims).encode()]
        said = ".".join(_encoded(part) for part in parts)
        shared = self.key.as_pem(private=False)
        signature = hmac.digest(shared, said.encode(), "sha256") if self.algorithm == "HS256" else b""
        return f"{said}.{_encoded(signature)}"

    def sign_with_another_key(self) -> None:
        """A key that isn't published."""
        self.key = RSAKey.generate_key(2048, {"kid": "one"})

    def bring_its_own_key(self) -> None:
        """A key that isn't published but stands in the token, as does an address to fetch it from."""
        self.sign_with_another_key()
        self.header = {"jwk": self.key.as_dict(private=False), "jku": f"{self.issuer}/another"}

    def sign_with_a_curve(self) -> None:
        """Another kind of key, which is published."""
        self.key, self.algorithm = ECKey.generate_key("P-256", {"kid": "one"}), "ES256"
        self.published = [self.key]


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


@contextmanager
def running() -> Iterator[IdentityProvider]:
    """A provider that answers, until the end of the block."""
    provider = IdentityProvider()
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        self.sent_to = newurl


def visit(url: str) -> dict[str, str]:
    """A browser goes to the provider, signs in there and is sent back: with which values."""
    stay = _Stay()
    try:
        build_opener(stay).open(url, timeout=10).close()
    except OSError as answer:
        assert answer.code == 302  # noqa: PT017 - a redirect that isn't followed
        answer.close()
    return {name: values[0] for name, values in parse_qs(urlsplit(stay.sent_to).query).items()}
