"""Who may do something alone, by the database's clock: machines' clocks differ, the database has one."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from surveyapp.store import clock
from surveyapp.store.bots import Lease
from surveyapp.store.inserts import insert_or_replace


def take(session: Session, name: str, holder: str, seconds: int) -> bool:
    """Take or renew a lease; True when ``holder`` has it from now on for at least ``seconds``.

    It has to be over for a whole second before somebody else gets it, so that no fraction is counted twice.
    """
    now = clock.seconds(session)
    row = {"name": name, "holder": holder, "until": now + seconds}
    return insert_or_replace(session, Lease, row, (Lease.holder == holder) | (Lease.until < now))


def release(session: Session, name: str, holder: str) -> None:
    """Give a lease back, so that the next one need not wait."""
    session.execute(delete(Lease).filter_by(name=name, holder=holder))
