"""Who belongs to an organisation, and as what. Organisations are told apart everywhere: a person is looked up with one."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import Session

from surveyapp.engine.cleaning import Flaw, clean_name
from surveyapp.services import audit, staff_sessions
from surveyapp.services.audit import NOWHERE, OPERATOR, Actor
from surveyapp.services.refusals import Refusal
from surveyapp.services.staff_sessions import Found
from surveyapp.store.analysts import Agreement, ApiToken
from surveyapp.store.collectors import Door
from surveyapp.store.inserts import insert_once
from surveyapp.store.invitations import Invitation, Reset
from surveyapp.store.organisations import Organisation, OrganisationDirectory, Unit
from surveyapp.store.people import ROLES, Assignment, Belonging, Membership, MembershipUnit, Person
from surveyapp.store.signing_in import OidcLink, Passkey, PreSession, RecoveryCode, Totp
from surveyapp.store.tenancy import acting_for

ANY_ROLE = ROLES
"""Everybody who has a role in the organisation they act in."""

NEED_SECOND_FACTOR = frozenset({"analyst", "manager", "admin"})
"""Roles that export, publish or manage people; a collector does none of it."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_LONGEST = 254

LONGEST_NAME = 100
"""Characters of what somebody is called, and their tokens; passkeys have less room."""


class Grant(NamedTuple):
    """A role at a node of an organisation. ``units``: those it is limited to, none for all."""

    role: str
    organisation_id: UUID
    units: tuple[UUID, ...] = ()

    def is_whole(self, org_id: UUID) -> bool:
        """It covers the whole organisation, and not a part of it."""
        return self.organisation_id == org_id and not self.units


class Held(NamedTuple):
    """A role that somebody has."""

    id: UUID
    grant: Grant


def read_email(typed: str) -> str:
    """An address as it is compared. Raises Refusal "bad_email"."""
    email = unicodedata.normalize("NFC", typed.strip()).casefold()
    if len(email) > _LONGEST or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise Refusal("bad_email")
    return email


def read_name(typed: str, limit: int = LONGEST_NAME) -> str:
    """A name as it is stored. Raises Refusal with the code of its flaw, as ``clean_name`` has it; nothing is cut."""
    name = clean_name(typed, limit)
    if isinstance(name, Flaw):
        raise Refusal(name.code, name.values)
    return name


def organisation(session: Session, name: str) -> tuple[UUID, UUID]:
    """(organisation, node) of a node's id as programme files name it. Raises Refusal "unknown_organisation"."""
    there = OrganisationDirectory
    found = session.execute(select(there.org_id, there.node_id).filter_by(slug=name)).all()
    if len(found) != 1:
        roots = select(there.slug).where(there.node_id == there.org_id).order_by(there.slug)
        known = ", ".join(session.scalars(roots)) or "none"
        raise Refusal("unknown_organisation", {"organisation": name, "known": known})
    return found[0].org_id, found[0].node_id


def by_email(session: Session, email: str) -> Person | None:
    """The person at an address, as ``read_email`` gives it."""
    return session.scalars(select(Person).filter_by(email=email)).first()


def organisations_of(session: Session, person_id: UUID) -> list[UUID]:
    """The organisations somebody belongs to."""
    wanted = select(Belonging.org_id).filter_by(person_id=person_id).order_by(Belonging.org_id)
    return list(session.scalars(wanted))


def home(session: Session, person_id: UUID) -> UUID:
    """In whose log it stands what somebody does with their own account."""
    return next(iter(organisations_of(session, person_id)), NOWHERE)


def roles_of(session: Session, org_id: UUID, person_id: UUID) -> list[Held]:
    """What somebody may do in an organisation: every role with its node and units."""
    acting_for(session, org_id)
    rows = session.execute(_ROLES, {"of_org": org_id, "whose": person_id})
    found: dict[UUID, Held] = {}
    for id_, role, node, unit in rows:
        units = found[id_].grant.units if id_ in found else ()
        found[id_] = Held(id_, Grant(role, node, units if unit is None else (*units, unit)))
    return list(found.values())


_ROLES = (
    select(Membership.id, Membership.role, Membership.organisation_id, MembershipUnit.unit_id)
    .outerjoin(
        MembershipUnit,
        (MembershipUnit.org_id == Membership.org_id) & (MembershipUnit.membership_id == Membership.id),
    )
    .where(Membership.org_id == bindparam("of_org"), Membership.person_id == bindparam("whose"))
    .order_by(Membership.id, MembershipUnit.unit_id)
)
"""Made once: it is asked with every page of staff."""


