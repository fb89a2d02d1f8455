"""A transaction acts for one organisation, said once; for another within a block only, and for nobody afterwards."""

import uuid
from contextlib import suppress

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from surveyapp.store import tenancy
from surveyapp.store.inserts import insert_once, table_of
from surveyapp.store.models import AuditHead, Door, Organisation
from surveyapp.store.sessions import Sessions
from surveyapp.store.tenancy import NoOrganisation, OtherOrganisation, acting_for, elsewhere, through

OURS, THEIRS = uuid.UUID(int=0xA), uuid.UUID(int=0xB)


def test_a_session_that_goes_on_after_commit_acts_for_nobody(sessions: Sessions) -> None:
    with sessions.reading(OURS) as session:
        assert session.scalars(select(AuditHead)).all() == []
        session.commit()
        with pytest.raises(StatementError, match="an_organisation"):
            session.scalars(select(AuditHead))


def test_one_transaction_acts_for_one_organisation(sessions: Sessions) -> None:
    with sessions.begin(OURS) as session:
        acting_for(session, OURS)
        with pytest.raises(OtherOrganisation):
            acting_for(session, THEIRS)


def test_another_organisation_is_acted_for_within_a_block_only(sessions: Sessions) -> None:
    for org_id in (OURS, THEIRS):
        with sessions.begin(org_id) as session:
            session.add(AuditHead(org_id=org_id, number=1, hash=b"."))
    with sessions.begin(OURS) as session:
        with suppress(LookupError), elsewhere(session, THEIRS):
            assert session.scalars(select(AuditHead.org_id)).all() == [THEIRS]
            raise LookupError
        assert session.scalars(select(AuditHead.org_id)).all() == [OURS]


def test_going_back_to_a_savepoint_forgets_what_was_said_after_it(sessions: Sessions) -> None:
    with sessions.begin(OURS) as session:
        session.add(AuditHead(org_id=OURS, number=1, hash=b"."))
    with sessions.begin() as session:
        with suppress(LookupError), session.begin_nested():
            acting_for(session, OURS)
            raise LookupError
        with pytest.raises(StatementError, match="an_organisation"):
            session.scalars(select(AuditHead.org_id))
    with sessions.begin(OURS) as session:
        with suppress(LookupError), session.begin_nested():
            session.execute(delete(AuditHead))
            raise LookupError
        assert session.scalars(select(AuditHead.org_id)).all() == [OURS]


def test_a_row_for_others_is_refused_before_it_is_sent(sessions: Sessions) -> None:
    with pytest.raises(OtherOrganisation), sessions.begin(OURS) as session:
        session.add(AuditHead(org_id=THEIRS, number=1, hash=b"."))
    with pytest.raises(OtherOrganisation), sessions.begin(OURS) as session:
        insert_once(session, AuditHead, org_id=THEIRS, number=1, hash=b".")
    with pytest.raises(NoOrganisation), sessions.begin() as session:
        session.add(AuditHead(org_id=THEIRS, number=1, hash=b"."))


def test_a_door_tells_whose_it_is(sessions: Sessions) -> None:
    with sessions.begin() as session:
        insert_once(session, Door, purpose="collector", token_hash=b"d" * 32, org_id=OURS, object_id=uuid.uuid4())
    with sessions.begin() as session:
        assert through(session, "collector", b"d" * 32) == tenancy.organisation_of(session) == OURS
        assert session.scalars(select(AuditHead)).all() == []
    with sessions.begin() as session:
        assert through(session, "resume", b"d" * 32) is None
        assert through(session, "collector", b"d" * 32) == OURS
    with pytest.raises(OtherOrganisation), sessions.begin(THEIRS) as session:
        through(session, "collector", b"d" * 32)


def test_a_row_cannot_point_across(sessions: Sessions) -> None:
    """A node of ours below a node of theirs: whatever the filter and row security think of it."""
    node = {"kind": "owner", "slug": "o", "name": {}}
    for org_id in (OURS, THEIRS):
        with sessions.begin(org_id) as session:
            session.add(Organisation(org_id=org_id, id=org_id, parent_id=None, **node))
    below = {**node, "org_id": OURS, "id": uuid.uuid4(), "parent_id": THEIRS, "kind": "region", "slug": "below"}
    with pytest.raises(IntegrityError), sessions.begin(OURS) as session:
        session.connection().execute(insert(table_of(Organisation)), below)
