"""Releases: what has been published or may be, in bytes that never change, and the ledger that tells of each."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, Day, Digest, Id, Json, Key, OrgOwned, Slug

_WAVE = (["org_id", "wave_id"], ["wave.org_id", "wave.id"])
_RELEASE = (["org_id", "release_id"], ["release.org_id", "release.id"])

FileName = String(64)


class WavePolicy(OrgOwned):
    """What may be released of a wave, fixed while nobody has answered yet.

    ``services``: those of the programme at that time, each with its group or None. ``sha256``: of the whole policy.
    """

    __tablename__ = "wave_policy"
    __table_args__ = (ForeignKeyConstraint(*_WAVE), OPTIONS)

    wave_id: Mapped[Id] = mapped_column(primary_key=True)
    sha256: Mapped[Digest]
    services: Mapped[Json]


class Release(OrgOwned):
    """One batch of a wave, made anonymous once. The database itself refuses to change what was made, or to delete it.

    ``made``: the day (UTC). ``analyst``, ``public``: that profile has been published. ``note``: why it was withdrawn.
    ``n``: people in it. ``withheld``: settled people of the wave up to this batch who are in no release and never will be.
    """

    __tablename__ = "release"
    __table_args__ = (
        ForeignKeyConstraint(*_WAVE),
        UniqueConstraint("org_id", "wave_id", "batch"),
        CheckConstraint("state IN ('made', 'published', 'withdrawn')", name="state"),
        OPTIONS,
    )

    id: Mapped[Key]
    wave_id: Mapped[Id]
    batch: Mapped[int]
    made: Mapped[Day]
    n: Mapped[int]
    withheld: Mapped[int]
    policy_sha256: Mapped[Digest]
    state: Mapped[Slug]
    analyst: Mapped[bool] = mapped_column(default=False, server_default=false())
    public: Mapped[bool] = mapped_column(default=False, server_default=false())
    note: Mapped[str] = mapped_column(Text, default="", server_default="")


class ReleaseFile(OrgOwned):
    """A frozen file. ``size``: bytes. Never changed, never deleted."""

    __tablename__ = "release_file"
    __table_args__ = (ForeignKeyConstraint(*_RELEASE), OPTIONS)

    release_id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(FileName, primary_key=True)
    sha256: Mapped[Digest]
    size: Mapped[int]


class ReleasePart(OrgOwned):
    """A piece of a frozen file, at most 1 MiB. ``number`` counts from 0. Never changed, never deleted."""

    __tablename__ = "release_part"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "release_id", "name"], ["release_file.org_id", "release_file.release_id", "release_file.name"]
        ),
        OPTIONS,
    )

    release_id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(FileName, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerEntry(OrgOwned):
    """What was done with a release, in a chain for each wave: an entry holds the hash of the one before it.

    ``number`` counts from 1. ``event``: "made", "published" or "withdrawn". Only ever added.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        ForeignKeyConstraint(*_WAVE),
        CheckConstraint("event IN ('made', 'published', 'withdrawn')", name="event"),
        CheckConstraint("number > 0", name="number"),
        OPTIONS,
    )

    wave_id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    release_id: Mapped[Id]
    event: Mapped[Slug]
    details: Mapped[Json]
    prev: Mapped[Digest]
    hash: Mapped[Digest]


class PublishedResults(Base):
    """The latest results of a programme that everybody may see, as the list of all shows them, read before the organisation is known.

    ``name``: language -> text. ``programme``, ``wave``: their names in addresses.
    """

    __tablename__ = "published_results"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "programme_id"], ["programme.org_id", "programme.id"]),
        Index(None, "programme"),
        OPTIONS,
    )

    org_id: Mapped[Id] = mapped_column(primary_key=True)
    programme_id: Mapped[Id] = mapped_column(primary_key=True)
    programme: Mapped[Slug]
    wave: Mapped[Slug]
    name: Mapped[Json]
    synthetic: Mapped[bool]
