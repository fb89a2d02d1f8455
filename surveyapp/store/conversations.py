"""Conversations in a chat, and what belongs to them: keys of waves, codes to move with, reminders. No row names a chat."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, Digest, Id, Json, Key, OrgOwned, Slug

_WAVE = (["org_id", "wave_id"], ["wave.org_id", "wave.id"])


class Conversation(OrgOwned):
    """Where somebody stands in a chat. The door of its key leads here; the answers are in the draft, if there is one.

    ``talk``: what the engine keeps beside the answers. ``rev``: how many events have been applied. ``expires``: the
    last day on which it is kept, and nothing finer.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "collector_id"], ["collector.org_id", "collector.id"]),
        ForeignKeyConstraint(["org_id", "draft_id"], ["draft.org_id", "draft.id"]),
        ForeignKeyConstraint(*_WAVE),
        CheckConstraint("rev >= 0", name="rev"),
        Index(None, "org_id", "draft_id"),
        Index(None, "org_id", "wave_id"),
        OPTIONS,
    )

    id: Mapped[Key]
    collector_id: Mapped[Id]
    wave_id: Mapped[Id]
    draft_id: Mapped[Id | None]
    talk: Mapped[Json]
    rev: Mapped[int]
    paused: Mapped[bool]
    expires: Mapped[date]


class WaveKey(Base):
    """A wave's random key, wrapped; read before the organisation is known. It ends with the wave."""

    __tablename__ = "wave_key"
    __table_args__ = (ForeignKeyConstraint(*_WAVE), OPTIONS)

    wave_id: Mapped[Id] = mapped_column(primary_key=True)
    org_id: Mapped[Id]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary(60))


class Handover(Base):
    """A one-time code with which answers move to another channel: its hash, and the draft's token sealed with it.

    No key leads from here to the draft. ``ends``: Unix seconds.
    """

    __tablename__ = "handover"
    __table_args__ = (CheckConstraint("purpose IN ('page', 'telegram')", name="purpose"), OPTIONS)

    code_hash: Mapped[Digest] = mapped_column(primary_key=True)
    purpose: Mapped[Slug]
    org_id: Mapped[Id]
    sealed: Mapped[bytes] = mapped_column(LargeBinary(16))
    ends: Mapped[int] = mapped_column(BigInteger)


class Reminder(Base):
    """That somebody asked to be reminded once, with their address enciphered under the wave's key."""

    __tablename__ = "reminder"
    __table_args__ = (ForeignKeyConstraint(*_WAVE), Index(None, "org_id", "wave_id"), OPTIONS)

    key: Mapped[Digest] = mapped_column(primary_key=True)
    org_id: Mapped[Id]
    wave_id: Mapped[Id]
    sealed: Mapped[bytes] = mapped_column(LargeBinary(44))
    due: Mapped[date]
