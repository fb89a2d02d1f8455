"""What the calendar asks for: waves whose day to settle has come, and keeping house once a day."""

from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from surveyapp.services import jobs, moving, waves
from surveyapp.services.jobs import NOTHING, Key
from surveyapp.store import clock
from surveyapp.store.tenancy import elsewhere, organisations
from surveyapp.store.waves import Wave

_AN_HOUR = 3600
_A_DAY = 24 * _AN_HOUR


def ask_for_what_is_due(session: Session) -> None:
    """Ask for everything whose day has come. Asking again changes nothing; what has failed is asked for after an hour."""
    today = clock.today(session)
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            for wave_id in _to_settle(session, org_id, today):
                jobs.ask_again(session, Key(org_id, "settle", wave_id), _AN_HOUR)
    jobs.ask_again(session, Key(NOTHING, "keep", NOTHING), clock.seconds(session) % _A_DAY)


def _to_settle(session: Session, org_id: UUID, today: date) -> list[UUID]:
    """An organisation's waves that are over and may be settled, and settled ones in which enough has arrived since.

    A wave is over when somebody has closed it, or its last day has passed; one without a last day goes on until then.
    """
    over = or_(Wave.state == "closed", and_(Wave.state == "open", Wave.closes < today))
    due = select(Wave).filter_by(org_id=org_id).where(Wave.settles <= today, over | (Wave.state == "settled"))
    return [
        wave.id
        for wave in session.scalars(due)
        if wave.state != "settled" or waves.waiting(session, wave) >= moving.smallest(session, wave)
    ]
