"""A collector from a few words: whatever of programme, wave and unit isn't there yet is made on the way."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.engine.cleaning import Flaw, clean_name
from surveyapp.services import listing, policies, questionnaires
from surveyapp.services.collectors import open_collector
from surveyapp.services.programme_files import SLUG
from surveyapp.services.programmes import named, new_node, new_programme, new_wave
from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.organisations import Unit
from surveyapp.store.programmes import Programme
from surveyapp.store.waves import Wave

_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to collect with. ``wave``: ``<programme>/<wave>``. ``unit``: its id or one of its names.

    ``settles``: for a wave that is made now, the earliest day of settling; today when it isn't given.
    ``public_url``: where people read about their data. ``several``: one chat may answer several times.
    """

    questionnaire: str
    wave: str
    unit: str
    public_url: str
    channel: str = "web"
    settles: date | None = None
    several: bool = False


class Place(NamedTuple):
    """An open collector. ``made``: what had to be made for it, of programme, wave, unit, collector."""

    wave: str
    code: str
    made: tuple[str, ...]


def collect(session: Session, wanted: Wanted) -> Place:
    """Make or find an open collector.

    Raises Refusal "bad_wave_name", "bad_unit_name", "unknown_questionnaire", "other_questionnaire" or "wave_closed".
    """
    programme_name, _, wave_name = wanted.wave.partition("/")
    if not SLUG.fullmatch(programme_name) or not SLUG.fullmatch(wave_name):
        raise Refusal("bad_wave_name", {"wave": wanted.wave})
    called = clean_name(wanted.unit, _LONGEST_NAME)
    if isinstance(called, Flaw):
        raise Refusal("bad_unit_name", {"longest": _LONGEST_NAME})
    made: list[str] = []
    programme = _programme(session, programme_name, wanted.public_url, made)
    wave = _wave(session, programme, wave_name, wanted, made)
    languages = questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version).languages
    unit = _unit(session, programme.org_id, called, languages, made)
    code, is_new = open_collector(session, wave, unit.id, wanted.channel, several=wanted.several)
    if is_new:
        made.append("collector")
        listing.refresh(session, wave.org_id)
    return Place(wanted.wave, code, tuple(made))


def _programme(session: Session, slug: str, public_url: str, made: list[str]) -> Programme:
    programme = named(session, slug)
    if programme is None:
        org_id = uuid4()
        programme = new_programme(session, org_id, slug)
        root = new_node(session, org_id, org_id, slug)
        root.parent_id, root.kind, root.name = None, "owner", {"en": slug}
        programme.name, programme.values = {"en": slug}, _values(slug, public_url)
        programme.modules, programme.services, programme.funder, programme.synthetic = [], {}, {}, False
        session.flush()
        made.append("programme")
    return programme


def _values(name: str, public_url: str) -> dict[str, str]:
    """What placeholders stand for until somebody says better with a programme file."""
    return {
        "organisation": name,
        "contact": name,
        "complaint_contact": name,
        "privacy_url": f"{public_url}/privacy",
    }


def _wave(session: Session, programme: Programme, slug: str, wanted: Wanted, made: list[str]) -> Wave:
    of_programme = select(Wave).filter_by(org_id=programme.org_id, programme_id=programme.id, slug=slug)
    wave = session.scalars(of_programme).first()
    if wave is None:
        wave = new_wave(session, programme, slug, wanted.questionnaire, None)
        wave.settles = wanted.settles or clock.today(session)
        session.add(wave)
        session.flush()
        policies.fix(session, wave)
        made.append("wave")
    if wave.questionnaire != wanted.questionnaire:
        raise Refusal("other_questionnaire", {"wave": wanted.wave, "questionnaire": wave.questionnaire})
    if wave.state in {"closed", "settled"}:
        raise Refusal("wave_closed", {"wave": wanted.wave})
    return wave


def _unit(session: Session, org_id: UUID, name: str, languages: tuple[str, ...], made: list[str]) -> Unit:
    for unit in session.scalars(select(Unit).filter_by(org_id=org_id).order_by(Unit.slug)):
        if name == unit.slug or name in unit.name.values():
            return unit
    unit = Unit(org_id=org_id, id=uuid4(), organisation_id=org_id, slug=_slug(name), name=_alike(name, languages))
    unit.service = unit.service_group = None
    session.add(unit)
    session.flush()
    made.append("unit")
    return unit


def _alike(name: str, languages: tuple[str, ...]) -> Mapping[str, Any]:
    return dict.fromkeys(languages, name)


def _slug(name: str) -> str:
    """An id from a name; of letters beyond the Latin ones only a fingerprint is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40]
    return slug if SLUG.fullmatch(slug) and plain else f"unit-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
