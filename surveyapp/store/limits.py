"""Shared counters of tries, by a network's keyed hash; the key is random each day and forgotten the next."""

from datetime import date

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, Digest


class DayKey(Base):
    """The key of a day."""

    __tablename__ = "limit_key"
    __table_args__ = OPTIONS

    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(32))


class Counter(Base):
    """Tries in one window. ``bucket``: hash of what is limited and whose; ``ends``: Unix seconds."""

    __tablename__ = "limit_counter"
    __table_args__ = OPTIONS

    bucket: Mapped[Digest] = mapped_column(primary_key=True)
    ends: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tries: Mapped[int]
