"""Which policy a wave is released by: fixed while nobody has answered, and never read from what came later."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.anonymise.policy import Policy, faults, policy
from surveyapp.anonymise.policy import proposed as proposal
from surveyapp.engine import sheet
from surveyapp.engine.definition import Questionnaire
from surveyapp.engine.rules import holds, mentioned
from surveyapp.services import questionnaires
from surveyapp.services.refusals import Refusal
from surveyapp.store.inserts import insert_once
from surveyapp.store.programmes import Programme
from surveyapp.store.releases import WavePolicy
from surveyapp.store.responses import Settled
from surveyapp.store.waves import Wave


def fix(session: Session, wave: Wave) -> None:
    """Fix the policy of a wave that opens, from its questionnaire and the programme's services as they are now.

    To be repeated after a change as long as nobody has begun to answer. Raises Refusal "faulty_programme".
    """
    services = _services(session, wave)
    made = _made(_asked(session, wave), services)
    digest = bytes.fromhex(made.sha256)
    if not insert_once(session, WavePolicy, org_id=wave.org_id, wave_id=wave.id, sha256=digest, services=services):
        fixed = session.get_one(WavePolicy, (wave.org_id, wave.id), populate_existing=True)
        fixed.sha256, fixed.services = digest, services
        session.flush()


def would_change(session: Session, wave: Wave) -> bool:
    """The programme's services are no longer those by which the wave is to be released."""
    fixed = session.get(WavePolicy, (wave.org_id, wave.id))
    if fixed is None:
        return False
    q = _asked(session, wave)
    return _digest(q, _services(session, wave)) != _digest(q, _ordered(fixed.services))


def of_wave(session: Session, wave: Wave) -> Policy:
    """The policy that was fixed, with all its columns.

    A wave from before policies were fixed gets its own now. Raises Refusal "policy_changed" when what was fixed
    would release otherwise today.
    """
    fixed = session.get(WavePolicy, (wave.org_id, wave.id))
    q = _asked(session, wave)
    if fixed is None:
        return _made(q, _services(session, wave))
    services = _ordered(fixed.services)
    if faults_found := list(faults(q, services)):
        raise Refusal("policy_changed", {}, tuple(faults_found))
    found = policy(q, services)
    if bytes.fromhex(found.sha256) != fixed.sha256:
        raise Refusal("policy_changed")
    return found


def of_batch(session: Session, wave: Wave, batch: int) -> Policy:
    """The policy without the columns of optional modules that nobody of a batch was shown. Raises as ``of_wave``."""
    of_wave(session, wave)
    fixed = session.get(WavePolicy, (wave.org_id, wave.id))
    services = _ordered(fixed.services) if fixed else _services(session, wave)
    q = _asked(session, wave)
    return policy(q, services, frozenset(_not_asked(session, wave, batch, q)))


def proposed(q: Questionnaire, people: int) -> dict[str, Any]:
    """The block ``release`` proposed for a questionnaire when so many answers are expected."""
    block: dict[str, Any] = msgspec.to_builtins(proposal(q, people))
    return block


def _not_asked(session: Session, wave: Wave, batch: int, q: Questionnaire) -> Iterator[str]:
    modules = session.get_one(Programme, (wave.org_id, wave.programme_id)).modules
    of_batch = select(Settled.id).filter_by(org_id=wave.org_id, wave_id=wave.id, batch=batch).limit(1)
    for item in sheet.released_items(q):
        if item.show_if is None or mentioned(item.show_if) != {"modules"} or holds(item.show_if, {"modules": modules}):
            continue
        if session.scalar(of_batch.where(Settled.answers[item.id].as_string().is_not(None))) is None:
            yield item.id


def _asked(session: Session, wave: Wave) -> Questionnaire:
    return questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version)


def _services(session: Session, wave: Wave) -> dict[str, Any]:
    programme = session.get_one(Programme, (wave.org_id, wave.programme_id))
    return _ordered({name: service.get("group") for name, service in programme.services.items()})


def _ordered(services: Mapping[str, Any]) -> dict[str, Any]:
    """By name: the order belongs to the policy, and PostgreSQL keeps none."""
    return dict(sorted(services.items()))


def _made(q: Questionnaire, services: Mapping[str, str | None]) -> Policy:
    if found := list(faults(q, services)):
        raise Refusal("faulty_programme", problems=tuple(found))
    return policy(q, services)


def _digest(q: Questionnaire, services: Mapping[str, str | None]) -> str:
    found = list(faults(q, services))
    return sha256(repr(found).encode()).hexdigest() if found else policy(q, services).sha256
