"""Signed form tokens: a page proves that this service made it. They carry no time, so an old form still works."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence


class FormTokens:
    """Makes and checks the hidden token of a form for one purpose and the objects it is about.

    ``secrets``: the present secret first, then older ones that are still accepted.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = [hmac.digest(secret.encode(), b"surveyapp form token", hashlib.sha256) for secret in secrets]

    def make(self, purpose: str, *objects: str) -> str:
        """Token of 32 characters for a purpose ("open", "answer", …) and the ids it is bound to."""
        return _token(self._keys[0], purpose, objects)

    def accepts(self, token: str, purpose: str, *objects: str) -> bool:
        """The token was made here for exactly this purpose and these objects."""
        given = token.encode("utf-8", "replace")
        return any(hmac.compare_digest(given, _token(key, purpose, objects).encode()) for key in self._keys)


def _token(key: bytes, purpose: str, objects: Sequence[str]) -> str:
    message = "\x1f".join((purpose, *objects)).encode()
    return urlsafe_b64encode(hmac.digest(key, message, hashlib.sha256)[:24]).decode()
