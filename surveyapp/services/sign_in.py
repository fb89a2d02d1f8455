"""Signing in, step by step: a first factor, a second one where there is one, then a session.

Whoever tries is told the same, and as much is done, whether there is such an account or not. Tries are counted before
anything is looked at, and what was wrong is written down; so nothing is raised that would undo it.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services import (
    audit,
    guessing,
    limits,
    passkeys,
    passwords,
    people,
    pre_sessions,
    second_factors,
    staff_sessions,
)
from surveyapp.services.audit import NOBODY
from surveyapp.services.guessing import STRANGER, Guess, Known, device_of
from surveyapp.services.passkeys import Answer, Site
from surveyapp.services.refusals import Refusal
from surveyapp.services.staff_sessions import Found, Opening
from surveyapp.services.wrapping import Wrapping
from surveyapp.store import clock
from surveyapp.store.people import Person
from surveyapp.store.sessions import Sessions


class Visitor(NamedTuple):
    """Where somebody signs in. ``address``: their network address, not stored; ``device``: in words for its owner."""

    address: str | None
    device: str
    known: Known = STRANGER


class Code(NamedTuple):
    """What somebody typed as a second factor, the network address it came from, and whether that browser is known."""

    text: str
    address: str | None
    known: Known = STRANGER


class Outcome(NamedTuple):
    """How a step ended.

    "in": ``token`` is the session's of ``person_id``. "right": they know it. "second_factor": ``token`` is for the next step. "wrong": nothing fits. "wait":
    tried too often, for ``seconds``. "expired": the step before counts no more; begin again.
    """

    state: Literal["in", "right", "second_factor", "wrong", "wait", "expired"]
    token: str = ""
    seconds: int = 0
    person_id: UUID | None = None


class Attempt(NamedTuple):
    """A passphrase that is about to be looked at. ``person_id`` and ``stored``: None where there is nobody."""

    guess: Guess
    person_id: UUID | None
    stored: str | None
    seconds: int


def with_passphrase(
    sessions: Sessions, email: str, passphrase: str, visitor: Visitor, now: Callable[[Session], int] = clock.seconds
) -> Outcome:
    """Sign in with a passphrase. Raises Refusal "too_busy".

    Two transactions with the hash between them: while it is computed nobody waits for the store.
    """
    with sessions.begin() as session:
        attempt = begin(session, email, visitor, now(session))
    if attempt.seconds:
        return Outcome("wait", seconds=attempt.seconds)
    right = passwords.fits(attempt.stored, passphrase)
    renewed = passwords.renewed(attempt.stored, passphrase) if right and attempt.stored else None
    with sessions.begin() as session:
        if not right:
            return _wrong(session, attempt.guess, attempt.person_id)
        return finish(session, attempt, renewed, visitor, now(session))


def with_present(sessions: Sessions, email: str, passphrase: str, visitor: Visitor) -> Outcome:
    """Whoever is signed in shows that they know their passphrase: counted and noted as a try. Raises Refusal "too_busy"."""
    with sessions.begin() as session:
        attempt = begin(session, email, visitor, clock.seconds(session))
    if attempt.seconds:
        return Outcome("wait", seconds=attempt.seconds)
    right = passwords.fits(attempt.stored, passphrase)
    with sessions.begin() as session:
        if not right:
            return _wrong(session, attempt.guess, attempt.person_id)
        guessing.forgive(session, attempt.guess, clock.seconds(session))
    return Outcome("right")


def begin(session: Session, email: str, visitor: Visitor, now: int) -> Attempt:
    """Count a try and read what it is to be compared with."""
    person, guess = _known(session, email, visitor)
    seconds = guessing.seconds_to_wait(session, guess, now)
    return Attempt(guess, person.id if person else None, person.password if person else None, seconds)


def finish(session: Session, attempt: Attempt, renewed: str | None, visitor: Visitor, now: int) -> Outcome:
    """The passphrase was right: go on, if it still is. ``renewed``: a hash to keep in place of an older one."""
    wanted = select(Person).filter_by(id=attempt.person_id).with_for_update()
    person = session.scalars(wanted.execution_options(populate_existing=True)).first()
    if person is None or person.password != attempt.stored:
        return _wrong(session, attempt.guess, attempt.person_id)
    guessing.forgive(session, attempt.guess, now)
    if person.once:
        person.password, person.once = None, False
    elif renewed:
        person.password = renewed
    session.flush()
    return _passed(session, Opening(person.id, None, "passphrase", visitor.device, second=False), now)


def with_provider(session: Session, org_id: UUID, person_id: UUID | None, visitor: Visitor) -> Outcome:
    """An organisation's identity provider has vouched for somebody, or for nobody it is linked with here."""
    if person_id is None:
        audit.record(session, org_id, NOBODY, "sign_in_failed", kind="provider")
        return Outcome("wrong")
    opening = Opening(person_id, org_id, "oidc", visitor.device, second=False)
    return _passed(session, opening, clock.seconds(session))


def _passed(session: Session, opening: Opening, now: int) -> Outcome:
    """A first factor was shown: ask for the second one, or open a session where there is none."""
    if not second_factors.of(session, opening.person_id).any:
        return _open(session, opening, now)
    values = {
        "method": opening.method,
        "device": opening.device,
        "organisation": str(opening.org_id) if opening.org_id else None,
    }
    token = pre_sessions.remember(session, "second_factor", values, now, opening.person_id)
    return Outcome("second_factor", token)


def _shown(kept: pre_sessions.Remembered, person_id: UUID) -> Opening:
    """The session that was kept for after the second factor."""
    org = kept.values["organisation"]
    return Opening(person_id, UUID(org) if org else None, kept.values["method"], kept.values["device"], second=True)


