"""One-line builders for the staff side: an organisation, somebody employed there, somebody signed in."""

import base64
from functools import cache
from typing import NamedTuple
from uuid import UUID, uuid4

import pyotp
from sqlalchemy.orm import Session

from surveyapp.services import audit, passwords, people, second_factors, sign_in, staff_sessions
from surveyapp.services.audit import OPERATOR
from surveyapp.services.people import Grant
from surveyapp.services.programmes import new_node
from surveyapp.services.second_factors import Beginning
from surveyapp.services.sign_in import Code, Outcome, Visitor
from surveyapp.services.staff_sessions import Found
from surveyapp.store import clock
from surveyapp.store.audit import AuditEntry
from surveyapp.store.people import Person
from surveyapp.store.programmes import Directory
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import Passkey
from surveyapp.store.tenancy import elsewhere
from tests.conftest import SECRET

PASSPHRASE = "a hedgehog under the birch"
OTHER = "three quiet mornings in May"
HOME = Visitor("192.0.2.7", "Firefox on Linux")
ELSEWHERE = Visitor("198.51.100.7", "Safari on iPhone")
HERE = Visitor("127.0.0.1", "this machine")
WRAPS = second_factors.wrapping([SECRET])


@cache
def hash_of(passphrase: str) -> str:
    """A passphrase as it is stored; hashed once for all tests."""
    return passwords.hashed(passphrase, "nobody@example.org")


def office(session: Session, name: str = "town") -> UUID:
    """An organisation of that name with a programme in the directory, as each has; its id is its root's, too."""
    org_id = uuid4()
    session.add(Directory(slug=org_id.hex, org_id=org_id))
    with elsewhere(session, org_id):
        root = new_node(session, org_id, org_id, name)
        root.kind, root.parent_id, root.name = "owner", None, {"en": name}
    return org_id


def branch(session: Session, org_id: UUID, name: str = "branch") -> UUID:
    """A part of an organisation."""
    with elsewhere(session, org_id):
        node = new_node(session, org_id, uuid4(), name)
        node.kind, node.parent_id, node.name = "provider", org_id, {"en": name}
    return node.id


def employed(session: Session, org_id: UUID, email: str = "anna@example.org", role: str = "manager") -> UUID:
    """Somebody with an account, a passphrase and a role."""
    person = people.by_email(session, email)
    if person is None:
        person = Person(id=uuid4(), email=email, name="", language="en", password=hash_of(PASSPHRASE))
        session.add(person)
        session.flush()
    with elsewhere(session, org_id):
        people.join(session, OPERATOR, org_id, person.id, Grant(role, org_id))
    return person.id


def anna(sessions: Sessions, role: str = "manager") -> UUID:
    """Anna works for the town."""
    with sessions.begin() as session:
        return employed(session, office(session), role=role)


def tries(sessions: Sessions, email: str, passphrase: str = PASSPHRASE, visitor: Visitor = HERE) -> Outcome:
    """Somebody types an address and a passphrase."""
    return sign_in.with_passphrase(sessions, email, passphrase, visitor)


class Staff(NamedTuple):
    """Somebody who is signed in."""

    token: str
    own: Found


def signed_in(sessions: Sessions, email: str = "anna@example.org", visitor: Visitor = HERE) -> Staff:
    """Somebody signs in with a passphrase; they have no second factor."""
    outcome = tries(sessions, email, visitor=visitor)
    assert outcome.state == "in"
    return Staff(outcome.token, found(sessions, outcome.token))


def found(sessions: Sessions, token: str) -> Found:
    """The session of a token, which must hold."""
    own = looked_for(sessions, token)
    assert own is not None
    return own


def looked_for(sessions: Sessions, token: str) -> Found | None:
    """The session of a token, if it holds."""
    with sessions.reading() as session:
        return staff_sessions.find(session, token, clock.seconds(session))


def code_of(app: Beginning, step: int) -> str:
    """What the app shows in a step."""
    return pyotp.TOTP(app.secret).generate_otp(step)


def with_app(sessions: Sessions, who: Staff) -> tuple[Beginning, tuple[str, ...]]:
    """Somebody sets up an authenticator app: what it was told, and the recovery codes.

    The code of the step before is shown, so that those of now and the next one are still to be used.
    """
    with sessions.begin() as session:
        app = second_factors.begin_app(session, WRAPS, who.own, "anna@example.org")
        now = clock.seconds(session)
        codes = second_factors.confirm_app(session, WRAPS, who.own, code_of(app, now // 30 - 1), now)
    assert codes is not None
    assert len(base64.b32decode(app.secret)) == 20
    return app, codes


def with_key(session: Session, person_id: UUID) -> None:
    """Somebody has a passkey, which nobody ever shows."""
    names = {"id": person_id, "person_id": person_id, "name": "a key"}
    session.merge(
        Passkey(**names, credential_hash=person_id.bytes * 2, credential_id=b"-", public_key=b"-", sign_count=0)
    )


def shows(sessions: Sessions, token: str, code: str, address: str | None = "127.0.0.1") -> Outcome:
    """Somebody types a second factor."""
    with sessions.begin() as session:
        return sign_in.with_code(session, WRAPS, token, Code(code, address))


def logged(session: Session, org_id: UUID) -> list[str]:
    """What an organisation's log tells, oldest first."""
    return [entry.verb for entry in entries(session, org_id)]


def entries(session: Session, org_id: UUID) -> list[AuditEntry]:
    """An organisation's log, oldest first."""
    with elsewhere(session, org_id):
        return list(reversed(session.scalars(audit.entries(org_id)).all()))
