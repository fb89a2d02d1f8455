"""People of the staff: who they are, which organisations they belong to, as what, and for which tasks."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, Id, Key, Language, OrgOwned, Slug

ROLES = ("collector", "analyst", "manager", "admin")
TASKS = ("leader", "group_member", "expert", "rater")
_PERSON = "person.id"
_NODE = (["org_id", "organisation_id"], ["organisation.org_id", "organisation.id"])


class Person(Base):
    """Somebody with an account; read before their organisation is known.

    ``email``: as people compare it, in small letters. ``password``: Argon2's encoded hash, None where there is none.
    ``once``: the password opens one session and is gone then.
    """

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("email"), OPTIONS)

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(100))
    language: Mapped[Language]
    password: Mapped[str | None] = mapped_column(String(255))
    once: Mapped[bool] = mapped_column(default=False, server_default=false())


class Belonging(Base):
    """That somebody belongs to an organisation, and no more: read when they sign in, before one is chosen."""

    __tablename__ = "belonging"
    __table_args__ = (Index(None, "org_id"), OPTIONS)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_PERSON), primary_key=True)
    org_id: Mapped[Id] = mapped_column(primary_key=True)


class Membership(OrgOwned):
    """A role at a node of the organisation; at all its units, unless some are named."""

    __tablename__ = "membership"
    __table_args__ = (
        ForeignKeyConstraint(*_NODE),
        UniqueConstraint("org_id", "person_id", "organisation_id", "role"),
        CheckConstraint("role IN ('collector', 'analyst', 'manager', 'admin')", name="role"),
        OPTIONS,
    )

    id: Mapped[Key]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_PERSON))
    organisation_id: Mapped[Id]
    role: Mapped[Slug]


class MembershipUnit(OrgOwned):
    """One of the units a membership is limited to."""

    __tablename__ = "membership_unit"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "membership_id"], ["membership.org_id", "membership.id"]),
        ForeignKeyConstraint(["org_id", "unit_id"], ["unit.org_id", "unit.id"]),
        OPTIONS,
    )

    membership_id: Mapped[Id] = mapped_column(primary_key=True)
    unit_id: Mapped[Id] = mapped_column(primary_key=True)


class Assignment(OrgOwned):
    """A task in one wave at one node: whoever has it sees that task and nothing else."""

    __tablename__ = "assignment"
    __table_args__ = (
        ForeignKeyConstraint(*_NODE),
        ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"]),
        CheckConstraint("task IN ('leader', 'group_member', 'expert', 'rater')", name="task"),
        Index(None, "org_id", "person_id"),
        OPTIONS,
    )

    wave_id: Mapped[Id] = mapped_column(primary_key=True)
    organisation_id: Mapped[Id] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_PERSON), primary_key=True)
    task: Mapped[Slug] = mapped_column(primary_key=True)
