"""Links that are good once: to join an organisation, and to choose a new passphrase. Only their hashes are kept."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, Digest, Id, JsonList, Key, OrgOwned, Seconds, Slug


class Invitation(OrgOwned):
    """That somebody may join, at one address only. A door leads here from the link; ``units``: their ids as text."""

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "organisation_id"], ["organisation.org_id", "organisation.id"]),
        CheckConstraint("role IN ('collector', 'analyst', 'manager', 'admin')", name="role"),
        OPTIONS,
    )

    id: Mapped[Key]
    organisation_id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[Slug]
    units: Mapped[JsonList]
    ends: Mapped[Seconds]


class Reset(Base):
    """That somebody may choose a new passphrase. ``factors``: their second factors go, too.

    No key leads to the person, so that asking for nobody's leaves a row as well and takes as long.
    """

    __tablename__ = "reset"
    __table_args__ = (Index(None, "person_id"), OPTIONS)

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    person_id: Mapped[Id]
    factors: Mapped[bool]
    ends: Mapped[Seconds]
