"""The worker: takes what is due from the store, does it, and may be killed while doing so.

Huey wakes it; a minute's sweep asks for what the calendar wants; between them it looks every other second whether somebody
has asked for something, so that nobody else needs the queue.
"""

import logging
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from huey import Huey, crontab
from huey.consumer import Consumer, Scheduler
from sqlalchemy.orm import Session

from surveyapp import reports_in_words
from surveyapp.config import Config
from surveyapp.holders import Holder
from surveyapp.queues import queue_of
from surveyapp.services import agenda, audit, frozen, jobs, keeping, releasing, settlements, waves
from surveyapp.services.drawing import Shell
from surveyapp.services.jobs import Taken
from surveyapp.services.refusals import Refusal
from surveyapp.services.settlements import Place
from surveyapp.store import migrating
from surveyapp.store.sessions import Sessions, StoreUnavailable
from surveyapp.store.waves import Wave
from surveyapp.traces import InOneLine, where

log = logging.getLogger(__name__)
_BETWEEN_LOOKS = 2
_BETWEEN_BEATS = 5.0
_LATER = 30
_GRACE = 20
"""Seconds for which a worker that is told to stop goes on with what it does; then it stops all the same."""


class Doing(NamedTuple):
    """What a job's work is given. ``report``: takes how much of how much is done, as often as one likes."""

    place: Place
    org_id: UUID
    object_id: UUID
    report: Callable[[int, int], None]

    def wave(self, session: Session) -> Wave:
        """The wave that the job is about. Raises Refusal "no_such_wave"."""
        return waves.of_id(session, self.org_id, self.object_id)


def _settle(doing: Doing) -> None:
    settlements.settle(doing.place, doing.wave, actor=audit.JOB, progress=doing.report)


def _part(doing: Doing) -> None:
    """One part; of a part that was begun before only the rest is done where too few have come since for another."""
    with doing.place.sessions.reading() as session:
        wave = doing.wave(session)
        begun = wave.settling or jobs.pending(session, jobs.Key(doing.org_id, "rewrite", wave.id))
    try:
        settlements.settle(doing.place, doing.wave, keep_open=True, actor=audit.JOB, progress=doing.report)
    except Refusal as refusal:
        if not (begun and refusal.code == "too_few_waiting"):
            raise


def _rewrite(doing: Doing) -> None:
    settlements.rewrite(doing.place, doing.wave, audit.JOB)


def _release(doing: Doing) -> None:
    """The next batch, for nobody yet; once it is made nothing is left to be done."""
    with doing.place.sessions.reading() as session:
        wave = doing.wave(session)
        name, made = waves.name_of(session, wave), bool(frozen.releases_of(session, wave))
    try:
        releasing.make(doing.place.sessions, name, audit.JOB, Shell(reports_in_words.pages, doing.report))
    except Refusal as refusal:
        if not (made and refusal.code == "released_already"):
            raise


def _keep(doing: Doing) -> None:
    doing.place.sessions.retrying(keeping.daily)
    engine = migrating.owner_engine(doing.place.owner_url)
    cleaned = keeping.clean_up(engine, keeping.CONFIDENTIAL)
    engine.dispose()
    if not cleaned:
        raise Refusal("busy")


WORK: Mapping[str, Callable[[Doing], None]] = {
    "settle": _settle,
    "part": _part,
    "rewrite": _rewrite,
    "release": _release,
    "keep": _keep,
}
"""Kind of job -> what is done. All of it can be done again from the beginning, wherever it was cut short."""


