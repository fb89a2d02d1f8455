"""Organisations as a tree. The root is the tenant: the owner of programmes, under whose id every row is kept."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, Id, Json, Key, OrgOwned, Slug

LIBRARY = uuid.UUID(int=1)
"""Owns the questionnaires that are published from the command line; others adopt them."""


class Organisation(OrgOwned):
    """A node of the tree: owner, region, municipality or provider. ``name``: language -> name."""

    __tablename__ = "organisation"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "parent_id"], ["organisation.org_id", "organisation.id"]),
        UniqueConstraint("org_id", "slug"),
        CheckConstraint("kind IN ('owner', 'region', 'municipality', 'provider')", name="kind"),
        CheckConstraint("(parent_id IS NULL) = (id = org_id)", name="root"),
        OPTIONS,
    )

    id: Mapped[Key]
    parent_id: Mapped[Id | None]
    kind: Mapped[Slug]
    slug: Mapped[Slug]
    name: Mapped[Json]


class OrganisationDirectory(Base):
    """Which organisation a node's id belongs to, and no more: read before the organisation is known.

    Two organisations may have a node of the same id.
    """

    __tablename__ = "organisation_directory"
    __table_args__ = OPTIONS

    slug: Mapped[Slug] = mapped_column(primary_key=True)
    org_id: Mapped[Id] = mapped_column(primary_key=True)
    node_id: Mapped[Id]


class Unit(OrgOwned):
    """Where a service is provided and answers are collected. ``service_group`` is what a release shows first."""

    __tablename__ = "unit"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "organisation_id"], ["organisation.org_id", "organisation.id"]),
        UniqueConstraint("org_id", "slug"),
        OPTIONS,
    )

    id: Mapped[Key]
    organisation_id: Mapped[Id]
    slug: Mapped[Slug]
    name: Mapped[Json]
    service: Mapped[Slug | None]
    service_group: Mapped[Slug | None]
