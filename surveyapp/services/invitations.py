"""Links that are good once: to join an organisation, and to choose a new passphrase when the old one is lost."""

import secrets
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from surveyapp.services import audit, people, staff_sessions
from surveyapp.services.audit import NOBODY, Actor
from surveyapp.services.codes import digest
from surveyapp.services.people import Grant
from surveyapp.services.refusals import Refusal
from surveyapp.services.staff_sessions import Found
from surveyapp.store import clock
from surveyapp.store.collectors import Door
from surveyapp.store.inserts import insert_once
from surveyapp.store.invitations import Invitation, Reset
from surveyapp.store.people import Person
from surveyapp.store.tenancy import acting_for, elsewhere, organisations, through

INVITED, RESET = 72 * 60 * 60, 60 * 60
"""Seconds for which a link is good."""

_PURPOSE = "invitation"


class Invited(NamedTuple):
    """What an invitation offers. ``person_id``: who has an account at its address already; they sign in to accept."""

    org_id: UUID
    id: UUID
    email: str
    grant: Grant
    person_id: UUID | None


class Joining(NamedTuple):
    """What somebody without an account brings. ``name``: as typed. ``password``: of ``passwords.hashed``, None with another sign-in."""

    name: str
    language: str
    password: str | None


def address(public_url: str, token: str, what: str = "invitation") -> str:
    """Where a link of either kind leads; ``what``: "invitation" or "reset"."""
    return f"{public_url}/sign-in/{what}/{token}"


def invite(session: Session, actor: Actor, org_id: UUID, email: str, grant: Grant) -> str:
    """Invite an address, as ``people.read_email`` gives it, to a role; returns the link's token.

    An earlier invitation to the same is no longer good. Raises Refusal as ``people.check`` does.
    """
    people.check(session, org_id, grant)
    same = {"org_id": org_id, "email": email, "role": grant.role, "organisation_id": grant.organisation_id}
    for earlier in session.scalars(select(Invitation.id).filter_by(**same)).all():
        _delete(session, org_id, earlier)
    token, invitation = _new(), Invitation(id=uuid4(), units=[str(unit) for unit in grant.units], **same)
    invitation.ends = clock.seconds(session) + INVITED
    session.add(invitation)
    session.add(Door(token_hash=digest(token), purpose=_PURPOSE, org_id=org_id, object_id=invitation.id))
    session.flush()
    audit.record(session, org_id, actor, "person_invited", invitation.id, role=grant.role)
    return token


def waiting(session: Session, org_id: UUID, now: int) -> Select[Invitation]:
    """The invitations that nobody has accepted yet."""
    return select(Invitation).where(Invitation.org_id == org_id, Invitation.ends > now).order_by(Invitation.email)


def withdraw(session: Session, actor: Actor, org_id: UUID, invitation_id: UUID) -> None:
    """Make an invitation's link lead nowhere. Raises Refusal "unknown_invitation", also for another organisation's."""
    acting_for(session, org_id)
    if not _delete(session, org_id, invitation_id):
        raise Refusal("unknown_invitation")
    audit.record(session, org_id, actor, "invitation_withdrawn", invitation_id)


def opened(session: Session, token: str, now: int) -> Invited:
    """What a link offers; looking doesn't use it up. Raises Refusal "invitation_gone", also for one that never was."""
    door = session.get(Door, (digest(token), _PURPOSE)) if through(session, _PURPOSE, digest(token)) else None
    found = session.get(Invitation, (door.org_id, door.object_id)) if door else None
    if found is None or found.ends <= now:
        raise Refusal("invitation_gone")
    known = people.by_email(session, found.email)
    grant = Grant(found.role, found.organisation_id, tuple(UUID(unit) for unit in found.units))
    return Invited(found.org_id, found.id, found.email, grant, known.id if known else None)


def accept(session: Session, token: str, joining: Joining, now: int) -> UUID:
    """Make the account the invitation is for, at its address and no other; returns the person.

    Raises Refusal "invitation_gone", "sign_in_first" for an address that has an account (its owner must be shown), and
    as ``people.read_name`` does.
    """
    invited = _used(session, token, now)
    person_id, brought = uuid4(), joining._replace(name=people.read_name(joining.name))._asdict()
    if not insert_once(session, Person, id=person_id, email=invited.email, once=False, **brought):
        raise Refusal("sign_in_first")
    _joined(session, invited, person_id)
    return person_id


