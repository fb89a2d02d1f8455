"""Keeping house: what is past its date goes, and files are rewritten so that nothing deleted can be read from them."""

import sqlite3
import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, delete, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from surveyapp.engine.talks import DAYS_KEPT
from surveyapp.services import audit, forgetting, invitations, jobs, limits, pre_sessions, staff_sessions, texts
from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.bots import Seen
from surveyapp.store.collectors import Door
from surveyapp.store.conversations import Handover, Reminder
from surveyapp.store.drafts import Draft
from surveyapp.store.sessions import is_disturbance
from surveyapp.store.tenancy import elsewhere, organisations

__all__ = (
    "CONFIDENTIAL",
    "DAYS_KEPT",
    "clean_up",
    "daily",
    "purge",
    "purge_chats",
    "purge_sign_in",
    "purgeable",
    "sweep",
)

_BUSY_TRIES = 20
SEEN_HOURS = 48
"""Hours for which the numbers of a bot's updates are kept; a channel repeats none for longer than a day."""

DAYS_TO_REMIND = 7
"""Days after which a reminder that could not be sent is deleted."""

CONFIDENTIAL = (
    *("inbox", "draft", "door", "conversation", "bot_seen", "wave_key", "handover", "reminder"),
    "settled_text",  # of which the words as they were written go when others are approved
)
"""Tables from which something is deleted every day."""

_REWRITTEN = (*CONFIDENTIAL, "submission_key", "participation", "settled", "channel_count")

_swept: dict[str, date | int] = {}


def sweep(session: Session, today: date) -> None:
    """Purge once a day in each process, whoever comes first; there need be no timer for a promise to be kept.

    What belongs to chats and to signing in is kept for hours or minutes, and goes once an hour.
    """
    hour = int(time.time()) // 3600
    if _swept.get("hour") != hour:
        purge_chats(session, time.time())
        purge_sign_in(session, clock.seconds(session))
        _swept["hour"] = hour
    if _swept.get("day") != today:
        purge(session, today)
        limits.purge(session, time.time())
        _swept["day"] = today


def purge(session: Session, today: date) -> int:
    """Delete drafts nobody has touched for 30 days, with the codes that led to them; returns how many.

    Conversations, too, and those in which nobody has agreed to anything; and settled texts that nobody has approved in time.
    """
    old = purgeable(session, today)
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            texts.purge(session, org_id, today)
            forgetting.expired(session, org_id, today, _is_old(today))
            gone = delete(Draft).filter_by(org_id=org_id).where(_is_old(today)).returning(Draft.id)
            for draft_id in session.scalars(gone).all():
                session.execute(delete(Door).filter_by(org_id=org_id, object_id=draft_id))
    return old


def purge_chats(session: Session, now: float) -> None:
    """Delete numbers of updates after 48 hours, one-time codes after their minutes, reminders after 7 days."""
    session.execute(delete(Seen).where(Seen.hour < int(now) // 3600 - SEEN_HOURS))
    session.execute(delete(Handover).where(Handover.ends <= int(now)))
    today = clock.day(now)
    session.execute(delete(Reminder).where(Reminder.due <= today - timedelta(days=DAYS_TO_REMIND)))


def daily(session: Session) -> None:
    """Everything that is past its date goes, and the log of the service tells how many unfinished answers did."""
    now = clock.seconds(session)
    drafts = purge(session, clock.day(now))
    purge_chats(session, now)
    purge_sign_in(session, now)
    limits.purge(session, now)
    jobs.purge(session, now)
    audit.record(session, audit.NOWHERE, audit.JOB, "purged", drafts=drafts)


def purge_sign_in(session: Session, now: int) -> None:
    """Delete sessions of staff that are over, and links and steps of signing in that nobody used in their time."""
    for module in (staff_sessions, pre_sessions, invitations):
        module.purge(session, now)


def purgeable(session: Session, today: date) -> int:
    """How many drafts nobody has touched for 30 days are still there."""
    old = select(func.count()).select_from(Draft).where(_is_old(today))
    found = 0
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            found += session.scalars(old.filter_by(org_id=org_id)).one()
    return found


def _is_old(today: date) -> ColumnElement[bool]:
    return Draft.touched < today - timedelta(days=DAYS_KEPT)


def clean_up(engine: Engine, tables: Sequence[str] = _REWRITTEN) -> bool:
    """Rewrite the files after settling, so that nothing deleted is left in them; the owner's engine on PostgreSQL.

    Outside any transaction. False when somebody who reads or writes was in the way for too long: try again. Then
    SQLite's log may still hold what was deleted. ``tables``: of PostgreSQL; SQLite has one file.
    Raises Refusal "not_owner" for a role that may not rewrite the tables.
    """
    try:
        return _clean_sqlite(engine) if engine.dialect.name == "sqlite" else _clean_postgresql(engine, tables)
    except DBAPIError as error:
        if is_disturbance(error):
            return False
        raise


def _clean_postgresql(engine: Engine, tables: Sequence[str]) -> bool:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET lock_timeout = '30s'"))
        for table in tables:
            if not connection.scalar(_MAY_REWRITE, {"table": table}):  # PostgreSQL would skip it with a mere warning
                raise Refusal("not_owner")
            connection.execute(text(f"VACUUM (FULL, FREEZE, ANALYZE) {table}"))
    return True


_MAY_REWRITE = text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:table)")


def _clean_sqlite(engine: Engine) -> bool:
    connection = engine.raw_connection()
    try:
        cursor: Any = connection.cursor()
        if not _checkpoint(cursor):
            return False
        try:
            cursor.execute("VACUUM")
        except sqlite3.OperationalError:  # somebody writes
            return False
        return _checkpoint(cursor)
    finally:
        connection.close()


def _checkpoint(cursor: Any) -> bool:
    """Empty the write-ahead log; a reader that still needs it is waited for."""
    for _ in range(_BUSY_TRIES):
        busy, *_rest = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return True
        time.sleep(0.1)
    return False
