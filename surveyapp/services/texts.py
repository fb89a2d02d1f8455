"""What people wrote in their own words, once it is settled: counted, released where it was approved, deleted at its date."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from surveyapp.formats import tables
from surveyapp.services import audit
from surveyapp.services.audit import Actor
from surveyapp.services.programme_files import DAYS_TO_READ
from surveyapp.services.refusals import Refusal
from surveyapp.services.reports import Texts
from surveyapp.store.inserts import insert_once
from surveyapp.store.programmes import Programme
from surveyapp.store.responses import SettledText, TextDeadline
from surveyapp.store.tenancy import acting_for
from surveyapp.store.waves import Wave

HEADER = ("service_group", "language", "text")
"""Columns of a file of texts; the first only where the release tells services."""

NOT_TOLD = "*"

_NONE = Texts(0, 0, 0, 0)
_AT_ONCE = 500


class Approved(NamedTuple):
    """A text that may go out, in exactly these words."""

    id: UUID
    service_group: str | None
    language: str
    text: str


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
    """Item -> how many of its texts wait, are approved, are refused, are in a release."""
    acting_for(session, org_id)
    found: dict[str, Texts] = {}
    for item, state, out, number in session.execute(_BY_ITEM, {"of_org": org_id, "of_wave": wave_id}):
        found[item] = _with(found.get(item, _NONE), state, number, out=out)
    return dict(sorted(found.items()))


def of_waves(session: Session, org_id: UUID, wave_id: UUID | None = None) -> list[WaveTexts]:
    """Waves that have texts, by name; or only this one."""
    acting_for(session, org_id)
    found: dict[UUID, WaveTexts] = {}
    for of_wave, programme, slug, day, state, out, number in session.execute(_OF_WAVES, {"of_org": org_id}):
        known = found.get(of_wave, WaveTexts(of_wave, programme, slug, _NONE, day))
        found[of_wave] = known._replace(number=_with(known.number, state, number, out=out))
    return [each for each in found.values() if wave_id in {None, each.wave_id}]


def _counted(by: InstrumentedAttribute[UUID] | InstrumentedAttribute[str]) -> Select[*tuple[Any, ...]]:
    """In each state how many texts of an organisation there are by something, and whether they are in a release."""
    out = SettledText.batch.is_not(None)
    counts = select(by, SettledText.state, out.label("out"), func.count().label("number"))
    return counts.where(SettledText.org_id == bindparam("of_org")).group_by(by, SettledText.state, out)


def _with(known: Texts, state: str, number: int, *, out: bool) -> Texts:
    return known._replace(**{"released" if out else state: number})


_BY_WAVE = _counted(SettledText.wave_id).subquery()
_OF_WAVES = (
    select(Wave.id, Programme.name, Wave.slug, TextDeadline.day, *list(_BY_WAVE.c)[1:])
    .join(_BY_WAVE, _BY_WAVE.c.wave_id == Wave.id)
    .join(Programme, (Programme.org_id == Wave.org_id) & (Programme.id == Wave.programme_id))
    .outerjoin(TextDeadline, (TextDeadline.org_id == Wave.org_id) & (TextDeadline.wave_id == Wave.id))
    .where(Wave.org_id == bindparam("of_org"))
    .order_by(Wave.slug, Wave.id)
)
_BY_ITEM = _counted(SettledText.item).where(SettledText.wave_id == bindparam("of_wave"))
"""Made once: analysts' pages begin with them."""


def approved_texts(session: Session, org_id: UUID, wave_id: UUID) -> dict[str, list[Approved]]:
    """Item -> what was approved and is in no release yet, shuffled anew each time.

    A text whose words are not those that were approved is left out, whoever has changed them.
    """
    acting_for(session, org_id)
    approved = select(SettledText).filter_by(org_id=org_id, wave_id=wave_id, state="approved", batch=None)
    found: dict[str, list[Approved]] = {}
    for each in session.scalars(approved.order_by(SettledText.item)):
        if each.approved_sha256 == sealed(each.text):
            found.setdefault(each.item, []).append(Approved(each.id, each.service_group, each.language, each.text))
    for texts in found.values():
        secrets.SystemRandom().shuffle(texts)
    return found


def releasable(found: Mapping[str, list[Approved]], fewest: int) -> dict[str, list[Approved]]:
    """Those items of which there are enough texts; the others wait for the next release.

    The only text of a question that is asked after a certain answer would belong to the only row with that answer.
    """
    return {item: texts for item, texts in found.items() if len(texts) >= fewest}


def file(texts: Sequence[Approved], k: int) -> list[bytes]:
    """The texts of an item as a table, in pieces: words, language, and the group of services as far as ``groups_told``."""
    told = groups_told(texts, k)
    rows = ((told.get((each.language, each.service_group), NOT_TOLD), each.language, each.text) for each in texts)
    if all(each.service_group is None for each in texts):
        return list(tables.quoted(HEADER[1:], (row[1:] for row in rows)))
    return list(tables.quoted(HEADER, rows))


def groups_told(texts: Iterable[Approved], k: int) -> dict[tuple[str, str | None], str]:
    """(language, group) that at least ``k`` texts share -> the group. Those left in a language are none or ``k``, too.

    Else a text whose group isn't told would be known to be from the one that is missing.
    """
    counts = Counter((each.language, each.service_group) for each in texts)
    told = {key: group for key in counts if (group := key[1]) is not None and counts[key] >= k}
    for language in {language for language, _ in counts}:
        smallest = sorted((key for key in told if key[0] == language), key=lambda key: (counts[key], key))
        while 0 < sum(counts[key] for key in counts if key[0] == language and key not in told) < k and smallest:
            del told[smallest.pop(0)]
    return told


def mark(session: Session, wave: Wave, batch: int, chosen: Iterable[Approved]) -> None:
    """Say that texts went out with the release of a batch, in its transaction: no other will hold them.

    Raises Refusal "texts_decided" when one of them was withheld or changed since it was chosen.
    """
    acting_for(session, wave.org_id)
    of_wave = {"org_id": wave.org_id, "wave_id": wave.id}
    approved = select(SettledText.id, SettledText.approved_sha256).filter_by(**of_wave, state="approved", batch=None)
    there = {row.id: row.approved_sha256 for row in session.execute(approved.with_for_update())}
    ids = []
    for each in chosen:
        if there.get(each.id) != sealed(each.text):
            raise Refusal("texts_decided")
        ids.append(each.id)
    for some in (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE)):
        session.execute(update(SettledText).filter_by(**of_wave).where(SettledText.id.in_(some)).values(batch=batch))


def purge(session: Session, org_id: UUID, today: date) -> int:
    """Delete what nobody has approved in time, and fix the day for waves that have none; returns how many texts went.

    A day stays once it is over: what settles later in that wave isn't kept for longer.
    """
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
    if gone:
        audit.record(session, org_id, Actor("job"), "texts_deleted", wave_id, texts=len(gone))
    return len(gone)