def needs_second_factor(session: Session, org_id: UUID, person_id: UUID) -> bool:
    """Somebody has, in this organisation, a role that is not to be had with a passphrase alone."""
    acting_for(session, org_id)
    wanted = select(Membership.role).filter_by(org_id=org_id, person_id=person_id)
    return not NEED_SECOND_FACTOR.isdisjoint(session.scalars(wanted))


def listed(session: Session, org_id: UUID) -> Select[Membership, Person]:
    """The members of an organisation with their roles, by address."""
    joined = select(Membership, Person).join(Person, Person.id == Membership.person_id)
    return joined.where(Membership.org_id == org_id).order_by(Person.email, Membership.role, Membership.id)


def check(session: Session, org_id: UUID, grant: Grant) -> None:
    """Raises Refusal "unknown_role", "unknown_organisation" or "unknown_unit", also for what is another organisation's.

    "admin_of_part": people and the log belong to all of an organisation, and so does whoever looks after them.
    """
    acting_for(session, org_id)
    if grant.role not in ROLES:
        raise Refusal("unknown_role", {"role": grant.role, "known": ", ".join(ROLES)})
    if session.get(Organisation, (org_id, grant.organisation_id)) is None:
        raise Refusal("unknown_organisation", {"organisation": grant.organisation_id, "known": "none"})
    wanted = select(Unit.id).where(Unit.org_id == org_id, Unit.id.in_(grant.units))
    if set(session.scalars(wanted)) != set(grant.units):
        raise Refusal("unknown_unit")
    if grant.role == "admin" and not grant.is_whole(org_id):
        raise Refusal("admin_of_part")


def join(session: Session, actor: Actor, org_id: UUID, person_id: UUID, grant: Grant) -> None:
    """Give somebody a role; one they have already at that node is limited to the units that are named now.

    Links for a new passphrase end where they join: what another organisation's admin was given may not open this one.
    """
    check(session, org_id, grant)
    if insert_once(session, Belonging, person_id=person_id, org_id=org_id):
        session.execute(delete(Reset).filter_by(person_id=person_id))
    place = {"org_id": org_id, "person_id": person_id, "organisation_id": grant.organisation_id, "role": grant.role}
    membership = session.scalars(select(Membership).filter_by(**place)).first()
    if membership is None:
        membership = Membership(**place)
        session.add(membership)
        session.flush()
    _limit(session, membership, grant.units)
    audit.record(session, org_id, actor, "role_given", person_id, role=grant.role)


def change_role(session: Session, actor: Actor, org_id: UUID, membership_id: UUID, grant: Grant) -> None:
    """Give somebody another role in place of one they have; all their sessions end.

    Raises Refusal "unknown_member", "last_admin", and as ``check`` does.
    """
    check(session, org_id, grant)
    membership = _membership(session, actor, org_id, membership_id, keeps=grant.role == "admin")
    before = membership.role
    place = {"person_id": membership.person_id, "organisation_id": grant.organisation_id, "role": grant.role}
    if session.scalar(
        select(Membership.id).filter_by(org_id=org_id, **place).where(Membership.id != membership_id).limit(1)
    ):
        raise Refusal("role_held")
    membership.role, membership.organisation_id = grant.role, grant.organisation_id
    session.flush()
    _limit(session, membership, grant.units)
    staff_sessions.revoke_others(session, membership.person_id)
    audit.record(session, org_id, actor, "role_changed", membership.person_id, before=before, role=grant.role)


def take_role(session: Session, actor: Actor, org_id: UUID, membership_id: UUID) -> None:
    """Take a role from somebody; all their sessions end. Raises Refusal "unknown_member", "last_admin"."""
    acting_for(session, org_id)
    membership = _membership(session, actor, org_id, membership_id, keeps=False)
    _limit(session, membership, ())
    session.delete(membership)
    session.flush()
    staff_sessions.revoke_others(session, membership.person_id)
    audit.record(session, org_id, actor, "role_taken", membership.person_id, role=membership.role)


