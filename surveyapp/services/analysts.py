"""Who may have rows: an analyst of the whole organisation, with a second factor, who has accepted the agreement.

Tokens let their programs have the same. Only the hash of a token is stored, and whatever its owner loses, it loses, too.
"""

import secrets
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.services import audit, people, second_factors
from surveyapp.services.codes import digest
from surveyapp.services.people import Held
from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.analysts import Agreement, ApiToken
from surveyapp.store.collectors import Door
from surveyapp.store.inserts import insert_once
from surveyapp.store.tenancy import acting_for, through

VERSION = 1
"""Of the agreement; whoever accepted an earlier one is asked again."""

MOST_TOKENS = 10
_PURPOSE = "api"


class Caller(NamedTuple):
    """Whose program asks, and for which organisation."""

    org_id: UUID
    person_id: UUID


def is_analyst(org_id: UUID, held: Iterable[Held]) -> bool:
    """They are an analyst of the whole organisation: a release is about all of it."""
    return any(each.grant.role == "analyst" and each.grant.is_whole(org_id) for each in held)


def has_agreed(session: Session, org_id: UUID, person_id: UUID) -> bool:
    """They have accepted the agreement as it is now."""
    acting_for(session, org_id)
    return session.get(Agreement, (org_id, person_id, VERSION)) is not None


def agree(session: Session, org_id: UUID, person_id: UUID) -> None:
    """They accept the agreement; done twice it is done once."""
    acting_for(session, org_id)
    key = {"org_id": org_id, "person_id": person_id, "version": VERSION}
    if insert_once(session, Agreement, **key, accepted=clock.seconds(session)):
        audit.record(session, org_id, audit.staff(person_id), "agreement_accepted", person_id, version=VERSION)


def tokens(session: Session, org_id: UUID, person_id: UUID) -> Sequence[ApiToken]:
    """Their tokens, by name."""
    acting_for(session, org_id)
    wanted = select(ApiToken).filter_by(org_id=org_id, person_id=person_id)
    return session.scalars(wanted.order_by(ApiToken.name, ApiToken.id)).all()


def make_token(session: Session, org_id: UUID, person_id: UUID, name: str) -> str:
    """A new token, to be shown once. Raises Refusal "too_many_tokens", and as ``people.read_name`` does."""
    called = people.read_name(name)
    if len(tokens(session, org_id, person_id)) >= MOST_TOKENS:
        raise Refusal("too_many_tokens", {"limit": MOST_TOKENS})
    token, made = secrets.token_urlsafe(32), clock.seconds(session)
    row = ApiToken(org_id=org_id, id=uuid4(), person_id=person_id, name=called, made=made)
    session.add(row)
    session.add(Door(token_hash=digest(token), purpose=_PURPOSE, org_id=org_id, object_id=row.id))
    session.flush()
    audit.record(session, org_id, audit.staff(person_id), "token_made", row.id)
    return token


def revoke(session: Session, org_id: UUID, person_id: UUID, token_id: UUID) -> bool:
    """Make one of their tokens lead nowhere; False when they have no such token."""
    acting_for(session, org_id)
    gone = delete(ApiToken).filter_by(org_id=org_id, person_id=person_id, id=token_id).returning(ApiToken.id)
    if session.execute(gone).first() is None:
        return False
    session.execute(delete(Door).filter_by(org_id=org_id, object_id=token_id))
    audit.record(session, org_id, audit.staff(person_id), "token_revoked", token_id)
    return True


def caller(session: Session, token: str) -> Caller | None:
    """Whose token this is, as long as they may have rows; the session then acts for their organisation."""
    org_id = through(session, _PURPOSE, digest(token))
    door = session.get(Door, (digest(token), _PURPOSE)) if org_id else None
    found = session.get(ApiToken, (door.org_id, door.object_id)) if door else None
    if org_id is None or found is None:
        return None
    allowed = (
        is_analyst(org_id, people.roles_of(session, org_id, found.person_id))
        and has_agreed(session, org_id, found.person_id)
        and second_factors.of(session, found.person_id).any
    )
    return Caller(org_id, found.person_id) if allowed else None


def taken(session: Session, who: Caller, release_id: UUID, **details: str | int) -> None:
    """Note that rows have left. ``details``: which file, how many rows, the SHA-256 of its bytes."""
    acting_for(session, who.org_id)
    audit.record(session, who.org_id, audit.staff(who.person_id), "rows_taken", release_id, **details)
