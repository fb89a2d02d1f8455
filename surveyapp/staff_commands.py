"""``surveyapp staff …`` and ``surveyapp audit …``: accounts, and the log of what was done with them."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services import audit, invitations, people
from surveyapp.services.audit import OPERATOR, Head
from surveyapp.services.people import Grant
from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.invitations import Invitation
from surveyapp.store.organisations import Organisation
from surveyapp.store.people import ROLES, Membership, Person
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
    """Accounts of the staff: invite, list, reset, take a role away."""


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
@as_json_option
@explained
def list_(*, as_json: bool) -> None:
    """List who has which role where, and whose invitations wait."""
    with opened(settings()) as sessions, sessions.reading() as session:
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
