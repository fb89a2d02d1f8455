"""Analysts: what they have agreed to before they get rows, and tokens with which their programs get them."""

import uuid
from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store import clock
from surveyapp.store.base import OPTIONS, Key, OrgOwned, Seconds

_PERSON = "person.id"


class Agreement(OrgOwned):
    """That somebody has accepted a version of the agreement."""

    __tablename__ = "agreement"
    __table_args__ = OPTIONS

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_PERSON), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    accepted: Mapped[Seconds]


class ApiToken(OrgOwned):
    """A token of an analyst's program. Its hash is that of a door, which goes when the token is revoked."""

    __tablename__ = "api_token"
    __table_args__ = (Index(None, "org_id", "person_id"), OPTIONS)

    id: Mapped[Key]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_PERSON))
    name: Mapped[str] = mapped_column(String(100))
    made: Mapped[Seconds]

    @property
    def day(self) -> date:
        """The day (UTC) on which it was made."""
        return clock.day(self.made)
