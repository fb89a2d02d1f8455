"""The worker as it runs: asked by a row, told by the calendar, patient with whoever is in the way, silent about people."""

import io
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from huey import PostgresHuey
from sqlalchemy import select, text, update

from surveyapp import jobs as working
from surveyapp import processes, queues
from surveyapp.cli import main
from surveyapp.jobs import Doing, Worker
from surveyapp.services import jobs, keeping
from surveyapp.services.collectors import Collecting
from surveyapp.services.settlements import Place, settle
from surveyapp.store.jobs import Job
from surveyapp.store.models import AuditEntry, Draft, Release, Settled
from surveyapp.store.sessions import PRAGMAS, Sessions, make_sessions
from surveyapp.store.tenancy import elsewhere
from surveyapp.traces import InOneLine
from tests.builders import begin, count, gathered, inside, wave_of
from tests.conftest import SECRET, Database
from tests.services.test_settling_in_steps import CutShort, cut_after

KINDS: tuple[jobs.Kind, ...] = ("release", "settle")


@pytest.fixture
def worker(database: Database, sessions: Sessions) -> Worker:
    return Worker(Place(sessions, database.owner_url), "anna")


def ask(sessions: Sessions, collecting: Collecting, kind: jobs.Kind) -> None:
    with sessions.begin() as session:
        jobs.ask(session, collecting.org_id, kind, collecting.wave_id)


def shown(sessions: Sessions, collecting: Collecting) -> dict[str, str]:
    """Kind -> state, with the reason of a failure."""
    with sessions.reading() as session:
        found = jobs.jobs_of(session, collecting.org_id)
    return {each.kind: " ".join(filter(None, (each.state, each.reason))) for each in found}


def test_what_a_page_asks_for_is_settled_and_released(sessions: Sessions, worker: Worker) -> None:
    collecting = gathered(sessions, 12)
    ask(sessions, collecting, "settle")
    assert worker.look()
    worker.work()
    assert not worker.look()
    ask(sessions, collecting, "release")
    worker.work()
    assert shown(sessions, collecting) == {"settle": "done", "release": "done"}
    ask(sessions, collecting, "release")
    worker.work()
    assert shown(sessions, collecting)["release"] == "done", "it is made already"
    with sessions.reading() as session:
        assert wave_of(session, collecting).state == "settled"
        (settled,) = inside(session).scalars(select(AuditEntry).where(AuditEntry.verb == "settled"))
        assert (settled.actor, settled.details) == ("job", {"batch": 1, "responses": 12})


def test_a_release_that_is_asked_for_with_the_settling_waits_for_it(sessions: Sessions, worker: Worker) -> None:
    """In the same second they would come by their names, the release first; and of two workers the other would begin it."""
    collecting = gathered(sessions, 12)
    with sessions.begin() as session:
        for kind in KINDS:
            jobs.ask(session, collecting.org_id, kind, collecting.wave_id)
        session.execute(update(Job).values(due=Job.due - 60))
    with sessions.begin() as session:
        taken = jobs.take(session, "berta", ())
        assert taken
        assert taken.key.kind == "settle"
    worker.work()
    assert shown(sessions, collecting) == {"settle": "running", "release": "due"}
    with sessions.begin() as session:
        jobs.postponed(session, taken.key, 0, tried=True)
    worker.work()
    assert shown(sessions, collecting) == {"settle": "done", "release": "done"}
    with sessions.reading() as session:
        assert [each.n for each in inside(session).scalars(select(Release))] == [12]


def test_a_part_is_settled_once_and_one_that_was_cut_short_is_ended(
    sessions: Sessions, database: Database, worker: Worker
) -> None:
    collecting = gathered(sessions, 45)
    with sessions.begin() as session:
        wave_of(session, collecting).offers_withdrawal = False
    with pytest.raises(CutShort):
        settle(
            Place(sessions, database.owner_url),
            lambda session: wave_of(session, collecting),
            keep_open=True,
            progress=cut_after(1),
        )
    for told in ("done", "failed too_few_waiting"):
        ask(sessions, collecting, "part")
        worker.work()
        assert shown(sessions, collecting) == {"part": told}
        with sessions.reading() as session:
            assert (count(session, Settled), wave_of(session, collecting).settling) == (25, 0)


