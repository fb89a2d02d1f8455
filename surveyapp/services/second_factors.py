"""Second factors that are typed: codes of an authenticator app, and recovery codes for when it is lost.

A code is good once: the step it belongs to is stored, and neither it nor an earlier one is taken again.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import pyotp
from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    ScalarSelect,
    Update,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from surveyapp.services import people
from surveyapp.services.codes import LETTERS, digest
from surveyapp.services.refusals import Refusal
from surveyapp.services.staff_sessions import Found
from surveyapp.services.wrapping import Wrapping
from surveyapp.store.inserts import insert_or_replace
from surveyapp.store.people import Person
from surveyapp.store.signing_in import Passkey, RecoveryCode, Totp

ISSUER = "surveyapp"
RECOVERY_CODES = 10
_STEP = 30
_AROUND = (0, -1, 1)
_LETTERS = 16
_GROUP = 4


_Whose = ColumnElement[UUID] | InstrumentedAttribute[UUID]


class Factors(NamedTuple):
    """What somebody can show beside a passphrase."""

    app: bool
    passkeys: int
    recovery_codes: int

    @property
    def any(self) -> bool:
        """There is one; recovery codes alone don't count."""
        return self.app or self.passkeys > 0


class Beginning(NamedTuple):
    """What an authenticator app has to be told, to be typed or as a QR code."""

    secret: str
    uri: str


def wrapping(secrets: Sequence[str]) -> Wrapping:
    """Wraps the secrets of apps. ``secrets``: as in the settings, the present one first."""
    return Wrapping(secrets, "surveyapp secrets of authenticator apps")


def of(session: Session, person_id: UUID) -> Factors:
    """The second factors somebody has."""
    app, passkeys, codes = session.execute(select(*counts(literal(person_id)))).one()
    return Factors(app > 0, passkeys, codes)


def counts(whose: _Whose) -> tuple[ScalarSelect[int], ScalarSelect[int], ScalarSelect[int]]:
    """In a statement: how many somebody has of what ``Factors`` tells, in its order."""
    return _count(Totp, whose, confirmed=True), _count(Passkey, whose), _count(RecoveryCode, whose)


def _count(row: type[Totp | Passkey | RecoveryCode], whose: _Whose, **also: bool) -> ScalarSelect[int]:
    return select(func.count()).select_from(row).filter_by(person_id=whose, **also).scalar_subquery()


def begin_app(session: Session, wraps: Wrapping, own: Found, email: str) -> Beginning:
    """Make a secret that counts once a code of it was shown.

    Raises Refusal "app_exists" where one counts already, and as ``people.check_own`` does.
    """
    people.check_own(session, own)
    secret = secrets.token_bytes(20)
    mine = {"person_id": own.person_id, "wrapped": wraps.wrap(own.person_id, secret), "confirmed": False, "step": 0}
    if not insert_or_replace(session, Totp, mine, ~Totp.confirmed):
        raise Refusal("app_exists")
    return described(base64.b32encode(secret).decode(), email)


def held() -> ColumnElement[bool]:
    """In a statement about people: they have a second factor."""
    app = select(Totp.person_id).where(Totp.person_id == Person.id, Totp.confirmed).exists()
    return app | select(Passkey.id).where(Passkey.person_id == Person.id).exists()


def described(secret: str, email: str) -> Beginning:
    """What an app is told of a secret, once more while its first code is awaited."""
    return Beginning(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER))


def confirm_app(session: Session, wraps: Wrapping, own: Found, code: str, now: int) -> tuple[str, ...] | None:
    """Let the app count from now on, and end the person's other sessions; returns new recovery codes.

    None for a wrong code.
    """
    letters = "".join(letter for letter in code if letter.isalnum())
    if not _shown(session, wraps, _Which(own.person_id, confirmed=False), letters, now):
        return None
    session.execute(update(Totp).filter_by(person_id=own.person_id).values(confirmed=True))
    people.changed_own(session, own, "app_added")
    return new_recovery_codes(session, own)


def remove_app(session: Session, own: Found) -> None:
    """Let the app count no more; recovery codes go with the last factor they stand for."""
    session.execute(delete(Totp).filter_by(person_id=own.person_id))
    if not of(session, own.person_id).any:
        session.execute(delete(RecoveryCode).filter_by(person_id=own.person_id))
    people.changed_own(session, own, "app_removed")


def new_recovery_codes(session: Session, own: Found) -> tuple[str, ...]:
    """Ten codes in place of those there were, to be shown once: only their hashes are kept."""
    session.execute(delete(RecoveryCode).filter_by(person_id=own.person_id))
    made = ["".join(secrets.choice(LETTERS) for _ in range(_LETTERS)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(person_id=own.person_id, code_hash=digest(code)) for code in made)
    session.flush()
    people.note_own(session, own, "recovery_codes_made")
    return tuple("-".join(code[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP)) for code in made)


def show(session: Session, wraps: Wrapping, person_id: UUID, code: str, now: int) -> bool:
    """Whether this is a code of the app or a recovery code; it is used up by that."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    if len(letters) == _LETTERS:
        used = delete(RecoveryCode).filter_by(person_id=person_id, code_hash=digest(letters))
        return _changes_one(session, used)
    return _shown(session, wraps, _Which(person_id, confirmed=True), letters, now)


class _Which(NamedTuple):
    person_id: UUID
    confirmed: bool


def _shown(session: Session, wraps: Wrapping, which: _Which, code: str, now: int) -> bool:
    whose, mine = which.person_id, which._asdict()
    row = session.execute(select(Totp.wrapped, Totp.step).filter_by(**mine).with_for_update()).first()
    secret = wraps.unwrap(whose, row.wrapped) if row else None
    if row is None or secret is None:
        return False
    totp, typed = _totp(secret), code.encode("utf-8", "replace")
    fitting = [step for step in _steps(now) if hmac.compare_digest(totp.generate_otp(step).encode(), typed)]
    step = next((each for each in fitting if each > row.step), None)
    if step is None:
        return False
    wrapped = wraps.wrap(whose, secret) if wraps.is_old(whose, row.wrapped) else row.wrapped
    used = update(Totp).filter_by(**mine).where(Totp.step < step).values(step=step, wrapped=wrapped)
    return _changes_one(session, used)


def _steps(now: int) -> list[int]:
    """The step of this moment and those beside it: clocks of phones are a little wrong, and people type slowly."""
    return [now // _STEP + around for around in _AROUND]


def _totp(secret: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(base64.b32encode(secret).decode())


def _changes_one(session: Session, statement: Update | Delete) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)  # noqa: S101 - for mypy: what these statements always return
    return result.rowcount == 1
