"""Every state of every page staff can meet, by endpoint: who is there, where it is, and what they type."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from surveyapp.services import assignments, invitations, library, people, sign_in, staff_sessions
from surveyapp.services.assignments import Task
from surveyapp.services.audit import OPERATOR
from surveyapp.services.people import Grant
from surveyapp.services.staff_sessions import Opening
from surveyapp.store import clock
from surveyapp.store.people import Person
from surveyapp.store.responses import SettledText
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import StaffSession
from surveyapp.store.tenancy import elsewhere
from surveyapp.web import manage
from tests.builders import open_wave
from tests.staff import HERE, PASSPHRASE, employed, signed_in, with_app, with_key

from . import result_states

STAFF = result_states.STAFF | {blueprint.name for blueprint in manage.BLUEPRINTS}

ROLES = {"manager": "manager", "analyst": "analyst", "collector": "collector", "other": "analyst"}
"""What some of the people are; the rest are admins. The other one never signs in, so that their role can be changed."""

ONLY_LEADS_ON = result_states.ONLY_LEADS_ON | frozenset(
    {
        "sign_in.choose",
        "sign_in.leave",
        "account.end_device",
        "factors.remove",
        "people.withdraw",
        "people.take_role",
        "people.take_task",
        "people.remove",
        "passkeys.ask",
        "passkeys.take",
        "passkeys.ask_again",
        "passkeys.take_again",
        "passkeys.ask_for_new",
        "passkeys.add",
        "passkeys.remove",
        "provider.back",
        "provider.link",
        "provider.leave_to_link",
        "provider.unlink",
        "texts.lead_on",
        "texts.decide",
    }
)
"""Endpoints that answer with no page of their own."""


class Desk(NamedTuple):
    """Cookies of people by what they are, and links they were given."""

    cookies: dict[str, dict[str, str]]
    links: dict[str, str]


Furnished = tuple[Path, Desk]
"""An SQLite file with these people in it."""


class StaffState(NamedTuple):
    """``posted``: fields to type into with Enter, or a button to press where the name is "action".

    ``filled``: something is chosen already, as it is now.
    """

    endpoint: str
    who: str
    path: str
    posted: tuple[tuple[str, str], ...] = ()
    filled: bool = False

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.endpoint} {self.who} {self.posted}"


def desk(sessions: Sessions) -> Desk:
    """People in every situation that a page knows, in an organisation where something is going on."""
    with sessions.begin() as session:
        there = open_wave(session, library.load("client_satisfaction_10"), "clients/2010")
        other = open_wave(session, library.load("client_satisfaction_short"), "elsewhere/2010")
        org = there.org_id
        for name in ("admin", "manager", "analyst", "collector", "once", "new", "torn", "other"):
            employed(session, org, f"{name}@example.org", ROLES.get(name, "admin"))
        bare = employed(session, org, "bare@example.org", "collector")
        people.take_role(session, OPERATOR, org, people.roles_of(session, org, bare)[0].id)
        for name in ("torn", "bare"):
            employed(session, other.org_id, f"{name}@example.org")
        links = {
            "new": invitations.invite(session, OPERATOR, org, "nobody@example.org", Grant("collector", org)),
            "known": invitations.invite(session, OPERATOR, org, "collector@example.org", Grant("manager", org)),
        }
        links["wave"] = str(there.wave_id)
        other_one = session.query(Person).filter_by(email="other@example.org").one()
        assignments.assign(session, OPERATOR, org, other_one.id, Task(there.wave_id, org, "expert"))
        links["text"] = _texts(session, org, there.wave_id)
    cookies = _cookies(sessions, org)
    with sessions.begin() as session:
        person = session.query(Person).filter_by(email="other@example.org").one()
        links["person"], links["role"] = str(person.id), str(people.roles_of(session, org, person.id)[0].id)
        lost = session.query(Person).filter_by(email="manager@example.org").one()
        links["reset"] = invitations.begin_reset(session, OPERATOR, lost.id, clock.seconds(session))
        session.query(Person).filter_by(email="once@example.org").one().password = None
    more_cookies, more_links = result_states.results(sessions)
    return Desk(cookies | more_cookies, links | more_links)


def _texts(session: Session, org: UUID, wave: UUID) -> str:
    """Texts that wait, are approved and are withheld; the id of one that waits."""
    words = "Zvaniet 2912 3456, Anna Kalniņa\nvai nāciet"
    of_wave = {"org_id": org, "wave_id": wave, "item": "good", "language": "lv", "text": words}
    waiting = SettledText(id=uuid4(), state="waiting", **of_wave)
    approved = SettledText(id=uuid4(), state="approved", approved_sha256=bytes(32), **of_wave)
    with elsewhere(session, org):
        session.add_all([waiting, approved, SettledText(id=uuid4(), state="refused", **of_wave)])
    return str(waiting.id)


def _cookies(sessions: Sessions, org) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {"nobody": {}, "gone": {"sid": "of-a-session-that-is-over"}}
    admin = signed_in(sessions, "admin@example.org")
    with_app(sessions, admin)
    step = sign_in.with_passphrase(sessions, "admin@example.org", PASSPHRASE, HERE)
    found["halfway"] = {"step": step.token}
    with sessions.begin() as session:
        now, ids = clock.seconds(session), {each.email: each.id for each in session.query(Person)}
        for name in ("manager", "analyst"):
            with_key(session, ids[f"{name}@example.org"])
        for name in ("admin", "manager", "analyst", "collector", "bare"):
            opening = Opening(
                ids[f"{name}@example.org"], org, "passphrase", "Firefox, Linux", second=name != "collector"
            )
            found[name] = {"sid": staff_sessions.begin(session, opening, now)}
        for name in ("once", "new", "torn"):
            opening = Opening(
                ids[f"{name}@example.org"], None if name == "torn" else org, "passphrase", "–", second=False
            )
            found[name] = {"sid": staff_sessions.begin(session, opening, now)}
    return found


def keep_fresh(sessions: Sessions) -> None:
    """However long the tests before took, everybody has just been here and shown a second factor."""
    with sessions.begin() as session:
        now = clock.seconds(session)
        for each in session.query(StaffSession):
            each.opened, each.seen, each.second = now, now, each.second and now


def states(there: Desk, language: str) -> Iterator[StaffState]:
    """All of them in one language."""
    asked = f"?lang={language}"
    yield StaffState("sign_in.ask", "nobody", f"/sign-in{asked}")
    yield StaffState("sign_in.ask", "gone", f"/sign-in{asked}")
    yield StaffState("sign_in.take", "nobody", f"/sign-in{asked}", (("email", "anna"),))
    yield StaffState("sign_in.ask_second", "halfway", f"/sign-in/second{asked}")
    yield StaffState("sign_in.take_second", "halfway", f"/sign-in/second{asked}", (("code", ""),))
    yield StaffState("provider.leave", "nobody", f"/sign-in{asked}", (("action", "provider"),))
    yield from _links(there, asked)
    yield StaffState("sign_in.organisations", "torn", f"/sign-in/organisation{asked}")
    yield StaffState("step_up.ask", "admin", f"/sign-in/again{asked}")
    yield StaffState("step_up.ask", "new", f"/sign-in/again{asked}")
    yield StaffState("step_up.take", "admin", f"/sign-in/again{asked}", (("proof", ""),))
    for who in ("admin", "manager", "analyst", "collector", "bare"):
        yield StaffState("home.show", who, f"/manage{asked}")
    yield StaffState("account.show", "admin", f"/manage/account{asked}")
    yield StaffState("account.show", "collector", f"/manage/account{asked}")
    for who in ("once", "admin"):
        yield StaffState("account.passphrase", who, f"/manage/account/passphrase{asked}")
    yield StaffState("account.change_passphrase", "admin", f"/manage/account/passphrase{asked}", (("passphrase", "x"),))
    yield StaffState("factors.begin", "new", f"/manage/account/app{asked}")
    yield StaffState("factors.prepare", "new", f"/manage/account/app{asked}", (("action", "next"),))
    yield StaffState("factors.confirm", "new", f"/manage/account/app{asked}", (("action", "next"), ("code", "1")))
    yield StaffState("factors.new_codes", "admin", f"/manage/account{asked}", (("action", "codes"),))
    yield StaffState("passkeys.show", "admin", f"/manage/account/passkeys{asked}")
    yield from _people(there, asked)
    yield from _reading(there, asked)
    for query in ("", "&verify=1", "&verb=none", "&since=yesterday"):
        yield StaffState("log.show", "admin", f"/manage/log{asked}{query}")
    for each in result_states.result_states(there.links, asked):
        yield StaffState(*each)


def _people(there: Desk, asked: str) -> Iterator[StaffState]:
    someone = f"/manage/people/{there.links['person']}"
    role = f"{someone}/roles/{there.links['role']}"
    invite = (("action", "next"),)
    yield StaffState("people.show", "collector", f"/manage/people{asked}")
    yield StaffState("people.show", "admin", f"/manage/people{asked}")
    yield StaffState("people.ask", "admin", f"/manage/people/invite{asked}")
    yield StaffState("people.invite", "admin", f"/manage/people/invite{asked}", invite)
    yield StaffState("people.person", "admin", f"{someone}{asked}")
    yield StaffState("people.ask_task", "admin", f"{someone}/tasks{asked}")
    yield StaffState("people.give_task", "admin", f"{someone}/tasks{asked}", invite)
    yield StaffState("people.ask_removal", "admin", f"{someone}/remove{asked}")
    yield StaffState("people.reset", "admin", f"{someone}{asked}", (("action", "reset"),))
    yield StaffState("people.ask_role", "admin", f"{role}{asked}", filled=True)
    yield StaffState("people.change_role", "admin", f"{role}{asked}", invite)


def _reading(there: Desk, asked: str) -> Iterator[StaffState]:
    wave = f"/analyse/texts/{there.links['wave']}"
    text = f"{wave}/{there.links['text']}"
    yield StaffState("texts.show", "analyst", f"/analyse/texts{asked}")
    yield StaffState("texts.show", "manager", f"/analyse/texts{asked}")
    yield StaffState("texts.wave", "analyst", f"{wave}{asked}")
    yield StaffState("texts.decided", "analyst", f"{wave}/decided{asked}")
    yield StaffState("texts.one", "analyst", f"{text}{asked}")
    yield StaffState("texts.ask_change", "analyst", f"{text}/change{asked}")
    yield StaffState("texts.take_change", "analyst", f"{text}/change{asked}", (("action", "next"),))


def _links(there: Desk, asked: str) -> Iterator[StaffState]:
    new, known = f"/sign-in/invitation/{there.links['new']}", f"/sign-in/invitation/{there.links['known']}"
    reset = f"/sign-in/reset/{there.links['reset']}"
    yield StaffState("joining.invited", "nobody", f"{new}{asked}")
    yield StaffState("joining.invited", "nobody", f"{known}{asked}")
    yield StaffState("joining.invited", "collector", f"{known}{asked}")
    yield StaffState("joining.invited", "nobody", f"/sign-in/invitation/nothing{asked}")
    yield StaffState("joining.join", "nobody", f"{new}{asked}", (("name", ""),))
    yield StaffState("joining.lost", "nobody", f"{reset}{asked}")
    yield StaffState("joining.reset", "nobody", f"{reset}{asked}", (("passphrase", "x"),))
