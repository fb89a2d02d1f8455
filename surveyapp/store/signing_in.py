"""What signing in needs: second factors, sessions, and what is remembered between two of its steps."""

import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.store.base import OPTIONS, Base, Digest, Id, Json, Key, OrgOwned, Seconds, Slug

_PERSON = "person.id"


class Totp(Base):
    """The secret of an authenticator app, wrapped. ``step``: the last one that was used; it isn't taken again.

    ``confirmed``: a code of it has been shown, so that it counts.
    """

    __tablename__ = "totp"
    __table_args__ = OPTIONS

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_PERSON), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary(48))
    confirmed: Mapped[bool]
    step: Mapped[int] = mapped_column(BigInteger)


class RecoveryCode(Base):
    """A code that is good once, in place of a lost second factor."""

    __tablename__ = "recovery_code"
    __table_args__ = OPTIONS

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_PERSON), primary_key=True)
    code_hash: Mapped[Digest] = mapped_column(primary_key=True)


class Passkey(Base):
    """A public key of a device. ``sign_count``: as the device last told it; 0 for one that doesn't count."""

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("credential_hash"), Index(None, "person_id"), OPTIONS)

    id: Mapped[Key]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_PERSON))
    credential_hash: Mapped[Digest]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(2048))
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(64))


class OidcLink(OrgOwned):
    """Whom an organisation's identity provider means: by a keyed hash of its subject, never by an address."""

    __tablename__ = "oidc_link"
    __table_args__ = (Index(None, "org_id", "person_id"), OPTIONS)

    subject_hash: Mapped[Digest] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_PERSON))


class StaffSession(Base):
    """Somebody who is signed in on one device. ``id``: for listing and ending it; the token opens it.

    ``org_id``: the organisation they act in, None until one is chosen. ``second``: when a second factor was last
    shown, None for never.
    """

    __tablename__ = "staff_session"
    __table_args__ = (
        UniqueConstraint("id"),
        CheckConstraint("method IN ('passphrase', 'passkey', 'oidc', 'link')", name="method"),
        Index(None, "person_id"),
        OPTIONS,
    )

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(_PERSON))
    org_id: Mapped[Id | None]
    method: Mapped[Slug]
    device: Mapped[str] = mapped_column(String(80))
    opened: Mapped[Seconds]
    seen: Mapped[Seconds]
    second: Mapped[Seconds | None]
    revoked: Mapped[bool] = mapped_column(default=False, server_default=false())


class PreSession(Base):
    """What is remembered between two steps of signing in, or of adding a passkey; good once, for a few minutes.

    ``person_id``: who has shown a first factor, None where nobody has. ``tries``: wrong second factors so far.
    """

    __tablename__ = "pre_session"
    __table_args__ = (
        CheckConstraint("purpose IN ('second_factor', 'passkey', 'new_passkey', 'oidc')", name="purpose"),
        OPTIONS,
    )

    token_hash: Mapped[Digest] = mapped_column(primary_key=True)
    purpose: Mapped[Slug]
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(_PERSON))
    values: Mapped[Json]
    tries: Mapped[int]
    ends: Mapped[Seconds]
