"""Tasks in one wave: to lead a self-assessment, to rate in its group, to advise it, to rate in a contest.

A task is no role: whoever has it sees that task at that node and nothing else.
"""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from surveyapp.services import audit
from surveyapp.services.audit import Actor
from surveyapp.services.refusals import Refusal
from surveyapp.store.inserts import insert_once
from surveyapp.store.organisations import Organisation
from surveyapp.store.people import TASKS, Assignment, Belonging, Person
from surveyapp.store.programmes import Programme
from surveyapp.store.tenancy import acting_for
from surveyapp.store.waves import Wave

ANY_TASK = TASKS
"""Every task there is."""


class Task(NamedTuple):
    """``name``: "leader", "group_member", "expert" (who has no vote) or "rater"."""

    wave_id: UUID
    organisation_id: UUID
    name: str


class Given(NamedTuple):
    """A task that somebody has. ``programme``, ``place``: what those are called; ``wave``: as its programme names it."""

    task: Task
    programme: Mapping[str, str]
    wave: str
    place: Mapping[str, str]


def assign(session: Session, actor: Actor, org_id: UUID, person_id: UUID, task: Task) -> None:
    """Give somebody who belongs to the organisation a task.

    Raises Refusal "unknown_member", "unknown_wave", "unknown_organisation" or "unknown_task".
    """
    acting_for(session, org_id)
    if task.name not in TASKS:
        raise Refusal("unknown_task")
    there = {
        "unknown_member": session.get(Belonging, (person_id, org_id)),
        "unknown_wave": session.get(Wave, (org_id, task.wave_id)),
        "unknown_organisation": session.get(Organisation, (org_id, task.organisation_id)),
    }
    for code, found in there.items():
        if found is None:
            raise Refusal(code)
    if insert_once(session, Assignment, **_row(org_id, person_id, task)):
        audit.record(session, org_id, actor, "task_given", person_id, task=task.name, wave=str(task.wave_id))


def unassign(session: Session, actor: Actor, org_id: UUID, person_id: UUID, task: Task) -> None:
    """Take a task from somebody. Raises Refusal "unknown_task" when they haven't got it."""
    acting_for(session, org_id)
    gone = delete(Assignment).filter_by(**_row(org_id, person_id, task)).returning(Assignment.person_id)
    if session.execute(gone).first() is None:
        raise Refusal("unknown_task")
    audit.record(session, org_id, actor, "task_taken", person_id, task=task.name, wave=str(task.wave_id))


def of_person(session: Session, org_id: UUID, person_id: UUID) -> list[Given]:
    """The tasks somebody has, by programme, wave and place."""
    acting_for(session, org_id)
    wanted = (
        select(Assignment, Programme.name, Wave.slug, Organisation.name)
        .join(Wave, (Wave.org_id == Assignment.org_id) & (Wave.id == Assignment.wave_id))
        .join(Programme, (Programme.org_id == Wave.org_id) & (Programme.id == Wave.programme_id))
        .join(
            Organisation,
            (Organisation.org_id == Assignment.org_id) & (Organisation.id == Assignment.organisation_id),
        )
        .where(Assignment.org_id == org_id, Assignment.person_id == person_id)
        .order_by(Programme.slug, Wave.slug, Organisation.slug, Assignment.task)
    )
    return [
        Given(Task(row.wave_id, row.organisation_id, row.task), programme, wave, place)
        for row, programme, wave, place in session.execute(wanted)
    ]


def of_wave(org_id: UUID, wave_id: UUID) -> Select[Assignment, Person]:
    """Who has which task in a wave, by address."""
    joined = select(Assignment, Person).join(Person, Person.id == Assignment.person_id)
    return joined.where(Assignment.org_id == org_id, Assignment.wave_id == wave_id).order_by(Person.email)


def has(session: Session, org_id: UUID, person_id: UUID, task: Task) -> bool:
    """Somebody has this task."""
    acting_for(session, org_id)
    wanted = select(Assignment.task).filter_by(**_row(org_id, person_id, task))
    return session.scalar(wanted) is not None


def _row(org_id: UUID, person_id: UUID, task: Task) -> dict[str, object]:
    return {
        "org_id": org_id,
        "wave_id": task.wave_id,
        "organisation_id": task.organisation_id,
        "person_id": person_id,
        "task": task.name,
    }
