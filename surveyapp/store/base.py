"""What every table shares: column types, names of constraints, and the organisation that owns a row."""

import uuid
from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, LargeBinary, MetaData, String, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

OPTIONS = {"sqlite_with_rowid": False}
"""Of every table: SQLite's hidden row number would keep the order of arrival."""


class Moment(TypeDecorator[datetime]):
    """A point in time with zone UTC; SQLite would hand back naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Only times that know their zone get in."""
        if value is not None and value.tzinfo is None:
            message = "a time needs a zone"
            raise ValueError(message)
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Every time that comes out is in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

Key = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=uuid.uuid4)]
Id = Annotated[uuid.UUID, mapped_column(Uuid)]
Digest = Annotated[bytes, mapped_column(LargeBinary(32))]
Slug = Annotated[str, mapped_column(String(64))]
Code = Annotated[str, mapped_column(String(16))]
Language = Annotated[str, mapped_column(String(8))]
Json = Annotated[dict[str, Any], mapped_column(Document)]
JsonList = Annotated[list[Any], mapped_column(Document)]
Day = Annotated[date, mapped_column()]
Seconds = Annotated[int, mapped_column(BigInteger)]
"""A moment: whole Unix seconds by the database's clock."""


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)


class OrgOwned(Base):
    """A row that belongs to one organisation: its key begins with that organisation."""

    __abstract__ = True
    __table_args__: Any = OPTIONS

    org_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, sort_order=-1)
