"""Sessions of staff: on the server, so that one can be ended, and everything that rises gets a new token.

``token``: 256 random bits for a cookie; its SHA-256 is stored. Times are Unix seconds by the database's clock. Whatever
changes a session asks for one that isn't revoked, so that a request on its way brings none back.
"""

import secrets
from collections.abc import Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Update, delete, select, update
from sqlalchemy.orm import Session

from surveyapp.services.codes import digest
from surveyapp.store.signing_in import PreSession, StaffSession

IDLE, LONGEST = 30 * 60, 12 * 60 * 60
"""Seconds after which a session ends when nothing is done in it, and in any case."""

FRESH = 10 * 60
"""Seconds for which a second factor counts for what needs one just now."""

_ROUND = 60
_DEVICE = 80

Method = Literal["passphrase", "passkey", "oidc", "link"]


class Found(NamedTuple):
    """A session that holds. ``org_id``: the organisation it acts in; ``second``: when a second factor was shown."""

    id: UUID
    person_id: UUID
    org_id: UUID | None
    method: str
    device: str
    opened: int
    seen: int
    second: int | None


class Opening(NamedTuple):
    """A session to be opened. ``device``: in words for its owner; ``second``: a second factor was shown with it."""

    person_id: UUID
    org_id: UUID | None
    method: Method
    device: str
    second: bool


def begin(session: Session, opening: Opening, now: int) -> str:
    """Open a session; returns its token."""
    token = _new()
    device = "".join(letter for letter in opening.device if letter.isprintable())[:_DEVICE]
    session.add(
        StaffSession(
            token_hash=digest(token),
            person_id=opening.person_id,
            org_id=opening.org_id,
            method=opening.method,
            device=device,
            opened=now,
            seen=now,
            second=now if opening.second else None,
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, now: int) -> Found | None:
    """The session of a token, if it holds. Changes nothing."""
    row = session.execute(select(*COLUMNS).where(StaffSession.token_hash == digest(token), holds(now))).first()
    return None if row is None else Found(*row)


def hold(session: Session, token: str, now: int) -> bool:
    """At the beginning of whatever changes something: False when the session has ended meanwhile.

    Until the transaction ends nobody can end the session, so that nothing is changed after that.
    """
    return _changed(session, _of(token, now).values(seen=now))


def touch(session: Session, found: Found, token: str, now: int) -> None:
    """Note that the session is in use, at most once a minute, so that looking at pages costs no writing."""
    if is_stale(found, now):
        hold(session, token, now)


def is_stale(found: Found, now: int) -> bool:
    """It is time to note that the session is in use."""
    return now - found.seen >= _ROUND


def lasts(found: Found, now: int) -> int:
    """For how many seconds more a session that is looked at now holds, at least, if nothing else is done in it."""
    return min(IDLE - _ROUND, found.opened + LONGEST - now)


def is_last(found: Found, now: int) -> bool:
    """It ends then whatever is done in it."""
    return found.opened + LONGEST - now < IDLE


def rise(session: Session, token: str, now: int) -> str | None:
    """A second factor was shown: the session goes on under a new token. None when it has ended meanwhile."""
    return _renamed(session, token, now, second=now)


def renew(session: Session, token: str, now: int) -> str | None:
    """Go on under a new token, after a change of a passphrase or factor. None when it has ended meanwhile."""
    return _renamed(session, token, now)


def act_in(session: Session, token: str, org_id: UUID, now: int) -> str | None:
    """Go on in this organisation, to which the person must belong, under a new token.

    Never where an identity provider has vouched for them: it is one organisation's, and speaks for no other.
    """
    return _renamed(session, token, now, StaffSession.method != "oidc", org_id=org_id)


def is_fresh(found: Found, now: int) -> bool:
    """A second factor was shown at most ten minutes ago."""
    return found.second is not None and now - found.second <= FRESH


def listed(session: Session, person_id: UUID, now: int) -> list[Found]:
    """The sessions somebody has, the one used last first."""
    wanted = select(*COLUMNS).where(StaffSession.person_id == person_id, holds(now))
    return [Found(*row) for row in session.execute(wanted.order_by(StaffSession.seen.desc(), StaffSession.id))]


def revoke(session: Session, person_id: UUID, session_id: UUID) -> bool:
    """End one of somebody's own sessions; False when there is none of that id."""
    return _changed(session, _living(person_id).where(StaffSession.id == session_id).values(revoked=True))


def end(session: Session, token: str) -> None:
    """End the session of a token, whosever it is: its browser is about to get another one."""
    session.execute(update(StaffSession).where(StaffSession.token_hash == digest(token)).values(revoked=True))


def revoke_others(session: Session, person_id: UUID, kept: UUID | None = None) -> None:
    """End all of somebody's sessions but one, and all that wait for a second factor.

    Those that wait go first: what becomes a session meanwhile is found among the sessions.
    """
    session.execute(delete(PreSession).filter_by(person_id=person_id))
    living = _living(person_id)
    session.execute((living if kept is None else living.where(StaffSession.id != kept)).values(revoked=True))


def leave(session: Session, person_id: UUID, org_id: UUID) -> None:
    """End somebody's sessions in an organisation."""
    session.execute(_living(person_id).where(StaffSession.org_id == org_id).values(revoked=True))


def purge(session: Session, now: int) -> None:
    """Delete sessions that are over."""
    session.execute(delete(StaffSession).where(~holds(now)))


def forget(session: Session, person_ids: Sequence[UUID]) -> None:
    """Delete all sessions of people who are no longer there."""
    session.execute(delete(StaffSession).where(StaffSession.person_id.in_(person_ids)))


COLUMNS = (
    StaffSession.id,
    StaffSession.person_id,
    StaffSession.org_id,
    StaffSession.method,
    StaffSession.device,
    StaffSession.opened,
    StaffSession.seen,
    StaffSession.second,
)
"""What ``Found`` tells, in its order."""


def holds(now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """In a statement about sessions: it hasn't ended."""
    return ~StaffSession.revoked & (StaffSession.seen > now - IDLE) & (StaffSession.opened > now - LONGEST)


def _new() -> str:
    return secrets.token_urlsafe(32)


def _of(token: str, now: int) -> Update:
    return update(StaffSession).where(StaffSession.token_hash == digest(token), holds(now))


def _living(person_id: UUID) -> Update:
    return update(StaffSession).where(StaffSession.person_id == person_id, ~StaffSession.revoked)


def _renamed(session: Session, token: str, now: int, *conditions: ColumnElement[bool], **values: object) -> str | None:
    fresh = _new()
    changed = _changed(session, _of(token, now).where(*conditions).values(token_hash=digest(fresh), seen=now, **values))
    return fresh if changed else None


def _changed(session: Session, statement: Update) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)  # noqa: S101 - for mypy: what an update always returns
    return result.rowcount == 1
