"""What people wrote in their own words, once it is settled: counted, handed on where it was approved, deleted at its date."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from surveyapp.services import audit
from surveyapp.services.audit import Actor
from surveyapp.services.reports import Texts
from surveyapp.store.inserts import insert_once
from surveyapp.store.programmes import Programme
from surveyapp.store.responses import SettledText, TextDeadline
from surveyapp.store.tenancy import acting_for
from surveyapp.store.waves import Wave

DAYS_TO_READ = 180
"""Days after settling on which texts that nobody has approved are deleted: earlier than the answers, which stay."""

_NONE = Texts(0, 0, 0)


class WaveTexts(NamedTuple):
    """The texts of a wave. ``until``: the day on which those that are not approved go, None while it isn't fixed."""

    wave_id: UUID
    programme: Mapping[str, str]
    slug: str
    number: Texts
    until: date | None


def sealed(text: str) -> bytes:
    """SHA-256 of exactly these words."""
    return hashlib.sha256(text.encode()).digest()


def counted(session: Session, org_id: UUID, wave_id: UUID) -> dict[str, Texts]:
    """Item -> how many of its texts wait, are approved, are refused."""
    acting_for(session, org_id)
    of_wave = select(SettledText.item, SettledText.state, func.count()).filter_by(org_id=org_id, wave_id=wave_id)
    rows = session.execute(of_wave.group_by(SettledText.item, SettledText.state))
    found: dict[str, Texts] = {}
    for item, state, number in rows:
        found[item] = found.get(item, _NONE)._replace(**{state: number})
    return dict(sorted(found.items()))


def of_waves(session: Session, org_id: UUID, wave_id: UUID | None = None) -> list[WaveTexts]:
    """Waves that have texts, by name; or only this one."""
    acting_for(session, org_id)
    of_org = select(SettledText.wave_id, SettledText.state, func.count()).filter_by(org_id=org_id)
    numbers: dict[UUID, Texts] = {}
    for each, state, number in session.execute(of_org.group_by(SettledText.wave_id, SettledText.state)):
        numbers[each] = numbers.get(each, _NONE)._replace(**{state: number})
    there = (Programme.org_id == Wave.org_id) & (Programme.id == Wave.programme_id)
    last = (TextDeadline.org_id == Wave.org_id) & (TextDeadline.wave_id == Wave.id)
    wanted = select(Wave.id, Programme.name, Wave.slug, TextDeadline.day).join(Programme, there)
    rows = session.execute(wanted.outerjoin(TextDeadline, last).where(Wave.org_id == org_id).order_by(Wave.slug)).all()
    return [
        WaveTexts(found, programme, slug, numbers.get(found, _NONE), day)
        for found, programme, slug, day in rows
        if found in numbers and wave_id in {None, found}
    ]


def approved_texts(session: Session, org_id: UUID, wave_id: UUID) -> dict[str, list[tuple[str, str]]]:
    """Item -> (language, text) of what was approved, shuffled anew each time.

    A text whose words are not those that were approved is left out, whoever has changed them.
    """
    acting_for(session, org_id)
    approved = select(SettledText).filter_by(org_id=org_id, wave_id=wave_id, state="approved")
    found: dict[str, list[tuple[str, str]]] = {}
    for each in session.scalars(approved.order_by(SettledText.item)).all():
        if each.approved_sha256 == sealed(each.text):
            found.setdefault(each.item, []).append((each.language, each.text))
    for texts in found.values():
        secrets.SystemRandom().shuffle(texts)
    return found


def purge(session: Session, org_id: UUID, today: date) -> int:
    """Delete what nobody has approved in time, and fix the day for waves that have none; returns how many texts went."""
    days = {each.wave_id: each.day for each in session.scalars(select(TextDeadline).filter_by(org_id=org_id))}
    unapproved = select(SettledText.wave_id).where(SettledText.org_id == org_id, SettledText.state != "approved")
    for wave_id in session.scalars(unapproved.distinct()).all():
        if wave_id not in days:
            insert_once(session, TextDeadline, org_id=org_id, wave_id=wave_id, day=today + timedelta(days=DAYS_TO_READ))
    gone = 0
    for wave_id, day in days.items():
        if day <= today:
            gone += _delete(session, org_id, wave_id)
    return gone


def _delete(session: Session, org_id: UUID, wave_id: UUID) -> int:
    of_wave = delete(SettledText).where(SettledText.org_id == org_id, SettledText.wave_id == wave_id)
    gone = session.scalars(of_wave.where(SettledText.state != "approved").returning(SettledText.id)).all()
    session.execute(delete(TextDeadline).where(TextDeadline.org_id == org_id, TextDeadline.wave_id == wave_id))
    if gone:
        audit.record(session, org_id, Actor("job"), "texts_deleted", wave_id, texts=len(gone))
    return len(gone)
