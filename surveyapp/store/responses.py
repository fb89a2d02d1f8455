"""Finished answers on their way: the spent key, the inbox, the settled store. No row holds a time of arrival."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Day, Digest, Id, Json, Key, Language, OrgOwned, Slug

_WAVE = (["org_id", "wave_id"], ["wave.org_id", "wave.id"])


class SubmissionKey(OrgOwned):
    """Hash of a spent key. It outlives settling and withdrawal, so that a late copy stores nothing."""

    __tablename__ = "submission_key"
    __table_args__ = (ForeignKeyConstraint(*_WAVE), OPTIONS)

    wave_id: Mapped[Id] = mapped_column(primary_key=True)
    key_hash: Mapped[Digest] = mapped_column(primary_key=True)


class Participation(OrgOwned):
    """That somebody finished or declined, by channel: rows are counted. ``mark`` is random and joins to nothing."""

    __tablename__ = "participation"
    __table_args__ = (
        ForeignKeyConstraint(*_WAVE),
        CheckConstraint("outcome IN ('finished', 'declined')", name="outcome"),
        OPTIONS,
    )

    wave_id: Mapped[Id] = mapped_column(primary_key=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    channel: Mapped[Slug]
    outcome: Mapped[Slug]


class Inbox(OrgOwned):
    """A finished response until its wave settles: confidential, and to be withdrawn with its receipt.

    ``period``: the quarter, only where the questionnaire releases it; else empty. ``late``: a tablet brought it after
    the wave's end.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        ForeignKeyConstraint(*_WAVE),
        UniqueConstraint("receipt_hash"),
        Index(None, "org_id", "wave_id"),
        OPTIONS,
    )

    id: Mapped[Key]
    wave_id: Mapped[Id]
    unit_id: Mapped[Id | None]
    version: Mapped[int]
    language: Mapped[Language]
    channel: Mapped[Slug]
    variant: Mapped[Slug]
    assisted: Mapped[bool]
    late: Mapped[bool]
    answers: Mapped[Json]
    receipt_hash: Mapped[Digest]
    content_hash: Mapped[Digest]
    period: Mapped[Slug] = mapped_column(default="", server_default="")


class Settled(OrgOwned):
    """An anonymous response. ``columns``: the declared columns beside the answers, and no others.

    ``period``: the wave, or the quarter where that is declared.
    """

    __tablename__ = "settled"
    __table_args__ = (ForeignKeyConstraint(*_WAVE), Index(None, "org_id", "wave_id"), OPTIONS)

    id: Mapped[Key]
    wave_id: Mapped[Id]
    batch: Mapped[int]
    period: Mapped[Slug]
    version: Mapped[int]
    columns: Mapped[Json]
    answers: Mapped[Json]


class ChannelCount(OrgOwned):
    """How many of a settled batch answered through a channel, counted while they are settled; the channel is kept nowhere else.

    Once the batch is complete none is smaller than a group of the public: ``*`` stands for several channels together.
    """

    __tablename__ = "channel_count"
    __table_args__ = (ForeignKeyConstraint(*_WAVE), CheckConstraint("people > 0", name="people"), OPTIONS)

    wave_id: Mapped[Id] = mapped_column(primary_key=True)
    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[Slug] = mapped_column(primary_key=True)
    people: Mapped[int]


class SettledText(OrgOwned):
    """A text apart from the answers it came with, until a person has read it.

    ``approved_sha256``: of the exact words that were approved; ``text`` then holds these. Words that were changed
    since are approved no longer. ``batch``: of the release whose files hold it, from which on nothing about it changes.
    ``service_group``: only where the questionnaire releases services; whoever reads the text isn't shown it.
    """

    __tablename__ = "settled_text"
    __table_args__ = (
        ForeignKeyConstraint(*_WAVE),
        CheckConstraint("state IN ('waiting', 'approved', 'refused')", name="state"),
        CheckConstraint("(state = 'approved') = (approved_sha256 IS NOT NULL)", name="approved"),
        CheckConstraint("batch IS NULL OR state = 'approved'", name="batch"),
        Index(None, "org_id", "wave_id"),
        OPTIONS,
    )

    id: Mapped[Key]
    wave_id: Mapped[Id]
    item: Mapped[Slug]
    language: Mapped[Language]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[Slug]
    approved_sha256: Mapped[Digest | None]
    batch: Mapped[int | None]
    service_group: Mapped[Slug | None]


class TextDeadline(OrgOwned):
    """The day on which the texts of a wave that nobody has approved are deleted; those that settle later, too."""

    __tablename__ = "text_deadline"
    __table_args__ = (ForeignKeyConstraint(*_WAVE), OPTIONS)

    wave_id: Mapped[Id] = mapped_column(primary_key=True)
    day: Mapped[Day]
