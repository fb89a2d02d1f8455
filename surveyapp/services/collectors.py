"""Collectors as a form meets them: one address, and everything that is known before anybody answers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from msgspec.json import decode
from sqlalchemy import Row, Select, Text, and_, bindparam, cast, select
from sqlalchemy.orm import Session

from surveyapp.engine import documents
from surveyapp.engine.definition import Questionnaire
from surveyapp.services import questionnaires
from surveyapp.services.codes import digest, new_code, read_code
from surveyapp.services.refusals import Refusal
from surveyapp.store.clock import Day
from surveyapp.store.collectors import Collector, Door
from surveyapp.store.inserts import insert_once
from surveyapp.store.organisations import Unit
from surveyapp.store.prepared import Prepared
from surveyapp.store.programmes import Programme
from surveyapp.store.questionnaires import Version
from surveyapp.store.tenancy import through
from surveyapp.store.waves import Wave

DOOR = "collector"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collecting:
    """Everything a form needs to know about the address it was opened at.

    ``state``: planned, open, closed or settled, with the collector's own state and the wave's days taken in.
    ``several``: one chat may answer several times. ``accepts``: the wave itself is still open, so that what was begun may be sent. ``values``: placeholder ->
    text, or language -> text. ``preset``: what is known beforehand. ``today``: the database's day, UTC.
    """

    org_id: UUID
    collector_id: UUID
    wave_id: UUID
    unit_id: UUID | None
    code: str
    channel: str
    state: str
    accepts: bool
    today: date
    questionnaire: Questionnaire
    version: int
    sha256: str
    language: str
    opens: date | None
    closes: date | None
    settles: date
    offers_withdrawal: bool
    receipt_key: bytes
    programme: str
    wave: str
    name: Mapping[str, str]
    unit_name: Mapping[str, str]
    values: Mapping[str, Any]
    funder: Mapping[str, Any]
    synthetic: bool
    preset: Mapping[str, Any]
    several: bool

    def through(self, channel: str) -> "Collecting":
        """The same address as a channel of its own meets it; a response is stored with the channel that sends it."""
        if channel == self.channel:
            return self
        return replace(self, channel=channel, preset={**self.preset, "channel": channel})

    def on_a_page(self) -> "Collecting":
        """As the form meets it, which every address has: tablet and paper stay what they are."""
        return self.through("web") if self.channel in {"chat", "telegram"} else self

    def pinned(self, session: Session, version: int) -> "Collecting":
        """With the version that was begun. Raises Refusal "unknown_version" when there is none any more."""
        if version == self.version:
            return self
        q = questionnaires.version_of(session, self.org_id, self.questionnaire.id, version)
        return replace(self, questionnaire=q, version=version, sha256=documents.sha256(q))

    def minutes(self, variant: str, language: str) -> int:
        """Minutes the questionnaire takes in this wording."""
        return questionnaires.minutes(self.questionnaire, self.sha256, variant, language)


_KNOWN = (
    Collector.org_id,
    Collector.id.label("collector_id"),
    Collector.wave_id,
    Collector.unit_id,
    Collector.code,
    Collector.channel,
    Collector.state.label("collector_state"),
    cast(Collector.preset, Text).label("preset"),
    Collector.several,
    Wave.state.label("wave_state"),
    Wave.slug.label("wave"),
    Wave.questionnaire,
    Wave.version,
    Wave.language,
    Wave.opens,
    Wave.closes,
    Wave.settles,
    Wave.offers_withdrawal,
    Wave.receipt_key,
    Version.sha256,
    Programme.slug.label("programme"),
    cast(Programme.name, Text).label("name"),
    cast(Programme.values, Text).label("placeholders"),
    cast(Programme.modules, Text).label("modules"),
    cast(Programme.funder, Text).label("funder"),
    Programme.synthetic,
    cast(Unit.name, Text).label("unit_name"),
    Unit.slug.label("unit"),
    Unit.service,
    Unit.service_group,
    Day().label("today"),
)
"""What one query brings: the form is asked for with every page, so there is only one. JSON comes as text, which can be
compared, so that what is made of it is made once."""


def joined(*columns: Any) -> Select[*tuple[Any, ...]]:
    """These columns of collectors, each with its wave, programme, version and, where it has one, its unit."""
    return (
        select(*columns)
        .select_from(Collector)
        .join(Wave, and_(Wave.org_id == Collector.org_id, Wave.id == Collector.wave_id))
        .join(Programme, and_(Programme.org_id == Wave.org_id, Programme.id == Wave.programme_id))
        .join(
            Version,
            and_(
                Version.org_id == Wave.org_id,
                Version.questionnaire == Wave.questionnaire,
                Version.number == Wave.version,
            ),
        )
        .outerjoin(Unit, and_(Unit.org_id == Collector.org_id, Unit.id == Collector.unit_id))
    )


_OPENS = and_(Collector.org_id == Door.org_id, Collector.id == Door.object_id)
_FIND = Prepared(
    joined(*_KNOWN).join(Door, _OPENS).where(Door.purpose == DOOR, Door.token_hash == bindparam("token_hash"))
)
_OF_ID = Prepared(joined(*_KNOWN).where(Collector.org_id == bindparam("of_org"), Collector.id == bindparam("of_id")))


def find(session: Session, code: str, *, closed_too: bool = False) -> Collecting:
    """What a code leads to; the transaction acts for its organisation from then on.

    Raises Refusal "unknown_code", and without ``closed_too`` "not_open_yet" or "closed".
    """
    read = read_code(code)
    collecting = None
    if read and through(session, DOOR, digest(read)):
        collecting = _FIND.made(session, partial(_collecting, session), token_hash=digest(read))
    if collecting is None:
        raise Refusal("unknown_code")
    if closed_too or collecting.state == "open":
        return collecting
    if collecting.state == "planned":
        raise Refusal("not_open_yet", {"opens": collecting.opens})
    raise Refusal("closed")


def of_id(session: Session, org_id: UUID, collector_id: UUID) -> Collecting:
    """A collector of the acting organisation that is known to be there, open or closed."""
    collecting = _OF_ID.made(session, partial(_collecting, session), of_org=org_id, of_id=collector_id)
    assert collecting is not None  # noqa: S101 - known to be there
    return collecting


def _collecting(session: Session, row: Row[Any]) -> Collecting:
    q = questionnaires.document(session, row.sha256)
    return Collecting(
        org_id=row.org_id,
        collector_id=row.collector_id,
        wave_id=row.wave_id,
        unit_id=row.unit_id,
        code=row.code,
        channel=row.channel,
        state=_state(row),
        accepts=row.wave_state == "open",
        today=row.today,
        questionnaire=q,
        version=row.version,
        sha256=row.sha256,
        language=row.language,
        opens=row.opens,
        closes=row.closes,
        settles=row.settles,
        offers_withdrawal=row.offers_withdrawal,
        receipt_key=row.receipt_key,
        programme=row.programme,
        wave=row.wave,
        name=decode(row.name),
        unit_name=decode(row.unit_name or "{}"),
        values=decode(row.placeholders),
        funder=decode(row.funder),
        synthetic=row.synthetic,
        preset=_preset(row, q),
        several=row.several,
    )


_OF_WAVE = (Wave.org_id == bindparam("org_id")) & (Wave.id == bindparam("wave_id"))
_WAVE_STATE = Prepared(select(Wave.state).where(_OF_WAVE).with_for_update(read=True))


def takes_answers(session: Session, collecting: Collecting) -> bool:
    """Whether the wave takes answers; it can't be closed until this transaction has ended.

    To be asked before anything is written that goes when the wave is closed: closing would not see it yet.
    """
    if not collecting.accepts:
        return False
    found = _WAVE_STATE.first(session, org_id=collecting.org_id, wave_id=collecting.wave_id)
    return found is not None and found.state == "open"


def _state(row: Row[Any]) -> str:
    if row.wave_state != "open":
        return str(row.wave_state)
    if row.opens and row.today < row.opens:
        return "planned"
    if row.collector_state != "open" or (row.closes and row.today > row.closes):
        return "closed"
    return "open"


def _preset(row: Row[Any], q: Questionnaire) -> dict[str, Any]:
    """What link, unit and programme know. An item is preset only with a value it offers."""
    known = {"modules": decode(row.modules), "channel": row.channel, "unit": row.unit, "service": row.service}
    known |= decode(row.preset)
    item = q.by_id.get("service_group")
    offered = {option.value for option in item.options} if item else set()
    known.setdefault(
        "service_group", next((each for each in (row.service_group, row.service) if each in offered), None)
    )
    return {key: value for key, value in known.items() if value is not None}


def open_collector(
    session: Session, wave: Wave, unit_id: UUID | None, channel: str, *, several: bool = False
) -> tuple[str, bool]:
    """The code of the wave's open collector for a unit and a channel, and whether it was made just now."""
    there = select(Collector.code, Collector.preset).filter_by(
        org_id=wave.org_id, wave_id=wave.id, unit_id=unit_id, channel=channel, state="open", several=several
    )
    for row in session.execute(there.order_by(Collector.code)):
        if not row.preset:
            return row.code, False
    collector = Collector(org_id=wave.org_id, id=uuid4(), wave_id=wave.id, unit_id=unit_id, code=_free_code(session))
    collector.channel, collector.state, collector.preset, collector.several = channel, "open", {}, several
    session.add(collector)
    session.flush()
    door = {"purpose": DOOR, "token_hash": digest(collector.code)}
    insert_once(session, Door, **door, org_id=wave.org_id, object_id=collector.id)
    return collector.code, True


def _free_code(session: Session) -> str:
    code = new_code()
    while session.scalar(select(Door.object_id).filter_by(purpose=DOOR, token_hash=digest(code))):
        code = new_code()
    return code
