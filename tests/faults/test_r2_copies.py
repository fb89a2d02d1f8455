"""R2: copies of the same submission at the same moment store one response, and everybody gets the same receipt."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from surveyapp.services import responses
from surveyapp.services.collectors import Collecting
from surveyapp.services.responses import Accepted, Submission
from surveyapp.store.migrating import owner_engine
from surveyapp.store.models import Inbox, Participation, SubmissionKey
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, count, open_wave
from tests.conftest import Database

COPIES = 8
FEW = pytest.param(40, id="40")
ALL = pytest.param(200, id="200", marks=pytest.mark.soak)


def submission(number: int) -> Submission:
    return Submission(key=number.to_bytes(16), answers={"how": 1 + number % 3}, language="lv")


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(COPIES) as made:
        yield made


def sent_at_once(sessions: Sessions, pool: ThreadPoolExecutor, collecting: Collecting, number: int) -> list[Accepted]:
    """All copies of one submission, let go at the same moment."""
    start = Barrier(COPIES)

    def send(_: int) -> Accepted:
        start.wait()
        return sessions.retrying(lambda session: responses.accept_submission(session, collecting, submission(number)))

    return list(pool.map(send, range(COPIES)))


@pytest.mark.parametrize("keys", [FEW, ALL])
def test_copies_store_one_response_and_show_one_receipt(
    sessions: Sessions, pool: ThreadPoolExecutor, keys: int
) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
    every = [sent_at_once(sessions, pool, collecting, number) for number in range(keys)]
    assert all(len({accepted.receipt for accepted in copies}) == 1 for copies in every)
    assert len({copies[0].receipt for copies in every}) == keys
    outcomes = Counter(accepted.outcome for copies in every for accepted in copies)
    assert outcomes == {"created": keys, "duplicate": keys * (COPIES - 1)}
    with sessions.reading() as session:
        assert count(session, Inbox) == count(session, SubmissionKey) == count(session, Participation) == keys

    withdrawn = [copies[0].receipt for copies in every[::10]]
    with sessions.begin() as session:
        for receipt in withdrawn:
            responses.withdraw(session, receipt)
    again(sessions, pool, collecting, every, keys - len(withdrawn))
    assert close_and_settle(sessions, collecting).responses == keys - len(withdrawn)
    again(sessions, pool, collecting, every, 0)


def again(
    sessions: Sessions, pool: ThreadPoolExecutor, collecting: Collecting, every: list[list[Accepted]], waiting: int
) -> None:
    """Late copies change nothing and show the receipt of the first."""
    for number, copies in enumerate(every):
        late = sent_at_once(sessions, pool, collecting, number)
        assert set(late) == {(copies[0].receipt, "duplicate")}
    with sessions.reading() as session:
        assert count(session, Inbox) == waiting
        assert count(session, SubmissionKey) == len(every)


def test_without_unique_keys_copies_are_doubled(
    database: Database, sessions: Sessions, pool: ThreadPoolExecutor
) -> None:
    """The control: the same copies on tables that hold no unique key."""
    with sessions.begin() as session:
        collecting = open_wave(session)
    engine = owner_engine(database.owner_url)
    with engine.begin() as connection:
        for table in ("inbox", "submission_key"):
            connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_with_keys"))
            connection.execute(text(f"CREATE TABLE {table} AS SELECT * FROM {table}_with_keys"))
            if database.engine == "postgresql":
                connection.execute(text(f"GRANT ALL ON {table} TO surveyapp_app"))
    engine.dispose()
    sent_at_once(sessions, pool, collecting, 1)
    with sessions.reading() as session:
        assert count(session, Inbox) > 1
