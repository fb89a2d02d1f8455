"""Secrets that are stored enciphered under a key made from SECRET_KEY, each bound to what it belongs to."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from surveyapp.later import Later

if TYPE_CHECKING:
    from surveyapp.services import ciphers
else:
    ciphers = Later("surveyapp.services.ciphers")


class Wrapping:
    """Wraps and unwraps for one purpose.

    ``secrets``: the service's present secret first, then older ones under which something may still be wrapped.
    """

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        self._secrets, self._purpose = secrets, purpose

    @cached_property
    def _keys(self) -> list[bytes]:
        return [derived(secret, self._purpose) for secret in self._secrets]

    def wrap(self, owner: UUID, secret: bytes) -> bytes:
        """The secret enciphered under the present key, 28 bytes longer, different each time."""
        return ciphers.sealed(self._keys[0], secret, owner.bytes)

    def unwrap(self, owner: UUID, wrapped: bytes) -> bytes | None:
        """The secret again; None when it is another owner's, or the key isn't known any more."""
        found = (ciphers.opened(key, wrapped, owner.bytes) for key in self._keys)
        return next((secret for secret in found if secret is not None), None)

    def is_old(self, owner: UUID, wrapped: bytes) -> bool:
        """The secret opens, but not under the present key."""
        present = ciphers.opened(self._keys[0], wrapped, owner.bytes)
        return present is None and self.unwrap(owner, wrapped) is not None


def derived(secret: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, from the service's secret."""
    return ciphers.derived(secret, purpose)
