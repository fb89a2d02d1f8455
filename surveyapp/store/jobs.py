"""Work that is to be done in the background. The row is what counts: whoever does the work may be killed at any moment."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, Id, Seconds, Slug


class Job(Base):
    """Something to be done to an object, at most once at a time; asked for again, the row begins anew.

    It is looked for before anybody knows whose it is, like a door, and holds no answers. ``due``: not before.
    ``heartbeat``: the last sign of life of who does it, 0 for none. ``asks``: how often it was asked for, so that what
    was asked meanwhile isn't taken for done. ``reason``: code of the refusal it failed with, else empty.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('due', 'running', 'done', 'failed')", name="state"),
        OPTIONS,
    )

    org_id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Slug] = mapped_column(primary_key=True)
    object_id: Mapped[Id] = mapped_column(primary_key=True)
    state: Mapped[Slug]
    due: Mapped[Seconds]
    heartbeat: Mapped[Seconds]
    holder: Mapped[Slug]
    progress: Mapped[int]
    total: Mapped[int]
    attempts: Mapped[int]
    asks: Mapped[int]
    reason: Mapped[Slug]
