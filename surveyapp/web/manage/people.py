"""People of the organisation: who there is, invitations by a link that is shown once, roles, and leaving."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from surveyapp.services import analysing, assignments, audit, invitations, members, staffing
from surveyapp.services import people as belonging
from surveyapp.services.assignments import Task
from surveyapp.services.audit import Actor
from surveyapp.services.people import Grant
from surveyapp.services.placeholders import in_language
from surveyapp.services.refusals import Refusal
from surveyapp.web.languages import spoken
from surveyapp.web.manage.allowed import allows, change, posted_id, who
from surveyapp.web.manage.forms import InviteForm, RoleForm, TaskForm
from surveyapp.web.manage.pages import go, of_form, of_refusal, page
from surveyapp.web.site import site

people = Blueprint("people", __name__, url_prefix="/manage/people")


@people.get("")
@allows("admin")
def show() -> ResponseReturnValue:
    """Everybody, and whose invitations wait."""
    with site().sessions.reading() as session:
        everybody = members.listed(session, who().org_id)
        waiting = session.scalars(invitations.waiting(session, who().org_id, who().now)).all()
    return page("people.html", members=everybody, waiting=waiting, say=_say)


@people.get("/invite")
@allows("admin", fresh=True)
def ask() -> ResponseReturnValue:
    """Ask whom to invite, and as what."""
    return _form("invite.html")


@people.post("/invite")
@allows("admin", fresh=True)
def invite() -> ResponseReturnValue:
    """Make the link and show it, once."""
    if "address" in request.form and g.looks_again:
        return _link(*(request.form.get(name, "") for name in ("email", "address", "what")))
    form = InviteForm(request.form)
    if not form.validate():
        return _form("invite.html", of_form(form))
    try:
        email = belonging.read_email(form.email.data or "")
    except Refusal as refusal:
        return _form("invite.html", of_refusal("email", refusal))
    try:
        token = change(lambda session: invitations.invite(session, _me(), who().org_id, email, _grant()))
    except Refusal as refusal:
        if refusal.code != "admin_of_part":
            raise
        return _form("invite.html", of_refusal("role", refusal))
    return _link(email, invitations.address(site().config.public_url, token), "invitation")


@people.post("/invitations/<uuid:invitation_id>/withdraw")
@allows("admin", fresh=True)
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    """Make a link lead nowhere."""
    change(lambda session: invitations.withdraw(session, _me(), who().org_id, invitation_id))
    return go("people.show")


@people.get("/<uuid:person_id>")
@allows("admin", fresh=True)
def person(person_id: UUID) -> ResponseReturnValue:
    """Somebody's roles and tasks, and what can be done about them."""
    with site().sessions.reading() as session:
        found = members.one(session, who().org_id, person_id)
        tasks = assignments.of_person(session, who().org_id, person_id)
    return page("person.html", member=found, tasks=tasks, say=_say)


@people.get("/<uuid:person_id>/roles/<uuid:role_id>")
@allows("admin", fresh=True)
def ask_role(person_id: UUID, role_id: UUID) -> ResponseReturnValue:
    """Ask for another role in place of this one."""
    return _role(person_id, role_id)


@people.post("/<uuid:person_id>/roles/<uuid:role_id>")
@allows("admin", fresh=True)
def change_role(person_id: UUID, role_id: UUID) -> ResponseReturnValue:
    """Give it; all sessions of that person end."""
    form = RoleForm(request.form)
    if not form.validate():
        return _role(person_id, role_id, of_form(form))
    try:
        change(
            lambda session: belonging.change_role(
                session, _me(), who().org_id, _held(session, person_id, role_id), _grant()
            )
        )
    except Refusal as refusal:
        if refusal.code not in {"admin_of_part", "last_admin", "role_held"}:
            raise
        return _role(person_id, role_id, of_refusal("role", refusal))
    return go("people.show")


@people.post("/<uuid:person_id>/roles/<uuid:role_id>/take")
@allows("admin", fresh=True)
def take_role(person_id: UUID, role_id: UUID) -> ResponseReturnValue:
    """Take a role away; all sessions of that person end."""
    change(lambda session: belonging.take_role(session, _me(), who().org_id, _held(session, person_id, role_id)))
    return go("people.show")


@people.get("/<uuid:person_id>/tasks")
@allows("admin", fresh=True)
def ask_task(person_id: UUID) -> ResponseReturnValue:
    """Ask which task to give, and in which wave."""
    return _task(person_id)


