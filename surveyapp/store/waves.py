"""Waves: one round of a programme with one pinned questionnaire version."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Id, Key, Language, OrgOwned, Slug

STATES = ("planned", "open", "closed", "settled")


class Wave(OrgOwned):
    """A round of questions.

    ``opens``, ``closes``: first and last day, None for no limit. ``settles``: the earliest day on which answers
    become anonymous. ``invited``: how many people were asked, None when nobody knows. ``receipt_key``: 32 random
    bytes from which receipts are derived; it lives as long as the wave's submission keys. ``settling``: number of the
    batch of which some responses are settled and others not yet, 0 for none.
    """

    __tablename__ = "wave"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "programme_id"], ["programme.org_id", "programme.id"]),
        ForeignKeyConstraint(
            ["org_id", "questionnaire", "version"], ["version.org_id", "version.questionnaire", "version.number"]
        ),
        UniqueConstraint("org_id", "programme_id", "slug"),
        CheckConstraint("state IN ('planned', 'open', 'closed', 'settled')", name="state"),
        CheckConstraint("invited >= 0", name="invited"),
        OPTIONS,
    )

    id: Mapped[Key]
    programme_id: Mapped[Id]
    slug: Mapped[Slug]
    questionnaire: Mapped[Slug]
    version: Mapped[int]
    state: Mapped[Slug]
    language: Mapped[Language]
    opens: Mapped[date | None]
    closes: Mapped[date | None]
    settles: Mapped[date]
    invited: Mapped[int | None]
    offers_withdrawal: Mapped[bool]
    receipt_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    settling: Mapped[int] = mapped_column(default=0, server_default="0")


class ClientNumber(OrgOwned):
    """How many clients a wave was for, whether they took part or not. ``stratum``: a leaf of the column that tells where, or ``*``."""

    __tablename__ = "client_number"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"]),
        CheckConstraint("number >= 0", name="number"),
        OPTIONS,
    )

    wave_id: Mapped[Id] = mapped_column(primary_key=True)
    stratum: Mapped[Slug] = mapped_column(primary_key=True)
    number: Mapped[int]
