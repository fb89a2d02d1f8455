"""Published questionnaires: the frozen documents by content, and the numbered versions organisations hold."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, OrgOwned, Slug


class Frozen(Base):
    """A questionnaire's canonical JSON, kept once whoever uses it. It never changes."""

    __tablename__ = "document"
    __table_args__ = OPTIONS

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Version(OrgOwned):
    """A questionnaire under a number that means the same document for ever."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("org_id", "questionnaire", "sha256"),
        CheckConstraint("number > 0", name="number"),
        OPTIONS,
    )

    questionnaire: Mapped[Slug] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(String(64), ForeignKey("document.sha256"))