@people.post("/<uuid:person_id>/tasks")
@allows("admin", fresh=True)
def give_task(person_id: UUID) -> ResponseReturnValue:
    """Give it; what they have already they keep."""
    form = TaskForm(request.form)
    if not form.validate():
        return _task(person_id, of_form(form))
    change(lambda session: assignments.assign(session, _me(), who().org_id, person_id, _named()))
    return go("people.person", person_id=person_id)


@people.post("/<uuid:person_id>/tasks/take")
@allows("admin", fresh=True)
def take_task(person_id: UUID) -> ResponseReturnValue:
    """Take a task away."""
    change(lambda session: assignments.unassign(session, _me(), who().org_id, person_id, _named()))
    return go("people.person", person_id=person_id)


@people.post("/<uuid:person_id>/reset")
@allows("admin", fresh=True)
def reset(person_id: UUID) -> ResponseReturnValue:
    """Make a link for a new passphrase and new second factors, and show it, once."""

    def work(session: Session) -> tuple[str, str]:
        org_id, email = who().org_id, members.one(session, who().org_id, person_id).email
        return email, invitations.reset_member(session, _me(), org_id, person_id, staffing.now(session))

    email, token = change(work)
    return _link(email, invitations.address(site().config.public_url, token, "reset"), "reset")


@people.get("/<uuid:person_id>/remove")
@allows("admin", fresh=True)
def ask_removal(person_id: UUID) -> ResponseReturnValue:
    """Ask once more: what is deleted then can't be brought back."""
    with site().sessions.reading() as session:
        found = members.one(session, who().org_id, person_id)
    return page("removal.html", member=found, say=_say)


@people.post("/<uuid:person_id>/remove")
@allows("admin", fresh=True)
def remove(person_id: UUID) -> ResponseReturnValue:
    """Remove somebody from the organisation."""
    change(lambda session: belonging.remove(session, _me(), who().org_id, person_id))
    return go("people.show")


def _held(session: Session, person_id: UUID, role_id: UUID) -> UUID:
    """The role, which is this person's. Raises Refusal "unknown_member" for somebody else's."""
    if role_id not in {each.id for each in belonging.roles_of(session, who().org_id, person_id)}:
        raise Refusal("unknown_member")
    return role_id


def _me() -> Actor:
    return audit.staff(who().person.id)


def _say(text: Any) -> str:
    return in_language(text, spoken())


def _grant() -> Grant:
    """The role, node and units of a form. Raises Refusal "unknown_unit" for what is no id; others are looked up."""
    try:
        node = UUID(request.form["place"]) if "place" in request.form else who().org_id
        units = tuple(UUID(each) for each in request.form.getlist("unit"))
    except ValueError:
        raise Refusal("unknown_unit") from None
    return Grant(request.form["role"], node, units)


def _named() -> Task:
    """The task, wave and node of a form; 404 for what is no id."""
    node = posted_id("place") if "place" in request.form else who().org_id
    return Task(posted_id("wave"), node, request.form.get("task", ""))


def _task(person_id: UUID, errors: dict[str, str] | None = None) -> Response:
    with site().sessions.reading() as session:
        found = members.one(session, who().org_id, person_id)
        rounds, offered = analysing.rounds(session, who().org_id), members.places(session, who().org_id)
    given: dict[str, Any] = {"member": found, "rounds": rounds, "places": offered, "say": _say}
    return page("task.html", errors or {}, form="typed" if rounds else "", **given)


def _as_typed(grant: Grant) -> MultiDict[str, str]:
    """The form that would give what is held already."""
    units = [("unit", str(each)) for each in grant.units]
    return MultiDict([("role", grant.role), ("place", str(grant.organisation_id)), *units])


def _form(template: str, errors: dict[str, str] | None = None, **given: Any) -> Response:
    with site().sessions.reading() as session:
        offered = members.places(session, who().org_id)
    return page(template, errors or {}, form="typed", places=offered, say=_say, **given)


def _role(person_id: UUID, role_id: UUID, errors: dict[str, str] | None = None) -> Response:
    with site().sessions.reading() as session:
        found = members.one(session, who().org_id, person_id)
        held = {each.id: each.grant for each in belonging.roles_of(session, who().org_id, person_id)}
    role = next((each for each in found.roles if each.id == role_id), None)
    if role is None:
        raise Refusal("unknown_member")
    return _form("role.html", errors, member=found, held_role=role, typed=_as_typed(held[role_id]))


def _link(email: str, address: str, what: str) -> Response:
    """The one time it is shown; also in another language, for which the page brings it along."""
    return page("link.html", form="typed", email=email, address=address, what=what)