def accept_as(session: Session, token: str, own: Found, now: int) -> Invited:
    """Let somebody who is signed in accept an invitation to their own address.

    Raises Refusal "invitation_gone", "other_address" for an invitation to somebody else, and "second_factor_first" where
    they join another organisation without one shown just now: an administrator of the one they belong to may have made
    a link for their passphrase, and used it.
    """
    invited = _used(session, token, now)
    if invited.person_id != own.person_id:
        raise Refusal("other_address")
    joins = invited.org_id not in people.organisations_of(session, own.person_id)
    if joins and not staff_sessions.is_fresh(own, now):
        raise Refusal("second_factor_first")
    _joined(session, invited, own.person_id)
    staff_sessions.revoke_others(session, own.person_id)
    return invited


def begin_reset(session: Session, actor: Actor, person_id: UUID, now: int, *, factors: bool = False) -> str:
    """Let somebody choose a new passphrase; returns the link's token. ``factors``: their second factors go, too.

    Earlier links are no longer good.
    """
    token = _new()
    session.execute(delete(Reset).filter_by(person_id=person_id))
    session.add(Reset(token_hash=digest(token), person_id=person_id, factors=factors, ends=now + RESET))
    session.flush()
    audit.record(session, people.home(session, person_id), actor, "reset_begun", person_id, factors=factors)
    return token


def reset_member(session: Session, actor: Actor, org_id: UUID, person_id: UUID, now: int) -> str:
    """As ``begin_reset``, with second factors, by an admin of the one organisation that the person belongs to.

    Raises Refusal "unknown_member", and "belongs_elsewhere" where it would open another organisation, too. Until the
    transaction ends the person joins nowhere, so that ``people.join`` finds the link and ends it.
    """
    session.execute(select(Person.id).filter_by(id=person_id).with_for_update())
    orgs = people.organisations_of(session, person_id)
    if org_id not in orgs:
        raise Refusal("unknown_member")
    if len(orgs) > 1:
        raise Refusal("belongs_elsewhere")
    return begin_reset(session, actor, person_id, now, factors=True)


def resetting(session: Session, token: str, now: int) -> Person:
    """Whose passphrase a link resets; looking doesn't use it up. Raises Refusal "reset_gone"."""
    found = session.scalar(select(Reset.person_id).filter_by(token_hash=digest(token)).where(Reset.ends > now))
    person = session.get(Person, found) if found else None
    if person is None:
        raise Refusal("reset_gone")
    return person


def use_reset(session: Session, token: str, password: str, now: int) -> UUID:
    """Store the new passphrase's hash; all sessions of the person end. Raises Refusal "reset_gone"."""
    person = resetting(session, token, now)
    gone = delete(Reset).filter_by(token_hash=digest(token)).returning(Reset.factors)
    row = session.execute(gone).first()
    if row is None:
        raise Refusal("reset_gone")
    if row.factors:
        people.forget_factors(session, person.id)
    person.password, person.once = password, False
    staff_sessions.revoke_others(session, person.id)
    audit.record(session, people.home(session, person.id), NOBODY, "passphrase_reset", person.id, factors=row.factors)
    return person.id


def purge(session: Session, now: int) -> None:
    """Delete links that are over."""
    session.execute(delete(Reset).where(Reset.ends <= now))
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            over = select(Invitation.id).filter_by(org_id=org_id).where(Invitation.ends <= now)
            for id_ in session.scalars(over).all():
                _delete(session, org_id, id_)


def _new() -> str:
    return secrets.token_urlsafe(32)


def _used(session: Session, token: str, now: int) -> Invited:
    invited = opened(session, token, now)
    if not _delete(session, invited.org_id, invited.id):
        raise Refusal("invitation_gone")
    return invited


def _delete(session: Session, org_id: UUID, invitation_id: UUID) -> bool:
    """Only one of several who use a link at once sees it deleted."""
    session.execute(delete(Door).filter_by(org_id=org_id, object_id=invitation_id, purpose=_PURPOSE))
    gone = delete(Invitation).filter_by(org_id=org_id, id=invitation_id).returning(Invitation.id)
    return session.execute(gone).first() is not None


def _joined(session: Session, invited: Invited, person_id: UUID) -> None:
    people.join(session, audit.staff(person_id), invited.org_id, person_id, invited.grant)
    audit.record(session, invited.org_id, audit.staff(person_id), "invitation_accepted", invited.id)
