"""What a site asks a device for when it makes or shows a passkey, and what it makes of the answer (WebAuthn level 3).

The library costs a worker 7 MB: whoever needs this module loads it only then.
"""

from collections.abc import Sequence
from typing import NamedTuple

import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

_BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, RecursionError)
"""What comes of a response that was not made by a browser."""


Here = tuple[str, str, str]
"""A site: host, address of its pages, name."""


class Made(NamedTuple):
    """A key that a device has made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def ask_to_make(here: Here, person: bytes, email: str, challenge: bytes, present: Sequence[bytes]) -> str:
    """JSON for the browser. ``present``: ids of keys that are there already."""
    host, _, name = here
    options = webauthn.generate_registration_options(
        rp_id=host,
        rp_name=name,
        user_id=person,
        user_name=email,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(present),
    )
    return webauthn.options_to_json(options)


def read_made(here: Here, response: str, challenge: bytes) -> Made | None:
    """The key, or None when anything is wrong with it, or the device didn't ask who is there."""
    host, origin, _ = here
    try:
        made = webauthn.verify_registration_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            require_user_verification=True,
        )
    except _BROKEN:
        return None
    return Made(made.credential_id, made.credential_public_key, made.sign_count)


def ask_to_show(here: Here, challenge: bytes, wanted: Sequence[bytes] | None) -> str:
    """JSON for the browser. ``wanted``: ids of keys, None for any."""
    host, _, _ = here
    options = webauthn.generate_authentication_options(
        rp_id=host,
        challenge=challenge,
        allow_credentials=None if wanted is None else _descriptors(wanted),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def read_shown(here: Here, response: str, challenge: bytes, key: tuple[bytes, int]) -> int | None:
    """The key's new count, or None when it isn't this key, a copy of it, or anything else is wrong.

    ``key``: the public key and its last count.
    """
    host, origin, _ = here
    try:
        shown = webauthn.verify_authentication_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=key[0],
            credential_current_sign_count=key[1],
            require_user_verification=True,
        )
    except _BROKEN:
        return None
    return shown.new_sign_count


def _descriptors(ids: Sequence[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in ids]
