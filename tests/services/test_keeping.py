"""What is past its date goes, with whatever led to it; what is deleted can't be read from the files either."""

import threading
import time
from contextlib import closing
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update

from surveyapp.services import keeping, responses
from surveyapp.services.keeping import DAYS_KEPT
from surveyapp.store.collectors import Door
from surveyapp.store.drafts import Draft
from surveyapp.store.limits import Counter
from surveyapp.store.migrating import owner_engine
from surveyapp.store.models import Inbox
from surveyapp.store.sessions import Sessions, make_sessions
from surveyapp.store.waves import Wave
from tests.builders import answer, begin, count, draft_of, inside, open_wave, respond
from tests.conftest import Database

TODAY = date(2051, 5, 4)
"""Far from the day on which this runs, on which whoever begins a form sweeps, too."""
CANARY = "a sentence that nobody else ever wrote"


@pytest.fixture(autouse=True)
def _nobody_has_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_swept", {})


def with_code(sessions: Sessions, days_ago: int) -> bytes:
    """A draft that was last touched so long ago, with a short code that leads to it; the hash of its token."""
    with sessions.begin() as session:
        collecting = open_wave(session)
        token = begin(session, collecting)
        draft = draft_of(session, collecting, token)
        responses.short_code(session, collecting, draft)
        row = inside(session).scalars(select(Draft).filter_by(id=draft.id)).one()
        row.touched = TODAY - timedelta(days=days_ago)
        return row.token_hash


def test_what_nobody_touched_for_thirty_days_goes_with_its_code(sessions: Sessions) -> None:
    old, young = with_code(sessions, DAYS_KEPT + 1), with_code(sessions, DAYS_KEPT)
    with sessions.begin() as session:
        doors = count(session, Door)
        assert keeping.purgeable(session, TODAY) == 1
        assert keeping.purge(session, TODAY) == 1
        assert keeping.purgeable(session, TODAY) == 0
    with sessions.reading() as session:
        assert inside(session).scalars(select(Draft.token_hash)).all() == [young]
        assert old != young
        assert count(session, Door) == doors - 1


def test_what_was_sent_stays_whatever_its_age(sessions: Sessions) -> None:
    with sessions.begin() as session:
        respond(session, open_wave(session))
    with sessions.begin() as session:
        keeping.purge(session, TODAY + timedelta(days=10_000))
        assert count(session, Inbox) == 1


def test_whoever_comes_first_on_a_day_sweeps(sessions: Sessions) -> None:
    with_code(sessions, DAYS_KEPT + 1)
    with_code(sessions, DAYS_KEPT - 1)
    with sessions.begin() as session:
        session.add(Counter(bucket=b"b" * 32, ends=1, tries=1))
    with sessions.begin() as session:
        keeping.sweep(session, TODAY)
        assert (count(session, Draft), count(session, Counter)) == (1, 0)
        inside(session).execute(update(Draft).values(touched=TODAY - timedelta(days=DAYS_KEPT + 1)))
        keeping.sweep(session, TODAY)
        assert count(session, Draft) == 1
        keeping.sweep(session, TODAY + timedelta(days=1))
        assert count(session, Draft) == 0


def empty_pages(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return session.scalars(text("PRAGMA freelist_count")).one()


def files_hold(database: Database, words: str) -> bool:
    return any(words.encode() in file.read_bytes() for file in database.folder.glob("survey.db*"))


def test_what_is_deleted_is_in_no_file_of_sqlite(sqlite_database: Database) -> None:
    sessions = make_sessions(sqlite_database.config())
    with sessions.begin() as session:
        collecting = open_wave(session)
        for _ in range(20):
            answer(session, collecting, begin(session, collecting), {"words": [CANARY + " and on" * 100]})
    assert files_hold(sqlite_database, CANARY)
    with sessions.begin() as session:
        keeping.purge(session, TODAY + timedelta(days=10_000))
    assert empty_pages(sessions) > 0
    assert keeping.clean_up(sessions.writing_engine)
    assert empty_pages(sessions) == 0
    assert not files_hold(sqlite_database, CANARY)
    assert (sqlite_database.folder / "survey.db-wal").stat().st_size == 0
    sessions.dispose()


def test_a_reader_that_stays_keeps_the_log_and_is_told_of(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_BUSY_TRIES", 2)
    sessions = make_sessions(sqlite_database.config())
    with sessions.begin() as session:
        open_wave(session)
    with closing(sessions.reading_engine.connect()) as reader:
        reader.execute(text("SELECT count(*) FROM wave")).one()
        with closing(sessions.writing_engine.raw_connection()) as writer:
            writer.cursor().execute("PRAGMA busy_timeout=10")
        assert not keeping.clean_up(sessions.writing_engine)
    assert keeping.clean_up(sessions.writing_engine)
    sessions.dispose()


def test_a_reader_that_goes_soon_is_waited_for(sqlite_database: Database) -> None:
    sessions = make_sessions(sqlite_database.config())
    with sessions.begin() as session:
        open_wave(session)
    looking = threading.Event()

    def look() -> None:
        with sessions.reading() as session:
            count(session, Wave)
            looking.set()
            time.sleep(0.3)

    reader = threading.Thread(target=look)
    reader.start()
    looking.wait()
    assert keeping.clean_up(sessions.writing_engine)
    reader.join()
    sessions.dispose()


def test_postgresql_rewrites_its_tables(database: Database, sessions: Sessions) -> None:
    """The owner's engine; the tables get new files."""
    with sessions.begin() as session:
        respond(session, open_wave(session))
    engine = owner_engine(database.owner_url)
    where = text("SELECT relfilenode FROM pg_class WHERE relname = 'inbox'")
    before = None
    if database.engine == "postgresql":
        with engine.connect() as connection:
            before = connection.scalar(where)
    assert keeping.clean_up(engine)
    if database.engine == "postgresql":
        with engine.connect() as connection:
            assert connection.scalar(where) not in {None, before}
    engine.dispose()
    with sessions.reading() as session:
        assert count(session, Inbox) == 1
