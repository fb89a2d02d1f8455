"""Passkeys: keys of devices that unlock them by a finger, a face or a PIN. One shows both factors at once.

The challenge of each ceremony is kept on the server and good once. ``response``: the JSON that the browser's
``PublicKeyCredential.toJSON()`` gives.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from surveyapp.later import Later
from surveyapp.services import people, pre_sessions
from surveyapp.services.refusals import Refusal
from surveyapp.services.staff_sessions import Found
from surveyapp.store import clock
from surveyapp.store.signing_in import Passkey

if TYPE_CHECKING:
    from surveyapp.services import ceremonies
else:
    ceremonies = Later("surveyapp.services.ceremonies")

LONGEST_NAME = 64
_LONGEST = 16_384
_MOST = 10


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
    present = _check_adding(session, own)
    challenge = secrets.token_bytes(32)
    options = ceremonies.ask_to_make(here, own.person_id.bytes, email, challenge, present)
    token = pre_sessions.remember(session, "new_passkey", {"challenge": challenge.hex()}, now, own.person_id)
    return Ceremony(options, token)


def add(session: Session, here: Site, own: Found, answer: Answer, name: str) -> UUID:
    """Keep the key a device has made, under a name of its owner's; their other sessions end.

    Raises Refusal "passkey_refused" when anything is wrong with it, or the device didn't ask who is there, and as
    ``begin_adding`` and ``people.read_name`` do.
    """
    called = people.read_name(name, LONGEST_NAME)
    _check_adding(session, own)
    kept = pre_sessions.take(session, "new_passkey", answer.token, clock.seconds(session))
    if kept is None or kept.person_id != own.person_id or len(answer.response) > _LONGEST:
        raise Refusal("passkey_refused")
    made = ceremonies.read_made(here, answer.response, bytes.fromhex(kept.values["challenge"]))
    if made is None:
        raise Refusal("passkey_refused")
    passkey = Passkey(
        id=uuid4(),
        person_id=own.person_id,
        credential_hash=_hash(made.credential_id),
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=called,
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
    wanted = _ids(session, person_id) if person_id else None
    options = ceremonies.ask_to_show(here, challenge, wanted)
    token = pre_sessions.remember(session, "passkey", {"challenge": challenge.hex()}, now, person_id)
    return Ceremony(options, token)


def show(session: Session, here: Site, answer: Answer, now: int) -> UUID | None:
    """Whose key has answered; None when it is nobody's, another person's, a copy's, or anything else is wrong."""
    kept = pre_sessions.take(session, "passkey", answer.token, now)
    passkey = _answering(session, answer.response) if kept and len(answer.response) <= _LONGEST else None
    if kept is None or passkey is None or kept.person_id not in {None, passkey.person_id}:
        return None
    challenge = bytes.fromhex(kept.values["challenge"])
    key = (passkey.public_key, passkey.sign_count)
    count = ceremonies.read_shown(here, answer.response, challenge, key)
    if count is None:
        return None
    passkey.sign_count = count
    session.flush()
    return passkey.person_id


def listed(person_id: UUID) -> Select[Passkey]:
    """Somebody's keys, by name."""
    return select(Passkey).filter_by(person_id=person_id).order_by(Passkey.name, Passkey.id)


def remove(session: Session, own: Found, passkey_id: UUID) -> None:
    """Let one of one's own keys count no more; one's other sessions end. Raises Refusal "unknown_passkey"."""
    gone = delete(Passkey).filter_by(id=passkey_id, person_id=own.person_id).returning(Passkey.id)
    if session.execute(gone).first() is None:
        raise Refusal("unknown_passkey")
    people.changed_own(session, own, "passkey_removed")


def _check_adding(session: Session, own: Found) -> Sequence[bytes]:
    people.check_own(session, own)
    present = _ids(session, own.person_id)
    if len(present) >= _MOST:
        raise Refusal("too_many_passkeys", {"limit": _MOST})
    return present


def _ids(session: Session, person_id: UUID) -> Sequence[bytes]:
    return session.scalars(select(Passkey.credential_id).filter_by(person_id=person_id)).all()


def _answering(session: Session, response: str) -> Passkey | None:
    """The key that the response names, held until the transaction ends: its count must not be taken twice."""
    try:
        named = json.loads(response)["rawId"]
        credential_id = base64.urlsafe_b64decode(named + "=" * (-len(named) % 4))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    wanted = select(Passkey).filter_by(credential_hash=_hash(credential_id)).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).first()


def _hash(credential_id: bytes) -> bytes:
    return hashlib.sha256(credential_id).digest()
