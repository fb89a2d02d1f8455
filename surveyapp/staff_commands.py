"""``surveyapp staff …`` and ``surveyapp audit …``: accounts, and the log of what was done with them."""

import click
from sqlalchemy import select

from surveyapp.services import audit, invitations, people
from surveyapp.services.audit import OPERATOR
from surveyapp.services.people import Grant
from surveyapp.services.refusals import Refusal
from surveyapp.store import clock
from surveyapp.store.invitations import Invitation
from surveyapp.store.organisations import Organisation
from surveyapp.store.people import ROLES, Membership, Person
from surveyapp.terminal import as_json_option, explained, opened, say, settings

_BREAKS = {
    "missing": "an entry before number %(number)s is missing",
    "unlinked": "number %(number)s doesn't follow the entry before it",
    "changed": "number %(number)s was changed",
    "head": "the log should not end with number %(number)s",
}


@click.group()
def staff() -> None:
    """Accounts of the staff: invite, list, reset."""


@staff.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--organisation", required=True, metavar="NAME", help="The id of an organisation in a programme's file.")
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
        there = (Organisation.org_id == Membership.org_id) & (Organisation.id == Membership.organisation_id)
        members = session.execute(
            select(Person.email, Membership.role, Organisation.slug)
            .join(Membership, Membership.person_id == Person.id)
            .join(Organisation, there)
            .order_by(Organisation.slug, Person.email, Membership.role)
        ).all()
        there = (Organisation.org_id == Invitation.org_id) & (Organisation.id == Invitation.organisation_id)
        invited = session.execute(
            select(Invitation.email, Invitation.role, Organisation.slug)
            .join(Organisation, there)
            .where(Invitation.ends > clock.seconds(session))
            .order_by(Organisation.slug, Invitation.email, Invitation.role)
        ).all()
    rows = [(*row, "member") for row in members] + [(*row, "invited") for row in invited]
    data = [dict(zip(("email", "role", "organisation", "state"), row, strict=True)) for row in rows]
    say(data, as_json, *(f"{org:<20} {role:<10} {state:<8} {email}" for email, role, org, state in rows))


@staff.command()
@click.argument("email")
@click.option("--second-factor", is_flag=True, help="Their second factors are lost, too: let them be set up anew.")
@as_json_option
@explained
def reset(*, email: str, second_factor: bool, as_json: bool) -> None:
    """Print a link with which somebody chooses a new passphrase, good once and for an hour."""
    config = settings()
    with opened(config) as sessions, sessions.begin() as session:
        person = people.by_email(session, people.read_email(email))
        if person is None:
            raise Refusal("unknown_person", {"email": email})
        now = clock.seconds(session)
        token = invitations.begin_reset(session, OPERATOR, person.id, now, factors=second_factor)
    link = invitations.address(config.public_url, token, "reset")
    say({"email": person.email, "url": link}, as_json, f"{person.email} can choose a new passphrase here:", link)


@click.group("audit")
def audit_group() -> None:
    """The log of what staff, the operator and jobs did."""


@audit_group.command()
@as_json_option
@explained
def verify(*, as_json: bool) -> None:
    """Check that no entry of the log was changed, moved or deleted; exit code 1 if one was."""
    with opened(settings()) as sessions, sessions.reading() as session:
        found = audit.verify(session)
        names = dict(session.execute(select(Organisation.id, Organisation.slug).filter_by(parent_id=None)).all())
    breaks = [
        {"organisation": names.get(each.org_id), "number": each.number, "fault": each.code} for each in found.breaks
    ]
    words = [f"{each['organisation'] or '-'}: {_BREAKS[str(each['fault'])] % each}" for each in breaks]
    data = {"entries": found.entries, "chains": found.chains, "faults": breaks}
    say(data, as_json, *(words or [f"the log holds: {found.entries} entries of {found.chains} organisations"]))
    if breaks:
        raise SystemExit(1)
