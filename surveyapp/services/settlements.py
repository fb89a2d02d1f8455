"""The whole course of settling: close, move, rewrite the files, and only then say "settled".

Each step is committed before the next and can be done again, so whoever does them may be killed anywhere: beginning
anew finishes the work, and the job for rewriting is in the store as long as it hasn't been done.
"""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy.orm import Session

from surveyapp.services import jobs, keeping, moving, waves
from surveyapp.services.audit import OPERATOR, Actor
from surveyapp.services.moving import Batch, Progress
from surveyapp.services.refusals import Refusal
from surveyapp.services.waves import Closed
from surveyapp.store import migrating
from surveyapp.store.sessions import Sessions
from surveyapp.store.waves import Wave

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

    Raises Refusal as ``waves.close``, ``moving.settle`` and ``rewrite`` do.
    """
    closed = Closed(was_open=False, drafts=0)
    if keep_open:
        rewrite(place, find)  # what an earlier run left undone; this one may be refused
    else:
        closed = place.sessions.retrying(lambda session: waves.close(session, find(session)))

    def move(session: Session) -> tuple[Batch, int]:
        wave = find(session)
        batch = moving.settle(session, wave, keep_open=keep_open, actor=actor, progress=progress)
        return batch, waves.waiting(session, wave)

    batch, waiting = place.sessions.retrying(move)
    rewrite(place, find)
    return Settlement(closed, batch, waiting)


def rewrite(place: Place, find: Find) -> None:
    """Rewrite the files if that has been asked for and not been done; a closed wave is settled from then on.

    Raises Refusal "busy" when somebody was in the way; it is then still asked for. Or "not_owner".
    """
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
