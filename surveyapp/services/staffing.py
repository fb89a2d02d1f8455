"""Who is at the staff's pages: a session, its owner, and what they may do in the organisation they act in."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from surveyapp.services import audit, limits, people, second_factors, staff_sessions
from surveyapp.services.audit import NOBODY, NOWHERE
from surveyapp.services.codes import digest
from surveyapp.services.people import NEED_SECOND_FACTOR, Held
from surveyapp.services.refusals import Refusal
from surveyapp.services.second_factors import Factors
from surveyapp.services.staff_sessions import Found
from surveyapp.store import clock
from surveyapp.store.organisations import Organisation
from surveyapp.store.people import Belonging, Person
from surveyapp.store.signing_in import StaffSession
from surveyapp.store.tenancy import elsewhere


class Who(NamedTuple):
    """Somebody who is signed in. ``held``: their roles in the organisation they act in; ``now``: when this was read."""

    own: Found
    person: Person
    orgs: tuple[UUID, ...]
    held: tuple[Held, ...]
    factors: Factors
    now: int

    @property
    def org_id(self) -> UUID:
        """The organisation they act in; only where they act in one."""
        if self.own.org_id is None:
            raise Refusal("unknown_organisation")
        return self.own.org_id

    @property
    def roles(self) -> frozenset[str]:
        """What they are there; nobody looks after people and the log of a part of it."""
        return frozenset(each.grant.role for each in self.held if each.grant.role != "admin") | self.of_all & {"admin"}

    @property
    def of_all(self) -> frozenset[str]:
        """What they are for the whole organisation, and not only for a part of it."""
        return frozenset(each.grant.role for each in self.held if each.grant.is_whole(self.org_id))

    @property
    def today(self) -> date:
        """The day (UTC) by the database's clock."""
        return clock.day(self.now)

    @property
    def is_fresh(self) -> bool:
        """A second factor was shown just now."""
        return staff_sessions.is_fresh(self.own, self.now)

    @property
    def minutes(self) -> int:
        """For how many minutes more they stay signed in, at least, if they do nothing."""
        return staff_sessions.lasts(self.own, self.now) // 60

    @property
    def hours(self) -> int | None:
        """After how many hours they have to sign in again, where that is soon; None as long as they can stay longer."""
        return staff_sessions.LONGEST // 3600 if staff_sessions.is_last(self.own, self.now) else None

    @property
    def owes_second_factor(self) -> bool:
        """They have a role that isn't to be had without a second factor, and have shown none, or have none any more."""
        missing = self.own.second is None or not self.factors.any
        return missing and not NEED_SECOND_FACTOR.isdisjoint(self.roles)

    @property
    def owes_passphrase(self) -> bool:
        """The passphrase they came in with was good once, and they have no other."""
        return self.own.method == "passphrase" and self.person.password is None

    @property
    def asks_present(self) -> bool:
        """They have a passphrase, and only whoever knows it may change it; a second factor takes its place nowhere."""
        return self.person.password is not None


def who(session: Session, token: str) -> Who | None:
    """Whose token this is, if the session holds and they still belong where they act. Changes nothing."""
    rows = session.execute(_WHO, {"token_hash": digest(token)}).all()
    if not rows:
        return None
    *found, now, person, app, passkeys, codes, _ = rows[0]
    own, orgs = Found(*found), tuple(row.org_id for row in rows if row.org_id is not None)
    if own.org_id is not None and own.org_id not in orgs:
        return None
    held = people.roles_of(session, own.org_id, person.id) if own.org_id else []
    return Who(own, person, orgs, tuple(held), Factors(app > 0, passkeys, codes), now)


_WHO = (
    select(
        *staff_sessions.COLUMNS,
        clock.Present(),
        Person,
        *second_factors.counts(StaffSession.person_id),
        Belonging.org_id,
    )
    .select_from(StaffSession)
    .join(Person, Person.id == StaffSession.person_id)
    .outerjoin(Belonging, Belonging.person_id == Person.id)
    .where(StaffSession.token_hash == bindparam("token_hash"), staff_sessions.holds(clock.Present()))
    .order_by(Belonging.org_id)
)
"""A row for each of their organisations. Made once, and asked at once: it precedes every page of staff."""


def now(session: Session) -> int:
    """The time by the database's clock."""
    return clock.seconds(session)


def hold(session: Session, token: str) -> int:
    """At the beginning of whatever changes something; returns the time. Raises Refusal "signed_out"."""
    now = clock.seconds(session)
    if not staff_sessions.hold(session, token, now):
        raise Refusal("signed_out")
    return now


def denied(session: Session, own: Who, endpoint: str) -> None:
    """Note that somebody asked for what their role doesn't allow."""
    audit.record(session, own.org_id, audit.staff(own.person.id), "denied", page=endpoint)


def form_refused(session: Session, own: Who | None, endpoint: str) -> None:
    """Note that a form was sent that isn't one we gave to whoever sends it; not each time, so that it can't fill the log.

    ``own``: who is signed in, None for anybody else.
    """
    actor = audit.staff(own.person.id) if own else NOBODY
    if limits.within(session, limits.REFUSED_FORMS, str(actor.person_id), clock.seconds(session)):
        log = NOWHERE if own is None else own.own.org_id or people.home(session, own.person.id)
        audit.record(session, log, actor, "form_refused", page=endpoint)


def name_of(session: Session, org_id: UUID) -> dict[str, str]:
    """What an organisation is called: language -> name."""
    with elsewhere(session, org_id):
        return dict(session.scalars(select(Organisation.name).filter_by(org_id=org_id, id=org_id)).one())