class Worker:
    """Does one job after the other under a name of its own. ``name``: who it is, also after it was killed."""

    def __init__(self, place: Place, name: str) -> None:
        self._place, self._name = place, name
        self._busy: set[jobs.Key] = set()

    def look(self) -> bool:
        """Whether something is due that nobody is doing."""
        try:
            with self._place.sessions.reading() as session:
                return jobs.waiting(session, self._name, self._busy)
        except StoreUnavailable:
            return False

    def sweep(self) -> None:
        """Ask for what the calendar asks for."""
        try:
            self._place.sessions.retrying(agenda.ask_for_what_is_due)
        except StoreUnavailable:
            log.warning("the store is away: the calendar waits")

    def work(self) -> None:
        """Do everything that is due."""
        try:
            while taken := self._place.sessions.retrying(lambda session: jobs.take(session, self._name, self._busy)):
                self._do(taken)
        except StoreUnavailable:
            log.warning("the store is away: jobs wait")

    def _do(self, taken: Taken) -> None:
        self._busy.add(taken.key)
        began = time.monotonic()
        try:
            self._begin(taken)
        except Refusal as refusal:
            self._refused(taken, refusal.code)
        except StoreUnavailable:
            self._note(lambda session: jobs.postponed(session, taken.key, _LATER, tried=False))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next job has nothing to do with it
            log.error("%s failed: %s at %s", taken.key.kind, type(error).__name__, where(error.__traceback__))  # noqa: TRY400 - the message may quote a person
            self._note(lambda session: jobs.postponed(session, taken.key, _LATER * taken.attempts, tried=True))
        else:
            self._note(lambda session: jobs.finished(session, taken.key, taken.asks))
            log.info("%s: done in %.1f s", taken.key.kind, time.monotonic() - began)
        finally:
            self._busy.discard(taken.key)

    def _begin(self, taken: Taken) -> None:
        if taken.attempts > jobs.TRIES:
            raise Refusal("gave_up")
        with self._beating(taken) as report:
            WORK[taken.key.kind](Doing(self._place, taken.key.org_id, taken.key.object_id, report))

    def _refused(self, taken: Taken, code: str) -> None:
        log.warning("%s: %s", taken.key.kind, code)
        if code == "busy":
            self._note(lambda session: jobs.postponed(session, taken.key, _LATER, tried=False))
        else:
            self._note(lambda session: jobs.failed(session, taken.key, code))

    def _note(self, work: Callable[[Session], Any]) -> None:
        self._place.sessions.retrying(work)

    @contextmanager
    def _beating(self, taken: Taken) -> Iterator[Callable[[int, int], None]]:
        """Keep giving signs of life, with how far the work is, until the block ends."""
        far, over = [0, 0], threading.Event()

        def report(done: int, of: int) -> None:
            far[:] = done, of

        def beat() -> None:
            while not over.wait(_BETWEEN_BEATS):
                try:
                    with self._place.sessions.begin() as session:
                        jobs.beat(session, taken.key, self._name, *far)
                except StoreUnavailable:  # SQLite has one writer, and it may be the work itself
                    continue

        beating = threading.Thread(target=beat, daemon=True)
        beating.start()
        try:
            yield report
        finally:
            over.set()
            beating.join()


def work(config: Config, sessions: Sessions) -> None:
    """Work until told to stop. Raises Refusal as ``queue_of`` does."""
    queue = queue_of(config)
    _configure(config.log_level)
    holder = Holder(config.instance_dir / "worker.lock")
    worker = Worker(Place(sessions, config.owner_url), holder.name() or secrets.token_hex(16))
    worker.sweep()
    consumer_of(queue, worker).run()
    holder.close()


def consumer_of(queue: Huey, worker: Worker) -> Consumer:
    """Huey's consumer with our two tasks and a look at the store between its own."""
    wake = queue.task(name="work")(worker.work)
    queue.periodic_task(crontab(), name="sweep", expires=50)(worker.sweep)

    class Lookout(Scheduler):  # type: ignore[misc]
        """Looks into the store, too."""

        def loop(self, now: Any = None) -> None:
            try:
                if worker.look() and not queue.pending_count():
                    wake()
            except Exception as error:  # noqa: BLE001 - else nobody would look any more
                log.error("looking failed: %s at %s", type(error).__name__, where(error.__traceback__))  # noqa: TRY400 - the message may quote a person
            super().loop(now)

    class Looking(Consumer):  # type: ignore[misc]
        scheduler_class = Lookout

    often = {"scheduler_interval": _BETWEEN_LOOKS, "max_delay": 1.0}
    return Looking(queue, **often, graceful_signal="TERM", shutdown_timeout=_GRACE)


def _configure(level: str) -> None:
    """Log to standard error; of Huey only what goes wrong, and that in one line."""
    words = "%(asctime)s %(levelname)s %(name)s %(message)s"
    logging.basicConfig(stream=sys.stderr, level=level.upper(), format=words, force=True)
    logging.getLogger("huey").setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(InOneLine())
