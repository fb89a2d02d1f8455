"""What might remain of what was deleted or should never have been kept: looked for by the doctor, told in plain words."""

from collections.abc import Iterator
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, String, cast, func, literal_column, select, text
from sqlalchemy.orm import Session

from surveyapp.services import jobs
from surveyapp.services.explanations import REFUSALS
from surveyapp.store.base import OrgOwned
from surveyapp.store.jobs import Job
from surveyapp.store.responses import Inbox, Participation, Settled, SubmissionKey
from surveyapp.store.tenancy import elsewhere, organisations
from surveyapp.store.waves import Wave

Look = tuple[str, Literal["ok", "warning", "failure"], str]
"""Name, state and words of a finding."""

PATIENCE = 600
"""Seconds after which a job that waits means that no worker runs."""

_LOGGING = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
}
"""Server settings that make it write statements down, with what they are when it doesn't."""


def in_sqlite(connection: Connection) -> Iterator[Look]:
    """Pages of the file that nothing uses."""
    free, pages = (connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("freelist_count", "page_count"))
    yield "free pages", "ok", f"{free} of {pages}; what was in them is overwritten"


def in_postgresql(connection: Connection) -> Iterator[Look]:
    """Logs, archives and copies of the server that would hold answers longer than the tables do."""
    logging = [name for name, quiet in _LOGGING.items() if _setting(connection, name) not in {quiet, None}]
    if logging and _setting(connection, "log_parameter_max_length") != "0":
        words = (
            f"the server writes down what people answer, because of {', '.join(logging)}: set it to 0, or those back"
        )
        yield "server log_parameter_max_length", "failure", words
    if _setting(connection, "archive_mode") not in {"off", None}:
        words = "the server archives every answer as it arrives: delete each piece of the archive after 7 days at most"
        yield "server archive", "warning", words
    slots = connection.execute(text("SELECT slot_name FROM pg_replication_slots WHERE NOT active")).scalars().all()
    if slots:
        words = (
            f"nobody reads from {', '.join(slots)}, and the server keeps every answer as it arrived until somebody does"
        )
        yield "replication slots", "warning", words


def _setting(connection: Connection, name: str) -> str | None:
    found: str | None = connection.scalar(text("SELECT current_setting(:name, true)"), {"name": name})
    return found


def of_settling(session: Session) -> Iterator[Look]:
    """What a settling that was cut short has left, and rows that tell which of them were written together."""
    left = session.scalars(
        select(func.count()).select_from(Job).where(Job.kind == "rewrite", Job.state != "done")
    ).one()
    if left:
        words = (
            "what settling has deleted may still be readable in the files: settle the wave again, or start the worker"
        )
        yield "rewriting", "warning", words
    if session.get_bind().dialect.name == "postgresql":
        told = sorted({name for org_id in organisations(session) for name in _written_apart(session, org_id)})
        if told:
            words = f"rows of {', '.join(told)} tell which of them were written together: settle their waves again"
            yield "order of arrival", "failure", words


def _written_apart(session: Session, org_id: UUID) -> Iterator[str]:
    """Tables in which an organisation's settled waves have rows of several transactions; of settled rows, one batch has."""
    writer = cast(literal_column("xmin"), String)
    with elsewhere(session, org_id):
        waits = select(Inbox.id).where(Inbox.org_id == Wave.org_id, Inbox.wave_id == Wave.id)
        over = select(Wave.id).filter_by(org_id=org_id, state="settled").where(~waits.exists())
        for row, apart in _TOGETHER.items():
            columns = [getattr(row, name) for name in ("wave_id", *apart)]
            several = select(row.org_id).filter_by(org_id=org_id).where(columns[0].in_(over))
            several = several.group_by(row.org_id, *columns).having(func.count(writer.distinct()) > 1)
            if session.execute(several.limit(1)).first():
                yield row.__tablename__


_TOGETHER: dict[type[OrgOwned], tuple[str, ...]] = {SubmissionKey: (), Participation: (), Settled: ("batch",)}
"""Table -> columns within which, in a wave, one transaction has written all rows."""


def of_jobs(session: Session) -> Iterator[Look]:
    """Work that nobody does, or that has failed."""
    late = jobs.overdue(session, PATIENCE)
    if late:
        yield (
            "worker",
            "warning",
            f"{late} pieces of work have waited for more than ten minutes: start surveyapp worker",
        )
    for kind, reason in session.execute(select(Job.kind, Job.reason).where(Job.state == "failed").distinct()):
        yield f"job {kind}", "warning", REFUSALS.get(reason, reason)