def remove(session: Session, actor: Actor, org_id: UUID, person_id: UUID) -> None:
    """Remove somebody from an organisation with all roles and tasks; their account goes when it was their last one.

    Invitations that wait at their address end, too: no link brings back whoever was removed.
    Raises Refusal "unknown_member", "last_admin".
    """
    acting_for(session, org_id)
    gone = delete(Belonging).filter_by(org_id=org_id, person_id=person_id).returning(Belonging.org_id)
    if session.execute(gone).first() is None:
        raise Refusal("unknown_member")
    for held in roles_of(session, org_id, person_id):
        membership = _membership(session, actor, org_id, held.id, keeps=False)
        _limit(session, membership, ())
        session.delete(membership)
    session.flush()
    tokens = select(ApiToken.id).filter_by(org_id=org_id, person_id=person_id)
    email = select(Person.email).filter_by(id=person_id).scalar_subquery()
    invited = session.scalars(delete(Invitation).filter_by(org_id=org_id, email=email).returning(Invitation.id)).all()
    for leading in (tokens, invited):
        session.execute(delete(Door).where(Door.org_id == org_id, Door.object_id.in_(leading)))
    for row in (Assignment, OidcLink, ApiToken, Agreement):
        session.execute(delete(row).where(row.org_id == org_id, row.person_id == person_id))
    staff_sessions.revoke_others(session, person_id)
    audit.record(session, org_id, actor, "person_removed", person_id)
    if not organisations_of(session, person_id):
        _forget(session, person_id)


def note_own(session: Session, own: Found, verb: str) -> None:
    """Put what somebody did with their own account into the log of the organisation they act in."""
    log = own.org_id or home(session, own.person_id)
    audit.record(session, log, audit.staff(own.person_id), verb, own.person_id)


def check_own(session: Session, own: Found) -> None:
    """Before somebody adds a way to sign in. Raises Refusal "not_with_provider".

    One organisation's identity provider has vouched for them; what they add would open the others they belong to.
    """
    if own.method == "oidc" and len(organisations_of(session, own.person_id)) > 1:
        raise Refusal("not_with_provider")


def changed_own(session: Session, own: Found, verb: str) -> None:
    """Somebody's passphrase or a factor has changed: their other sessions end, and it is noted."""
    staff_sessions.revoke_others(session, own.person_id, own.id)
    note_own(session, own, verb)


def change_password(session: Session, own: Found, password: str) -> None:
    """Keep the hash of a new passphrase; ``password``: of ``passwords.hashed``. Raises as ``check_own`` does.

    Links for another one end: whoever holds one may be whom it is changed because of.
    """
    check_own(session, own)
    person = session.get_one(Person, own.person_id)
    person.password, person.once = password, False
    session.flush()
    session.execute(delete(Reset).filter_by(person_id=own.person_id))
    changed_own(session, own, "passphrase_changed")


def forget_factors(session: Session, person_id: UUID) -> None:
    """Delete somebody's second factors."""
    for row in (Totp, RecoveryCode, Passkey):
        session.execute(delete(row).where(row.person_id == person_id))


def _forget(session: Session, person_id: UUID) -> None:
    forget_factors(session, person_id)
    staff_sessions.forget(session, [person_id])
    for row in (PreSession, Reset):
        session.execute(delete(row).where(row.person_id == person_id))
    session.execute(delete(Person).where(Person.id == person_id))


def _membership(session: Session, actor: Actor, org_id: UUID, membership_id: UUID, *, keeps: bool) -> Membership:
    """The membership, which is about to be changed. ``keeps``: its person stays an admin.

    Admins are locked together, so that the last two can't remove each other at the same moment.
    """
    admins = select(Membership.id).filter_by(org_id=org_id, role="admin").order_by(Membership.id).with_for_update()
    left = set(session.scalars(admins))
    membership = session.get(Membership, (org_id, membership_id), populate_existing=True)
    if membership is None:
        raise Refusal("unknown_member")
    if membership.role == "admin" and not keeps and actor != OPERATOR and left == {membership_id}:
        raise Refusal("last_admin")
    return membership


def _limit(session: Session, membership: Membership, units: Iterable[UUID]) -> None:
    of = {"org_id": membership.org_id, "membership_id": membership.id}
    session.execute(delete(MembershipUnit).filter_by(**of))
    session.add_all(MembershipUnit(**of, unit_id=unit) for unit in dict.fromkeys(units))
    session.flush()
