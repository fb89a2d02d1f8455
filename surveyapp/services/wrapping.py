"""Secrets that are stored enciphered under a key made from SECRET_KEY, each bound to what it belongs to."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Wrapping:
    """Wraps and unwraps for one purpose.

    ``secrets``: the service's present secret first, then older ones under which something may still be wrapped.
    """

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        self._ciphers = [AESGCM(derived(secret, purpose)) for secret in secrets]

    def wrap(self, owner: UUID, secret: bytes) -> bytes:
        """The secret enciphered under the present key, 28 bytes longer, different each time."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, secret, owner.bytes)

    def unwrap(self, owner: UUID, wrapped: bytes) -> bytes | None:
        """The secret again; None when it is another owner's, or the key isn't known any more."""
        opened = (_open(cipher, owner, wrapped) for cipher in self._ciphers)
        return next((secret for secret in opened if secret is not None), None)

    def is_old(self, owner: UUID, wrapped: bytes) -> bool:
        """The secret opens, but not under the present key."""
        return _open(self._ciphers[0], owner, wrapped) is None and self.unwrap(owner, wrapped) is not None


def derived(secret: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, from the service's secret."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


def _open(cipher: AESGCM, owner: UUID, wrapped: bytes) -> bytes | None:
    try:
        return cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], owner.bytes)
    except (InvalidTag, ValueError):
        return None
