"""Collectors: an address under which one unit's answers are gathered through one channel, and doors to find them."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, Code, Digest, Id, Json, Key, Language, OrgOwned, Slug

CHANNELS = ("web", "chat", "telegram", "tablet", "paper")


class Collector(OrgOwned):
    """An open or closed address. ``preset``: answers and variables known from the link, by id.

    ``several``: one chat may answer several times, as a guardian does for several people.
    """

    __tablename__ = "collector"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "wave_id"], ["wave.org_id", "wave.id"]),
        ForeignKeyConstraint(["org_id", "unit_id"], ["unit.org_id", "unit.id"]),
        UniqueConstraint("code"),
        CheckConstraint("channel IN ('web', 'chat', 'telegram', 'tablet', 'paper')", name="channel"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        OPTIONS,
    )

    id: Mapped[Key]
    wave_id: Mapped[Id]
    unit_id: Mapped[Id | None]
    code: Mapped[Code]
    channel: Mapped[Slug]
    state: Mapped[Slug]
    preset: Mapped[Json]
    several: Mapped[bool] = mapped_column(default=False, server_default=false())


class Door(Base):
    """What is read before the organisation is known: a hashed code or token, and which object it opens."""

    __tablename__ = "door"
    __table_args__ = (Index(None, "org_id", "object_id"), OPTIONS)

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    purpose: Mapped[Slug] = mapped_column(primary_key=True)
    org_id: Mapped[Id]
    object_id: Mapped[Id]


class OpenSurvey(Base):
    """An open web collector of an open wave as the start page lists it: only what anybody may know, read before the organisation is.

    ``title``, ``name``: language -> text; ``language``: what the questionnaire was written in first. ``opens``,
    ``closes``: the wave's first and last day, None for no limit. The slugs put surveys in order.
    """

    __tablename__ = "open_survey"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "collector_id"], ["collector.org_id", "collector.id"]),
        Index(None, "programme", "wave", "unit", "code"),
        OPTIONS,
    )

    org_id: Mapped[Id] = mapped_column(primary_key=True)
    collector_id: Mapped[Id] = mapped_column(primary_key=True)
    code: Mapped[Code]
    title: Mapped[Json]
    language: Mapped[Language]
    name: Mapped[Json]
    synthetic: Mapped[bool]
    opens: Mapped[date | None]
    closes: Mapped[date | None]
    programme: Mapped[Slug]
    wave: Mapped[Slug]
    unit: Mapped[Slug]
