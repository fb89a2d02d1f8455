"""The whole course of settling: close, move, rewrite the files, and only then say "settled".

Each step is committed before the next and can be done again, so whoever does them may be killed anywhere: beginning
anew finishes the work, and the job for rewriting is in the store as long as it hasn't been done.
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from surveyapp.services import jobs, keeping, moving, waves
from surveyapp.services.audit import OPERATOR, Actor
from surveyapp.services.moving import Batch
from surveyapp.services.refusals import Refusal
from surveyapp.services.waves import Closed
from surveyapp.store import migrating
from surveyapp.store.sessions import Sessions
from surveyapp.store.waves import Wave

SHORTEST_TURN = 0.1
"""Seconds between two steps on SQLite: whoever waits for it looks at least so often whether it is their turn."""

Progress = Callable[[int, int], None]
"""(done, of how many)."""

Find = Callable[[Session], Wave]
"""Finds the wave in a transaction, and acts for its organisation."""


class Settlement(NamedTuple):
    """What was closed and what was settled. ``waiting``: responses that stay, until they are no small batch."""

    closed: Closed
    batch: Batch
    waiting: int


class Place(NamedTuple):
    """Where to settle: ``owner_url`` is the address for whoever may rewrite the tables."""

    sessions: Sessions
    owner_url: str


def settle(
    place: Place,
    find: Find,
    *,
    keep_open: bool = False,
    actor: Actor = OPERATOR,
    progress: Progress = lambda done, of: None,
) -> Settlement:
    """Close a wave, or leave it open, and settle it until nothing deleted can be read anywhere.

    Raises Refusal as ``waves.close``, ``moving.begin`` and ``rewrite`` do; "rows_dated" before anything is done.
    """
    _refuse_dates(place.sessions)
    closed = Closed(was_open=False, drafts=0)
    if keep_open:
        rewrite(place, find, actor)  # what an earlier run left undone; this one may be refused
    else:
        closed = place.sessions.retrying(lambda session: waves.close(session, find(session)))
    chosen = place.sessions.retrying(lambda session: moving.begin(session, find(session), keep_open=keep_open))
    batch = _move(place, find, chosen, actor, progress)
    with place.sessions.reading() as session:
        waiting = waves.waiting(session, find(session))
    rewrite(place, find, actor)
    return Settlement(closed, batch, waiting)


def _refuse_dates(sessions: Sessions) -> None:
    """A server that keeps when each transaction was committed tells of every row when it was written."""
    with sessions.reading() as session:
        server = session.get_bind().dialect.name == "postgresql"
        if server and session.scalar(text("SELECT current_setting('track_commit_timestamp')")) != "off":
            raise Refusal("rows_dated")


def _move(place: Place, find: Find, chosen: Sequence[UUID], actor: Actor, progress: Progress) -> Batch:
    """The batch in steps. SQLite has one writer: after a step it is others' turn, for as long as the step has taken."""
    done, took = moving.NONE, 0.0
    takes_turns = place.sessions.writing_engine.dialect.name == "sqlite"
    for some in moving.in_parts(chosen):
        if took and takes_turns:
            time.sleep(max(took, SHORTEST_TURN))
        began = time.monotonic()
        part = _step(place, find, some)
        took = time.monotonic() - began
        done = Batch(part.number or done.number, done.responses + part.responses, done.texts + part.texts)
        progress(done.responses, len(chosen))
    place.sessions.retrying(lambda session: moving.end(session, find(session), actor=actor))
    return done


def _step(place: Place, find: Find, some: Sequence[UUID]) -> Batch:
    return place.sessions.retrying(lambda session: moving.step(session, find(session), some))


def rewrite(place: Place, find: Find, actor: Actor = OPERATOR) -> None:
    """Rewrite the files if that has been asked for and not been done; a closed wave is settled from then on.

    A batch that was cut short is ended before: where its wave is over, with everything that was left.
    Raises Refusal "busy" when somebody was in the way; it is then still asked for. Or "not_owner".
    """
    with place.sessions.reading() as session:
        wave = find(session)
        cut_short, over = wave.settling, wave.state in moving.OVER
    if cut_short:
        rest = place.sessions.retrying(lambda session: moving.begin(session, find(session))) if over else []
        _move(place, find, rest, actor, lambda done, of: None)
    with place.sessions.reading() as session:
        wave = find(session)
        seen = jobs.pending(session, jobs.Key(wave.org_id, "rewrite", wave.id))
    if not seen:
        return
    engine = migrating.owner_engine(place.owner_url)
    try:
        cleaned = keeping.clean_up(engine)
    finally:
        engine.dispose()
    if not cleaned:
        raise Refusal("busy")
    place.sessions.retrying(lambda session: moving.finish(session, find(session), seen))