def with_code(session: Session, wraps: Wrapping, token: str, code: Code) -> Outcome:
    """Show a code of an app, or a recovery code, as the second factor."""
    now = clock.seconds(session)
    kept = pre_sessions.recall(session, "second_factor", token, now)
    if kept is None or kept.person_id is None:
        return Outcome("expired")
    guess = _own_guess(session, kept.person_id, code)
    if seconds := guessing.seconds_to_wait(session, guess, now):
        return Outcome("wait", seconds=seconds)
    if not second_factors.show(session, wraps, kept.person_id, code.text, now):
        pre_sessions.miss(session, token)
        return _wrong(session, guess, kept.person_id)
    guessing.forgive(session, guess, now)
    pre_sessions.take(session, "second_factor", token, now)
    return _open(session, _shown(kept, kept.person_id), now)


def ask_for_passkey(
    session: Session, here: Site, visitor: Visitor, token: str | None = None
) -> passkeys.Ceremony | None:
    """Ask for a key: of whoever is there, or of the person whose second factor is wanted; None when that expired.

    Raises Refusal "too_many_tries" when too many there were asked in vain.
    """
    now = clock.seconds(session)
    limits.count(session, limits.SIGN_INS, visitor.address, now, visitor.known.device)
    if token is None:
        return passkeys.begin(session, here, now)
    kept = pre_sessions.recall(session, "second_factor", token, now)
    return passkeys.begin(session, here, now, kept.person_id) if kept else None


def with_passkey(
    session: Session, here: Site, answer: Answer, visitor: Visitor, *, second_of: str | None = None
) -> Outcome:
    """Sign in with a key, both factors at once. ``second_of``: the token of the step before, when there was one."""
    now = clock.seconds(session)
    guess = Guess("passkey", visitor.address, None, audit.NOWHERE, visitor.known.device)
    if seconds := guessing.seconds_to_wait(session, guess, now):
        return Outcome("wait", seconds=seconds)
    person_id = passkeys.show(session, here, answer, now)
    if person_id is None:
        return _wrong(session, guess, None)
    guessing.forgive(session, guess, now)
    limits.forgive(session, limits.SIGN_INS, visitor.address, now, visitor.known.device)
    if second_of is None:
        return _open(session, Opening(person_id, None, "passkey", visitor.device, second=True), now)
    kept = pre_sessions.take(session, "second_factor", second_of, now)
    if kept is None or kept.person_id != person_id:
        return Outcome("expired")
    return _open(session, _shown(kept, person_id), now)


def step_up(session: Session, wraps: Wrapping, own: Found, token: str, code: Code) -> Outcome:
    """Show a code once more, for what needs a fresh one; the session goes on under a new token."""
    now = clock.seconds(session)
    guess = _own_guess(session, own.person_id, code)
    if seconds := guessing.seconds_to_wait(session, guess, now):
        return Outcome("wait", seconds=seconds)
    if not second_factors.show(session, wraps, own.person_id, code.text, now):
        return _wrong(session, guess, own.person_id)
    guessing.forgive(session, guess, now)
    return _risen(session, token, now)


def step_up_with_passkey(session: Session, here: Site, own: Found, token: str, answer: Answer) -> Outcome:
    """The same with a key; its ceremony was begun for this person."""
    now = clock.seconds(session)
    if passkeys.show(session, here, answer, now) != own.person_id:
        return _wrong(session, _own_guess(session, own.person_id, Code("", None)), own.person_id)
    return _risen(session, token, now)


def after_joining(session: Session, person_id: UUID, visitor: Visitor) -> Outcome:
    """Open the session of somebody who has just accepted an invitation and made their account."""
    opening = Opening(person_id, None, "link", visitor.device, second=False)
    return _open(session, opening, clock.seconds(session))


def sign_out(session: Session, own: Found) -> None:
    """End one's own session."""
    staff_sessions.revoke(session, own.person_id, own.id)
    people.note_own(session, own, "signed_out")


def _known(session: Session, email: str, visitor: Visitor) -> tuple[Person | None, Guess]:
    """Who has this address, and the guess that it is somebody's; nobody's costs the same."""
    try:
        address = people.read_email(email)
    except Refusal:
        address = ""
    person = people.by_email(session, address)
    log = people.home(session, person.id if person else uuid4())
    device = device_of(visitor.known, person.id if person else None)
    return person, Guess("passphrase", visitor.address, address, log, device)


def _own_guess(session: Session, person_id: UUID, code: Code) -> Guess:
    log, device = people.home(session, person_id), device_of(code.known, person_id)
    return Guess("code", code.address, str(person_id), log, device)


def _wrong(session: Session, guess: Guess, person_id: UUID | None) -> Outcome:
    audit.record(session, guess.log, NOBODY, "sign_in_failed", person_id, kind=guess.kind)
    return Outcome("wrong")


def _open(session: Session, opening: Opening, now: int) -> Outcome:
    """Open a session, in the person's organisation where there is one only."""
    orgs = people.organisations_of(session, opening.person_id)
    if opening.org_id is None and len(orgs) == 1:
        opening = opening._replace(org_id=orgs[0])
    token = staff_sessions.begin(session, opening, now)
    log = opening.org_id or next(iter(orgs), audit.NOWHERE)
    actor = audit.staff(opening.person_id)
    audit.record(session, log, actor, "signed_in", opening.person_id, method=opening.method, second=opening.second)
    return Outcome("in", token, person_id=opening.person_id)


def _risen(session: Session, token: str, now: int) -> Outcome:
    risen = staff_sessions.rise(session, token, now)
    return Outcome("expired") if risen is None else Outcome("in", risen)
