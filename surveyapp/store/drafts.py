"""Drafts: unfinished answers under an unguessable token. Deleted when they are sent or their time is over."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Digest, Id, Json, Key, Language, OrgOwned, Slug


class Draft(OrgOwned):
    """Somebody's answers so far, with what was typed and not yet judged.

    ``touched`` is a day and nothing finer. ``sealed``: the token enciphered with the short code, once somebody has
    asked for one; the door of the short code leads here, and only who knows the code gets the address back.
    """

    __tablename__ = "draft"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "collector_id"], ["collector.org_id", "collector.id"]),
        ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"]),
        UniqueConstraint("org_id", "token_hash"),
        CheckConstraint("size IN (100, 150, 200)", name="size"),
        CheckConstraint("variant IN ('standard', 'easy')", name="variant"),
        CheckConstraint("view IN ('author', 'single', 'pages')", name="view"),
        Index(None, "org_id", "wave_id"),
        OPTIONS,
    )

    id: Mapped[Key]
    collector_id: Mapped[Id]
    wave_id: Mapped[Id]
    token_hash: Mapped[Digest]
    version: Mapped[int]
    answers: Mapped[Json]
    language: Mapped[Language]
    variant: Mapped[Slug]
    view: Mapped[Slug]
    size: Mapped[int] = mapped_column(default=100)
    touched: Mapped[date]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary(16))