def test_a_release_says_after_each_step_how_far_it_is(sessions: Sessions, database: Database, worker: Worker) -> None:
    collecting, told = gathered(sessions, 12), []
    ask(sessions, collecting, "settle")
    worker.work()
    place = Place(sessions, database.owner_url)
    working.WORK["release"](
        Doing(place, collecting.org_id, collecting.wave_id, lambda done, of: told.append((done, of)))
    )
    assert told == [(step, 6) for step in range(7)]


def test_a_refusal_is_shown_and_waits_for_a_person(sessions: Sessions, worker: Worker) -> None:
    collecting = gathered(sessions, 3)
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.settles = wave.settles.replace(year=2999)
    ask(sessions, collecting, "settle")
    ask(sessions, collecting, "release")
    worker.work()
    assert shown(sessions, collecting) == {"settle": "failed too_early", "release": "failed not_settled"}


def test_a_fault_is_tried_five_times_and_hides_what_it_says(
    sessions: Sessions, worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(doing: Doing) -> None:
        raise ValueError("what Anna wrote")

    monkeypatch.setattr(working, "WORK", {"settle": broken})
    collecting = gathered(sessions, 1)
    ask(sessions, collecting, "settle")
    for _ in range(jobs.TRIES + 1):
        worker.work()
        with sessions.begin() as session:
            session.execute(update(Job).where(Job.state == "due").values(due=0))
    assert shown(sessions, collecting) == {"settle": "failed gave_up"}
    assert caplog.text.count("ValueError") == jobs.TRIES
    assert "Anna" not in caplog.text


def test_how_far_it_is_can_be_seen_meanwhile(
    sessions: Sessions, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    collecting, seen = gathered(sessions, 1), []

    def slow(doing: Doing) -> None:
        doing.report(3, 9)
        until = time.monotonic() + 20
        while not seen and time.monotonic() < until:
            time.sleep(0.05)
            with sessions.reading() as session:
                (job,) = jobs.jobs_of(session, collecting.org_id)
                if job.total:
                    seen.append((job.state, job.progress, job.total))

    monkeypatch.setattr(working, "_BETWEEN_BEATS", 0.1)
    monkeypatch.setattr(working, "WORK", {"settle": slow})
    ask(sessions, collecting, "settle")
    worker.work()
    assert seen == [("running", 3, 9)]


def test_a_wave_is_not_settled_while_a_reader_keeps_the_log(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks meanwhile is told the truth: answers that were deleted could still be read in the log."""
    monkeypatch.setattr(keeping, "_BUSY_TRIES", 1)
    sessions = make_sessions(sqlite_database.config())
    worker = Worker(Place(sessions, sqlite_database.owner_url), "anna")
    monkeypatch.setitem(PRAGMAS, "busy_timeout", "50")
    collecting = gathered(sessions, 3)
    ask(sessions, collecting, "settle")
    with sessions.reading_engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM wave")).one()
        worker.work()
        assert shown(sessions, collecting) == {"settle": "due"}
        with sessions.reading() as session:
            assert (count(session, Settled), wave_of(session, collecting).state) == (3, "closed")
    with sessions.begin() as session:
        session.execute(update(Job).values(due=0))
    worker.work()
    with sessions.reading() as session:
        assert wave_of(session, collecting).state == "settled"
    sessions.dispose()


def test_only_the_owner_of_the_tables_can_settle(postgresql_database: Database) -> None:
    sessions = make_sessions(postgresql_database.config())
    collecting = gathered(sessions, 3)
    ask(sessions, collecting, "settle")
    Worker(Place(sessions, postgresql_database.url), "anna").work()
    assert shown(sessions, collecting) == {"settle": "failed not_owner"}
    with sessions.reading() as session:
        assert wave_of(session, collecting).state == "closed"
    sessions.dispose()


def test_house_is_kept(sessions: Sessions, worker: Worker) -> None:
    collecting = gathered(sessions, 1)
    with sessions.begin() as session:
        begin(session, collecting)
        inside(session).execute(update(Draft).values(touched=collecting.today.replace(year=2020)))
    worker.sweep()
    worker.work()
    with sessions.begin() as session:
        assert count(session, Draft) == 0
        assert session.scalars(select(Job.state).where(Job.kind == "keep")).one() == "done"
        with elsewhere(session, jobs.NOTHING):
            (entry,) = session.scalars(select(AuditEntry))
            assert (entry.verb, entry.details) == ("purged", {"drafts": 1})


def until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it never came")


@contextmanager
def running(database: Database, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The worker's own process; ``said`` in the database's folder takes what it says. ``more``: settings."""
    environ = {**os.environ, "DATABASE_URL": database.url, "DATABASE_OWNER_URL": database.owner_url}
    environ |= {"SECRET_KEY": SECRET, "INSTANCE_DIR": str(database.folder), "LOG_LEVEL": "debug", **more}
    with (database.folder / "said").open("ab") as said:
        process = subprocess.Popen(processes.WORKER, env=environ, stdout=said, stderr=said)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def test_it_runs_until_it_is_told_to_end_and_takes_up_what_another_left(database: Database, sessions: Sessions) -> None:
    collecting = gathered(sessions, 12)
    ask(sessions, collecting, "settle")
    (database.folder / "worker.lock").write_text("a predecessor")
    with sessions.begin() as session:
        session.execute(update(Job).values(state="running", holder="a predecessor", heartbeat=Job.due))
    with running(database) as process:
        until(lambda: shown(sessions, collecting) == {"settle": "done"})
        ask(sessions, collecting, "release")
        until(lambda: shown(sessions, collecting)["release"] == "done")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    said = (database.folder / "said").read_text()
    assert "settle: done" in said
    assert not [words for words in ("person ", str(collecting.wave_id), collecting.code) if words in said]


def test_while_the_server_is_away_it_goes_on_and_says_so_in_a_line(tmp_path: Path) -> None:
    nowhere = "postgresql://nobody:nothing@127.0.0.1:9/nowhere"
    said = tmp_path / "said"
    with running(Database("postgresql", nowhere, nowhere, tmp_path)) as process:
        until(lambda: "Error reading from queue: OperationalError at " in said.read_text())
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert "Traceback" not in said.read_text()


def test_the_same_mishap_is_told_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words may quote a person."""
    now, out = [100.0], io.StringIO()
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    handler = logging.StreamHandler(out)
    handler.addFilter(InOneLine())
    for seconds, name in ((0, "one"), (0, "other"), (1, "one"), (58, "one"), (1, "one")):
        now[0] += seconds
        try:
            int("Anna wrote this")
        except ValueError:
            told = (name, logging.ERROR, __file__, 1, "at %d", (now[0],), sys.exc_info())
            handler.handle(logging.LogRecord(*told))
    handler.handle(logging.LogRecord("one", logging.WARNING, __file__, 1, "all is well", (), None))
    *told_of, last = out.getvalue().splitlines()
    assert [line[:20] for line in told_of] == ["at 100: ValueError a"] * 2 + ["at 160: ValueError a"]
    assert last == "all is well"


def test_the_queue_is_a_file_that_keeps_nothing(sqlite_database: Database) -> None:
    queue = queues.queue_of(sqlite_database.config())
    queue.task(name="work")(lambda: None)()
    file = sqlite_database.folder / "queue.db"
    assert file.stat().st_mode & 0o777 == 0o600
    held = {
        name: queue.storage.conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("secure_delete", "temp_store")
    }
    assert held == {"secure_delete": 1, "temp_store": 2}
    with closing(sqlite3.connect(file)) as connection:
        (data,) = connection.execute("SELECT data FROM task").fetchone()
    other = queues.queue_of(sqlite_database.config(SECRET_KEY="o" * 40))
    assert queue.deserialize_task(data)
    with pytest.raises(ValueError, match="mismatch"):
        other.deserialize_task(data)
    queue.storage.close()
    other.storage.close()


def test_postgresql_has_the_queue_in_a_schema_of_its_own(postgresql_database: Database) -> None:
    queue = queues.queue_of(postgresql_database.config())
    assert isinstance(queue, PostgresHuey)
    queue.task(name="work")(lambda: None)()
    assert queue.pending_count() == 1
    assert queue.dequeue()
    queue.storage.close()


def test_without_the_client_for_redis_it_says_what_to_install(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huey.storage.Redis", None)
    environ = {"DATABASE_URL": sqlite_database.url, "SECRET_KEY": SECRET, "INSTANCE_DIR": str(sqlite_database.folder)}
    ended = CliRunner().invoke(main, ["worker"], env=environ | {"REDIS_URL": "redis://127.0.0.1:1/0"})
    assert ended.exit_code == 1
    assert "extra “redis”" in ended.output
