"""``surveyapp staff …`` and ``surveyapp audit …``: accounts, and the log of what was done with them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services import assignments, audit, invitations, people, waves
from surveyapp.services.assignments import Task
from surveyapp.services.audit import OPERATOR, Head
from surveyapp.services.people import Grant
from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.invitations import Invitation
from surveyapp.store.organisations import Organisation
from surveyapp.store.people import ROLES, TASKS, Membership, Person
from surveyapp.store.tenancy import elsewhere, organisations
from surveyapp.terminal import as_json_option, explained, opened, say, settings

_BREAKS = {
    "missing": "an entry before number %(number)s is missing",
    "unlinked": "number %(number)s doesn't follow the entry before it",
    "changed": "number %(number)s was changed",
    "head": "the log should not end with number %(number)s",
    "anchor": "number %(number)s is not the entry that was the last one when it was written down",
}


@click.group()
def staff() -> None:
    """Accounts of the staff: invite, list, reset, take a role away; give tasks and take them."""


def _place(command: Callable[..., None]) -> Callable[..., None]:
    """Whom a command is about, as what, and where."""
    named = click.option(
        "--organisation", required=True, metavar="NAME", help="The id of an organisation in a programme's file."
    )
    as_what = click.option("--role", required=True, type=click.Choice(ROLES))
    return click.argument("email")(as_what(named(command)))


@staff.command("add")
@_place
@as_json_option
@explained
def add(*, email: str, role: str, organisation: str, as_json: bool) -> None:
    """Invite somebody and print the link with which they make their account, good once and for 72 hours."""
    config = settings()
    with opened(config) as sessions, sessions.begin() as session:
        address = people.read_email(email)
        org_id, node = people.organisation(session, organisation)
        token = invitations.invite(session, OPERATOR, org_id, address, Grant(role, node))
    link = invitations.address(config.public_url, token)
    data = {"email": address, "role": role, "organisation": organisation, "url": link}
    say(data, as_json, f"{address} can join {organisation} as {role}, once and within 72 hours, here:", link)


@staff.command("list")
@click.option("--wave", metavar="PROGRAMME/WAVE", help="List instead who has which task in this wave.")
@as_json_option
@explained
def list_(*, wave: str | None, as_json: bool) -> None:
    """List who has which role where, and whose invitations wait."""
    with opened(settings()) as sessions, sessions.reading() as session:
        if wave is not None:
            data = _tasks(session, wave)
            say(data, as_json, *("{organisation:<20} {task:<12} {email}".format(**each) for each in data))
            return
        members, invited = _members(session)
    rows = [(*row, "member") for row in members] + [(*row, "invited") for row in invited]
    data = [dict(zip(("email", "role", "organisation", "state"), row, strict=True)) for row in rows]
    say(data, as_json, *(f"{org:<20} {role:<10} {state:<8} {email}" for email, role, org, state in rows))


def _members(session: Session) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """(address, role, organisation) of members and of the invited, in the order they are listed in."""
    members: list[tuple[str, str, str]] = []
    invited: list[tuple[str, str, str]] = []
    now = clock.seconds(session)
    for org_id in organisations(session):
        there = (Organisation.org_id == org_id) & (Organisation.id == Membership.organisation_id)
        wanted = (
            select(Person.email, Membership.role, Organisation.slug)
            .join(Membership, Membership.person_id == Person.id)
            .join(Organisation, there)
        )
        there = (Organisation.org_id == org_id) & (Organisation.id == Invitation.organisation_id)
        waiting = select(Invitation.email, Invitation.role, Organisation.slug).join(Organisation, there)
        with elsewhere(session, org_id):
            members += session.execute(wanted.where(Membership.org_id == org_id))
            invited += session.execute(waiting.where(Invitation.ends > now))
    return sorted(members, key=_by_place), sorted(invited, key=_by_place)


def _by_place(row: tuple[str, str, str]) -> tuple[str, str, str]:
    email, role, place = row
    return place, email, role


@staff.command()
@click.argument("email")
@click.option("--second-factor", is_flag=True, help="Their second factors are lost, too: let them be set up anew.")
@as_json_option
@explained
def reset(*, email: str, second_factor: bool, as_json: bool) -> None:
    """Print a link with which somebody chooses a new passphrase, good once and for an hour."""
    config = settings()
    with opened(config) as sessions, sessions.begin() as session:
        person = _person(session, email)
        now = clock.seconds(session)
        token = invitations.begin_reset(session, OPERATOR, person.id, now, factors=second_factor)
    link = invitations.address(config.public_url, token, "reset")
    say({"email": person.email, "url": link}, as_json, f"{person.email} can choose a new passphrase here:", link)


@staff.command()
@_place
@as_json_option
@explained
def take(*, email: str, role: str, organisation: str, as_json: bool) -> None:
    """Take a role from somebody, as an administrator does on the page of people; all their sessions end."""
    with opened(settings()) as sessions, sessions.begin() as session:
        person = _person(session, email)
        org_id, node = people.organisation(session, organisation)
        data = {"email": person.email, "role": role, "organisation": organisation}
        roles = people.roles_of(session, org_id, person.id)
        held = next((each.id for each in roles if each.grant[:2] == (role, node)), None)
        if held is None:
            raise Refusal("role_not_held", data)
        people.take_role(session, OPERATOR, org_id, held)
    say(data, as_json, f"{data['email']} is no longer {role} in {organisation} and is signed out everywhere")


def _task(command: Callable[..., None]) -> Callable[..., None]:
    """Whom a command is about, which task, and in which wave."""
    where = click.option(
        "--organisation", metavar="NAME", help="A part of the wave's organisation, by its id; without it, all of it."
    )
    which = click.option("--wave", required=True, metavar="PROGRAMME/WAVE")
    what = click.option("--task", required=True, type=click.Choice(TASKS))
    return click.argument("email")(what(which(where(command))))


@staff.command()
@_task
@as_json_option
@explained
def assign(*, as_json: bool, **about: Any) -> None:
    """Give somebody who belongs to an organisation a task in one of its waves."""
    data = _change_task(assignments.assign, **about)
    say(data, as_json, "{email} has the task {task} in {wave}, at {organisation}".format(**data))


@staff.command()
@_task
@as_json_option
@explained
def unassign(*, as_json: bool, **about: Any) -> None:
    """Take a task from somebody again."""
    data = _change_task(assignments.unassign, **about)
    say(data, as_json, "{email} no longer has the task {task} in {wave}, at {organisation}".format(**data))


def _change_task(
    change: Callable[..., None], *, email: str, task: str, wave: str, organisation: str | None
) -> dict[str, str]:
    """Give or take a task. The command's words, in full."""
    with opened(settings()) as sessions, sessions.begin() as session:
        person, found = _person(session, email), waves.find_wave(session, wave)
        nodes = _nodes(session, found.org_id)
        place = next((id_ for id_, slug in nodes.items() if slug == organisation), None)
        if organisation is None:
            place = found.org_id
        if place is None:
            known = ", ".join(sorted(nodes.values()))
            raise Refusal("unknown_organisation", {"organisation": organisation, "known": known})
        change(session, OPERATOR, found.org_id, person.id, Task(found.id, place, task))
        return {"email": person.email, "task": task, "wave": wave, "organisation": nodes[place]}


