"""What is remembered between two steps of signing in, under a token for a cookie. It is good once, and not for long."""

import secrets
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from surveyapp.services.codes import digest
from surveyapp.store.signing_in import PreSession

SECONDS = 10 * 60
MISSES = 5
"""Wrong second factors after which the first one has to be shown again."""

Purpose = Literal["second_factor", "passkey", "new_passkey", "oidc"]


class Remembered(NamedTuple):
    """``person_id``: who has shown a first factor, or is signed in; None where nobody has."""

    person_id: UUID | None
    values: Mapping[str, Any]


def remember(
    session: Session, purpose: Purpose, values: Mapping[str, Any], now: int, person_id: UUID | None = None
) -> str:
    """Keep values for the next step; returns the token, 256 random bits."""
    token = secrets.token_urlsafe(32)
    session.add(
        PreSession(
            token_hash=digest(token),
            purpose=purpose,
            person_id=person_id,
            values=dict(values),
            tries=0,
            ends=now + SECONDS,
        )
    )
    session.flush()
    return token


def recall(session: Session, purpose: Purpose, token: str, now: int) -> Remembered | None:
    """What was kept, if it is still good. Others who recall the same wait until the transaction ends."""
    wanted = select(PreSession.person_id, PreSession.values).filter_by(token_hash=digest(token), purpose=purpose)
    row = session.execute(wanted.where(PreSession.ends > now).with_for_update()).first()
    return None if row is None else Remembered(*row)


def take(session: Session, purpose: Purpose, token: str, now: int) -> Remembered | None:
    """What was kept, if it is still good, for the last time: only one of several who take it at once gets it."""
    gone = delete(PreSession).filter_by(token_hash=digest(token), purpose=purpose).where(PreSession.ends > now)
    row = session.execute(gone.returning(PreSession.person_id, PreSession.values)).first()
    return None if row is None else Remembered(*row)


def miss(session: Session, token: str) -> None:
    """A second factor was wrong; after the fifth the first one counts no more."""
    mine = {"token_hash": digest(token)}
    session.execute(update(PreSession).filter_by(**mine).values(tries=PreSession.tries + 1))
    session.execute(delete(PreSession).filter_by(**mine).where(PreSession.tries >= MISSES))


def purge(session: Session, now: int) -> None:
    """Delete what nobody came back for."""
    session.execute(delete(PreSession).where(PreSession.ends <= now))
