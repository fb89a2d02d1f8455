"""The people of an organisation as its administrators see them: roles with their places, and who is safe from guessing."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services import second_factors
from surveyapp.services.refusals import Refusal
from surveyapp.store.organisations import Organisation, Unit
from surveyapp.store.people import Belonging, Membership, MembershipUnit, Person
from surveyapp.store.tenancy import acting_for


class Role(NamedTuple):
    """``place``: what the node is called; ``units``: what those it is limited to are called, empty for all."""

    id: UUID
    name: str
    place: Mapping[str, str]
    units: tuple[Mapping[str, str], ...]


class Member(NamedTuple):
    """Somebody who belongs to the organisation. ``second``: they have a second factor."""

    id: UUID
    email: str
    name: str
    roles: tuple[Role, ...]
    second: bool


class Place(NamedTuple):
    """A node of the organisation, or a unit."""

    id: UUID
    name: Mapping[str, str]


class Places(NamedTuple):
    """Where roles can be given."""

    nodes: tuple[Place, ...]
    units: tuple[Place, ...]


def listed(session: Session, org_id: UUID, person_id: UUID | None = None) -> tuple[Member, ...]:
    """Everybody, or one of them, by address; in the same few statements however many there are."""
    acting_for(session, org_id)
    wanted = select(Person.id, Person.email, Person.name, second_factors.held().label("second"))
    wanted = wanted.join(Belonging, Belonging.person_id == Person.id).where(Belonging.org_id == org_id)
    if person_id is not None:
        wanted = wanted.where(Person.id == person_id)
    rows = session.execute(wanted.order_by(Person.email)).all()
    roles = _roles(session, org_id, person_id)
    return tuple(Member(row.id, row.email, row.name, tuple(roles.get(row.id, ())), bool(row.second)) for row in rows)


def one(session: Session, org_id: UUID, person_id: UUID) -> Member:
    """Somebody of the organisation. Raises Refusal "unknown_member", also for somebody of another one."""
    found = listed(session, org_id, person_id)
    if not found:
        raise Refusal("unknown_member")
    return found[0]


def places(session: Session, org_id: UUID) -> Places:
    """Nodes, the root first, and units."""
    acting_for(session, org_id)
    nodes = select(Organisation.id, Organisation.name).where(Organisation.org_id == org_id)
    units = select(Unit.id, Unit.name).where(Unit.org_id == org_id).order_by(Unit.slug)
    first = (Organisation.parent_id.is_not(None), Organisation.slug)
    return Places(
        tuple(Place(*row) for row in session.execute(nodes.order_by(*first))),
        tuple(Place(*row) for row in session.execute(units)),
    )


def _roles(session: Session, org_id: UUID, person_id: UUID | None) -> dict[UUID, list[Role]]:
    there = (Organisation.org_id == Membership.org_id) & (Organisation.id == Membership.organisation_id)
    wanted = select(Membership.id, Membership.person_id, Membership.role, Organisation.name).join(Organisation, there)
    if person_id is not None:
        wanted = wanted.where(Membership.person_id == person_id)
    limited = select(MembershipUnit.membership_id, Unit.name).join(
        Unit, (Unit.org_id == MembershipUnit.org_id) & (Unit.id == MembershipUnit.unit_id)
    )
    units: dict[UUID, list[Mapping[str, str]]] = {}
    for membership, name in session.execute(limited.where(MembershipUnit.org_id == org_id).order_by(Unit.slug)):
        units.setdefault(membership, []).append(name)
    found: dict[UUID, list[Role]] = {}
    for row in session.execute(wanted.where(Membership.org_id == org_id).order_by(Membership.role, Organisation.slug)):
        found.setdefault(row.person_id, []).append(Role(row.id, row.role, row.name, tuple(units.get(row.id, ()))))
    return found