def _tasks(session: Session, wave: str) -> list[dict[str, str]]:
    """Who has which task in a wave, by place, task and address."""
    found = waves.find_wave(session, wave)
    nodes = _nodes(session, found.org_id)
    rows = session.execute(assignments.of_wave(found.org_id, found.id))
    told = sorted((nodes[given.organisation_id], given.task, person.email) for given, person in rows)
    return [{"email": email, "task": task, "organisation": place} for place, task, email in told]


def _nodes(session: Session, org_id: UUID) -> dict[UUID, str]:
    """Id of a node -> its name in programme files."""
    return {each.id: each.slug for each in session.scalars(select(Organisation).filter_by(org_id=org_id))}


def _person(session: Session, email: str) -> Person:
    person = people.by_email(session, people.read_email(email))
    if person is None:
        raise Refusal("unknown_person", {"email": email})
    return person


def _name(session: Session, org_id: UUID) -> str | None:
    with elsewhere(session, org_id):
        return session.scalar(select(Organisation.slug).filter_by(org_id=org_id, id=org_id))


@click.group("audit")
def audit_group() -> None:
    """The log of what staff, the operator and jobs did."""


@audit_group.command()
@as_json_option
@explained
def head(*, as_json: bool) -> None:
    """Print where the log of each organisation ends, a line each, to be kept outside the database."""
    with opened(settings()) as sessions, sessions.reading() as session:
        heads = audit.heads(session)
    data = [{"organisation": str(each.org_id), "number": each.number, "sha256": each.hash.hex()} for each in heads]
    say(data, as_json, *(f"{each.org_id} {each.number} {each.hash.hex()}" for each in heads))


def _kept(_: click.Context, __: click.Parameter, file: Path | None) -> list[Head]:
    """The heads in a file as ``audit head`` prints them."""
    heads = []
    lines = file.read_text("utf-8", errors="replace").splitlines() if file else []
    for number, line in enumerate(lines, 1):
        try:
            org_id, entry, digest = line.split()
            heads.append(Head(UUID(org_id), int(entry), bytes.fromhex(digest)))
        except ValueError as error:
            message = f"line {number} is none that `surveyapp audit head` prints"
            raise click.BadParameter(message) from error
    if file and not heads:
        message = "the file is empty"
        raise click.BadParameter(message)
    return heads


@audit_group.command()
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    callback=_kept,
    help="A file of lines that `surveyapp audit head` printed.",
)
@as_json_option
@explained
def verify(*, against: list[Head], as_json: bool) -> None:
    """Check that no entry of the log was changed, moved or deleted; exit code 1 if one was."""
    with opened(settings()) as sessions, sessions.reading() as session:
        found = audit.verify(session, against=against)
        names = {org_id: _name(session, org_id) for org_id in {each.org_id for each in found.breaks}}
    breaks = [
        {"organisation": names.get(each.org_id), "number": each.number, "fault": each.code} for each in found.breaks
    ]
    words = [f"{each['organisation'] or '-'}: {_BREAKS[str(each['fault'])] % each}" for each in breaks]
    data = {"entries": found.entries, "chains": found.chains, "faults": breaks}
    say(data, as_json, *(words or [f"the log holds: {found.entries} entries of {found.chains} organisations"]))
    if breaks:
        raise SystemExit(1)
