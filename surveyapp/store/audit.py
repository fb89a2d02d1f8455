"""The audit log: rows that are only ever added, each holding the hash of the one before."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Digest, Id, Json, OrgOwned, Seconds, Slug


class AuditEntry(OrgOwned):
    """Who did what to which object, and when. ``number`` counts from 1 in each organisation.

    The database itself refuses to change or delete a row.
    """

    __tablename__ = "audit"
    __table_args__ = (
        CheckConstraint("actor IN ('staff', 'operator', 'job', 'nobody')", name="actor"),
        CheckConstraint("number > 0", name="number"),
        OPTIONS,
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Seconds]
    actor: Mapped[Slug]
    person_id: Mapped[Id | None]
    verb: Mapped[Slug]
    object_id: Mapped[Id | None]
    details: Mapped[Json]
    prev: Mapped[Digest]
    hash: Mapped[Digest]


class AuditHead(OrgOwned):
    """Where an organisation's log ends, so that a lost end is missed; whoever adds a row holds it."""

    __tablename__ = "audit_head"
    __table_args__ = OPTIONS

    number: Mapped[int]
    hash: Mapped[Digest]
