"""How many clients a wave was for, as the organisation itself says: the disclosure report works out a risk from it."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from surveyapp.anonymise.policy import Clients
from surveyapp.engine import codebook
from surveyapp.engine.codebook import EVERYTHING
from surveyapp.services import audit, codebooks, policies, questionnaires, waves
from surveyapp.services.audit import Actor
from surveyapp.services.refusals import Refusal
from surveyapp.store.collectors import Collector
from surveyapp.store.organisations import Unit
from surveyapp.store.tenancy import acting_for
from surveyapp.store.waves import ClientNumber, Wave

ALL = EVERYTHING
"""Stands for all clients together."""

MOST = 9_999_999

_BESIDE = ("service", "unit")


class Strata(NamedTuple):
    """By what clients may be counted: a column that is released and tells where, None for none; its leaves with their words."""

    column: str | None
    words: Mapping[str, Mapping[str, str]]


def strata(session: Session, wave: Wave) -> Strata:
    """The parts of a wave whose clients can be told apart in a release. Raises Refusal as ``policies.of_wave``."""
    q = questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version)
    rules = policies.of_wave(session, wave)
    places = {*_BESIDE, *(item.id for item in q.items if item.role == "breakdown")}
    column = next((each for each in rules.quasi if each.name in places), None)
    if column is None:
        return Strata(None, {})
    leaves = {row[0] for row in column.rows} or _units(session, wave)
    book = codebook.entries(q, (column.name,), codebooks.names(session, wave))
    named = {row["code"]: row for row in book if row["code"] in leaves}
    words = {
        code: {name.removeprefix("label_"): text for name, text in row.items() if name.startswith("label_")}
        for code, row in named.items()
    }
    return Strata(column.name, words)


def _units(session: Session, wave: Wave) -> set[str]:
    there = (Collector.org_id == Unit.org_id) & (Collector.unit_id == Unit.id)
    wanted = select(Unit.slug).join(Collector, there).where(Unit.org_id == wave.org_id, Collector.wave_id == wave.id)
    return set(session.scalars(wanted))


def entered(session: Session, wave: Wave) -> Clients | None:
    """What was said, None where nobody has. Raises Refusal as ``strata``."""
    found = numbers(session, wave.org_id, wave.id)
    if not found:
        return None
    return Clients(None if ALL in found else strata(session, wave).column, found)


def numbers(session: Session, org_id: UUID, wave_id: UUID) -> dict[str, int]:
    """Leaf or ``ALL`` -> clients; empty where nobody has said it."""
    acting_for(session, org_id)
    return dict(session.execute(_NUMBERS, {"of_org": org_id, "of_wave": wave_id}).all())


_NUMBERS = (
    select(ClientNumber.stratum, ClientNumber.number)
    .where(ClientNumber.org_id == bindparam("of_org"), ClientNumber.wave_id == bindparam("of_wave"))
    .order_by(ClientNumber.stratum)
)


def read(stratum: str, text: str) -> int:
    """A number as people type it, with blanks between its digits. Raises Refusal "clients_number"."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdecimal() and int(digits[:20]) <= MOST):
        raise Refusal("clients_number", {"stratum": stratum, "most": MOST})
    return int(digits)


def enter(session: Session, wave: Wave, said: Mapping[str, int], actor: Actor) -> None:
    """Say how many clients there are, by leaf or ``ALL``; nothing takes back what was said. Releases made before keep theirs.

    Raises Refusal with the ``stratum`` it is about: "unknown_stratum", "clients_both" where ``ALL`` isn't alone,
    "clients_missing" where a leaf is, "clients_fewer" than have answered already. Raises as ``strata``, too.
    """
    known = strata(session, wave).words
    if strange := sorted(said.keys() - known.keys() - {ALL}):
        raise Refusal("unknown_stratum", {"stratum": strange[0], "known": ", ".join(known) or "–"})
    if ALL in said and len(said) > 1:
        raise Refusal("clients_both", {"stratum": ALL})
    if said and ALL not in said and (missing := [leaf for leaf in known if leaf not in said]):
        raise Refusal("clients_missing", {"stratum": missing[0]})
    answered = sum(each.people for each in waves.counts(session, wave) if each.outcome == "finished")
    if said and sum(said.values()) < max(answered, 1):
        raise Refusal("clients_fewer", {"stratum": next(iter(said))})
    session.refresh(wave, with_for_update={"key_share": True})
    session.execute(delete(ClientNumber).filter_by(org_id=wave.org_id, wave_id=wave.id))
    session.add_all(
        ClientNumber(org_id=wave.org_id, wave_id=wave.id, stratum=stratum, number=number)
        for stratum, number in said.items()
    )
    session.flush()
    audit.record(session, wave.org_id, actor, "clients_entered", wave.id, clients=sum(said.values()))
