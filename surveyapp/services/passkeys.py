"""Passkeys: keys of devices that unlock them by a finger, a face or a PIN. One shows both factors at once.

The challenge of each ceremony is kept on the server and good once. ``response``: the JSON that the browser's
``PublicKeyCredential.toJSON()`` gives.
"""

import base64
import hashlib
import json
import secrets
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import webauthn
from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from surveyapp.services import people, pre_sessions
from surveyapp.services.refusals import Refusal
from surveyapp.services.staff_sessions import Found
from surveyapp.store import clock
from surveyapp.store.signing_in import Passkey

_NAME = 64
_LONGEST = 16_384
_MOST = 10
_BROKEN = (WebAuthnException, ValueError, KeyError, TypeError, RecursionError)
"""What comes of a response that was not made by a browser."""


class Site(NamedTuple):
    """What keys are bound to: the host's name, and the address pages are opened at."""

    host: str
    origin: str
    name: str = "surveyapp"


class Answer(NamedTuple):
    """What a browser answers with: the ceremony's token, and the device's response."""

    token: str
    response: str


class Ceremony(NamedTuple):
    """``options``: JSON for the browser; ``token``: for a cookie, until it answers."""

    options: str
    token: str


def site(public_url: str) -> Site:
    """The site of the settings' PUBLIC_URL."""
    parts = urlsplit(public_url)
    return Site(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def begin_adding(session: Session, here: Site, own: Found, email: str, now: int) -> Ceremony:
    """Ask a device for a new key. Raises Refusal "too_many_passkeys", and as ``people.check_own`` does."""
    people.check_own(session, own)
    present = _descriptors(session, own.person_id)
    if len(present) >= _MOST:
        raise Refusal("too_many_passkeys", {"limit": _MOST})
    challenge = secrets.token_bytes(32)
    options = webauthn.generate_registration_options(
        rp_id=here.host,
        rp_name=here.name,
        user_id=own.person_id.bytes,
        user_name=email,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=present,
    )
    token = pre_sessions.remember(session, "new_passkey", {"challenge": challenge.hex()}, now, own.person_id)
    return Ceremony(webauthn.options_to_json(options), token)


def add(session: Session, here: Site, own: Found, answer: Answer, name: str) -> UUID:
    """Keep the key a device has made, under a name of its owner's; their other sessions end.

    Raises Refusal "passkey_refused" when anything is wrong with it, or the device didn't ask who is there.
    """
    kept = pre_sessions.take(session, "new_passkey", answer.token, clock.seconds(session))
    if kept is None or kept.person_id != own.person_id or len(answer.response) > _LONGEST:
        raise Refusal("passkey_refused")
    try:
        made = webauthn.verify_registration_response(
            credential=answer.response,
            expected_challenge=bytes.fromhex(kept.values["challenge"]),
            expected_rp_id=here.host,
            expected_origin=here.origin,
            require_user_verification=True,
        )
    except _BROKEN:
        raise Refusal("passkey_refused") from None
    passkey = Passkey(
        id=uuid4(),
        person_id=own.person_id,
        credential_hash=_hash(made.credential_id),
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name="".join(letter for letter in name if letter.isprintable()).strip()[:_NAME],
    )
    if session.scalar(select(Passkey.id).filter_by(credential_hash=passkey.credential_hash)) is not None:
        raise Refusal("passkey_refused")
    session.add(passkey)
    session.flush()
    people.changed_own(session, own, "passkey_added")
    return passkey.id


def begin(session: Session, here: Site, now: int, person_id: UUID | None = None) -> Ceremony:
    """Ask for a key: of this person, or of whoever is there, so that nobody learns who has one."""
    challenge = secrets.token_bytes(32)
    options = webauthn.generate_authentication_options(
        rp_id=here.host,
        challenge=challenge,
        allow_credentials=_descriptors(session, person_id) if person_id else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    token = pre_sessions.remember(session, "passkey", {"challenge": challenge.hex()}, now, person_id)
    return Ceremony(webauthn.options_to_json(options), token)


def show(session: Session, here: Site, answer: Answer, now: int) -> UUID | None:
    """Whose key has answered; None when it is nobody's, another person's, a copy's, or anything else is wrong."""
    kept = pre_sessions.take(session, "passkey", answer.token, now)
    passkey = _answering(session, answer.response) if kept and len(answer.response) <= _LONGEST else None
    if kept is None or passkey is None or kept.person_id not in {None, passkey.person_id}:
        return None
    try:
        shown = webauthn.verify_authentication_response(
            credential=answer.response,
            expected_challenge=bytes.fromhex(kept.values["challenge"]),
            expected_rp_id=here.host,
            expected_origin=here.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _BROKEN:
        return None
    passkey.sign_count = shown.new_sign_count
    session.flush()
    return passkey.person_id


def listed(person_id: UUID) -> Select[Passkey]:
    """Somebody's keys, by name."""
    return select(Passkey).filter_by(person_id=person_id).order_by(Passkey.name, Passkey.id)


def rename(session: Session, own: Found, passkey_id: UUID, name: str) -> None:
    """Give one of one's own keys another name."""
    mine = update(Passkey).filter_by(id=passkey_id, person_id=own.person_id)
    session.execute(mine.values(name="".join(letter for letter in name if letter.isprintable()).strip()[:_NAME]))


def remove(session: Session, own: Found, passkey_id: UUID) -> None:
    """Let one of one's own keys count no more; one's other sessions end. Raises Refusal "unknown_passkey"."""
    gone = delete(Passkey).filter_by(id=passkey_id, person_id=own.person_id).returning(Passkey.id)
    if session.execute(gone).first() is None:
        raise Refusal("unknown_passkey")
    people.changed_own(session, own, "passkey_removed")


def _descriptors(session: Session, person_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    ids = session.scalars(select(Passkey.credential_id).filter_by(person_id=person_id))
    return [PublicKeyCredentialDescriptor(id=each) for each in ids]


def _answering(session: Session, response: str) -> Passkey | None:
    """The key that the response names, held until the transaction ends: its count must not be taken twice."""
    try:
        named = json.loads(response)["rawId"]
        credential_id = base64.urlsafe_b64decode(named + "=" * (-len(named) % 4))
    except _BROKEN:
        return None
    wanted = select(Passkey).filter_by(credential_hash=_hash(credential_id)).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).first()


def _hash(credential_id: bytes) -> bytes:
    return hashlib.sha256(credential_id).digest()
