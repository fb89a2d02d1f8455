"""Could an answer be stored now? Tried for real, and rolled back."""

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveyapp.store.inserts import table_of
from surveyapp.store.limits import Counter
from surveyapp.store.sessions import Sessions, StoreUnavailable
from surveyapp.store.version import HEAD, present

LEAST_FREE = 200_000_000
"""Bytes that must be free on the disk."""

_CLOCKS_APART = 120
"""Seconds: more than that, and days begin and end wrongly."""


def unready(sessions: Sessions, folder: Path) -> tuple[str, ...]:
    """Reasons why nothing should be sent here now: "disk", "schema", "clock", "database"; empty when all is well."""
    reasons = ["disk"] if free_bytes(folder) < LEAST_FREE else []
    try:
        with sessions.begin() as session:
            reasons += _probe(session)
            session.rollback()
    except (StoreUnavailable, DBAPIError):
        reasons.append("database")
    return tuple(reasons)


def free_bytes(folder: Path) -> int:
    """Free space of the disk a folder is, or would be, on."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return shutil.disk_usage(there).free


def _probe(session: Session) -> list[str]:
    reasons = []
    row = {"bucket": b"\0" * 32, "ends": -time.time_ns(), "tries": 0}
    session.connection().execute(insert(table_of(Counter)), row)
    if present(session.connection()) != HEAD:
        reasons.append("schema")
    theirs = session.scalars(select(func.now())).one()
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    if abs((datetime.now(UTC) - theirs).total_seconds()) > _CLOCKS_APART:
        reasons.append("clock")
    return reasons
