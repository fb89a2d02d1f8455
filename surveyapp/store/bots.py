"""What a bot's process needs of the store: which updates it has seen, who may poll, and how the bot is called."""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, Slug


class Seen(Base):
    """An update that was applied. ``hour``: hours since 1970, for forgetting it; it joins to nothing."""

    __tablename__ = "bot_seen"
    __table_args__ = OPTIONS

    bot: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hour: Mapped[int]


class Lease(Base):
    """Who may do something alone. ``until``: Unix seconds of the database's clock."""

    __tablename__ = "lease"
    __table_args__ = OPTIONS

    name: Mapped[Slug] = mapped_column(primary_key=True)
    holder: Mapped[Slug]
    until: Mapped[int] = mapped_column(BigInteger)


class Bot(Base):
    """A bot as its channel knows it, so that pages can link to it."""

    __tablename__ = "bot"
    __table_args__ = OPTIONS

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    username: Mapped[str] = mapped_column(String(64))
