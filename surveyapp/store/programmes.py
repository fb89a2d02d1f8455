"""Programmes: what is asked, on whose behalf, and what its placeholders stand for."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, Id, Json, JsonList, Key, OrgOwned, Slug


class Programme(OrgOwned):
    """A programme of its owner.

    ``values``: placeholder -> text, or language -> text. ``modules``: optional modules that are on.
    ``services``: service -> its group and the names of both. ``funder``: text by language and logos with their words.
    ``synthetic``: made-up data, to be marked on every page and file.
    """

    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("slug"),
        OPTIONS,
    )

    id: Mapped[Key]
    slug: Mapped[Slug]
    name: Mapped[Json]
    values: Mapped[Json]
    modules: Mapped[JsonList]
    services: Mapped[Json]
    funder: Mapped[Json]
    synthetic: Mapped[bool]


class Directory(Base):
    """Which organisation a programme's name belongs to, and no more: read before the organisation is known."""

    __tablename__ = "directory"
    __table_args__ = OPTIONS

    slug: Mapped[Slug] = mapped_column(primary_key=True)
    org_id: Mapped[Id]
