"""A1: what each role may, row by row: `tests/access_matrix.csv` against the routes, the decorator and real requests.

A row is an endpoint and a method, or a command of the bot; ``nobody`` is a respondent or a stranger, who have no account.
"""

import csv
import re
from collections.abc import Callable
from functools import partial
from inspect import unwrap
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from bots.phrases import COMMANDS
from surveyapp.services import invitations, people
from surveyapp.services.audit import OPERATOR
from surveyapp.services.people import ANY_ROLE as ROLES
from surveyapp.services.people import Grant
from surveyapp.store import tenancy
from surveyapp.store.collectors import Door
from surveyapp.store.responses import SettledText
from surveyapp.store.sessions import Sessions
from surveyapp.web import analyse, create_app, manage
from surveyapp.web.manage import allowed
from tests.builders import open_wave
from tests.conftest import Database
from tests.pages import Pages
from tests.staff import employed, office
from tests.web.analyse.released import released
from tests.web.manage.working import at_desk, browser

NAMES = {blueprint.name for blueprint in (*manage.BLUEPRINTS, *analyse.BLUEPRINTS)}
OWN = {"account", "factors", "passkeys", "provider", "step_up", "sign_in"}
"""One's own account, sign-in and sign-out: whoever has an account has these, whatever their role."""

MAY = {
    "home": set(ROLES),
    "people": {"admin"},
    "log": {"admin"},
    "analyse": {"analyst", "manager"},
    "clients": {"manager"},
    "rows": {"analyst"},
    "running": {"manager"},
    "texts": {"analyst"},
    **{name: set(ROLES) for name in OWN},
}
"""Blueprint -> roles, as the table of roles says: people and the audit log are the administrator's."""

PRESSED = {"running.ask": "release"}
"""Endpoint -> its button, where that isn't "public"; others don't ask which was pressed."""

NOBODYS_ID = "00000000-0000-0000-0000-00000000000a"

with (Path(__file__).parent.parent.parent / "access_matrix.csv").open(encoding="utf-8", newline="") as file:
    MATRIX = {(row.pop("endpoint"), row.pop("method")): row for row in csv.DictReader(file)}


@pytest.fixture
def app(database: Database) -> Any:
    made = create_app(database.config(TELEGRAM_BOT_TOKEN="7000000001:secret", TELEGRAM_WEBHOOK_SECRET="s" * 40))
    yield made
    made.extensions["telegram"].close()
    made.extensions["surveyapp"].sessions.dispose()


def routes(app: Flask) -> dict[tuple[str, str], Rule]:
    """Endpoint and method -> rule."""
    rules = app.url_map.iter_rules()
    return {(rule.endpoint, each): rule for rule in rules for each in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


def staff_routes(app: Flask) -> dict[tuple[str, str], Rule]:
    """Those that only somebody who is signed in may open."""
    found = routes(app).items()
    return {key: rule for key, rule in found if hasattr(app.view_functions[key[0]], "roles")}


def path_of(rule: Rule, **ids: UUID) -> str:
    """An address of the route; ``ids``: of things that are there, by the name of the part."""
    wanted = {name: str(value) for name, value in ids.items()}
    uuids = re.sub(r"<uuid:(\w+)>", lambda part: wanted.get(part[1], NOBODYS_ID), rule.rule)
    return re.sub(r"<[^>]+>", "x", uuids)


class Somebody:
    """A browser, and what it is answered with."""

    def __init__(self, pages: Pages, start: str) -> None:
        self._client = pages._send._client  # type: ignore[attr-defined]
        pages.get(f"{start}?lang=en")
        self._token = pages.page.query("input[name=csrf_token]")[0].attrs["value"]

    def tries(self, method: str, path: str, **typed: str) -> tuple[int, str, str]:
        """Status, where it leads, and what is said."""
        data = {"csrf_token": self._token, **typed} if method == "POST" else None
        answer = self._client.open(path, method=method, data=data)
        return answer.status_code, answer.headers.get("Location", "").partition("?")[0], answer.get_data(as_text=True)


def employee(app: Flask, sessions: Sessions, org: UUID, role: str) -> Somebody:
    """Somebody with this role alone, just signed in with a second factor."""
    with sessions.begin() as session:
        person = employed(session, org, f"{role}-{org.hex[:8]}@example.org", role)
        pages = at_desk(app, session, person, org)
    return Somebody(pages, "/manage/account")


def turned_away(answer: tuple[int, str, str]) -> bool:
    """Not allowed, or sent to sign in."""
    status, leads_to, _ = answer
    return status == 403 or (status == 303 and leads_to == "/sign-in")


def test_every_route_and_command_has_a_row_and_no_row_is_left_over(app: Flask) -> None:
    assert {*routes(app), *((f"bot./{command}", "message") for command in COMMANDS)} == set(MATRIX)


def test_the_cells_are_what_the_roles_may(app: Flask) -> None:
    there = staff_routes(app)
    assert {key for key in there if key[0].partition(".")[0] not in NAMES} == set()
    for key, cells in MATRIX.items():
        if key not in there:
            assert set(cells.values()) == {"allow"}, key
            continue
        assert cells["nobody"] == "deny", key
        assert {role for role in ROLES if cells[role] == "allow"} == MAY[key[0].partition(".")[0]], key
        declared = set(app.view_functions[key[0]].roles)  # type: ignore[attr-defined]
        assert declared in ({role for role in ROLES if cells[role] == "allow"}, set()), key
        assert declared or key[0].partition(".")[0] in OWN, key


def test_what_is_open_to_everybody_asks_for_no_account(app: Flask) -> None:
    open_to_all = MATRIX.keys() & routes(app).keys() - staff_routes(app).keys()
    assert len(open_to_all) > 30
    client = app.test_client(use_cookies=False)
    for endpoint, method in open_to_all - {("telegram", "POST")}:
        answer = client.open(path_of(routes(app)[endpoint, method]), method=method)
        leads_to = answer.headers.get("Location", "").partition("?")[0]
        assert leads_to != "/sign-in" or endpoint.startswith(("sign_in", "provider")), endpoint


def test_each_role_gets_what_its_cell_says_and_nobody_else_does(app: Flask, sessions: Sessions) -> None:
    with sessions.begin() as session:
        org = office(session)
    stranger = Somebody(browser(app), "/sign-in")
    people_by_role = {role: employee(app, sessions, org, role) for role in ROLES}
    for (endpoint, method), rule in sorted(staff_routes(app).items(), key=lambda row: row[0][0] == "sign_in.leave"):
        path, cells = path_of(rule), MATRIX[endpoint, method]
        assert turned_away(stranger.tries(method, path)), endpoint
        for role, somebody in people_by_role.items():
            status, leads_to, _ = somebody.tries(method, path)
            assert status < 500, (endpoint, role)
            let_in = status != 403 and (leads_to != "/sign-in" or endpoint == "sign_in.leave")
            assert let_in == (cells[role] == "allow"), (endpoint, role, status, leads_to)


@pytest.fixture
def town(sessions: Sessions) -> dict[str, UUID]:
    """Another organisation and what it has: a person, their role, an invitation, a wave and a text."""
    with sessions.begin() as session:
        collecting = open_wave(session, name="village/2010")
        org, wave = collecting.org_id, collecting.wave_id
        person = employed(session, org, "berta@village.example", "manager")
        invitations.invite(session, OPERATOR, org, "carl@village.example", Grant("collector", org))
    with sessions.begin(org) as session:
        words = SettledText(
            id=uuid4(), org_id=org, wave_id=wave, item="words", language="lv", text="village.example", state="waiting"
        )
        session.add(words)
    with sessions.reading(org) as session:
        role = people.roles_of(session, org, person)[0].id
        (invitation,) = session.scalars(invitations.waiting(session, org, 0)).all()
    own = {"person_id": person, "role_id": role, "invitation_id": invitation.id}
    return {"org_id": org, "wave_id": wave, "text_id": words.id, **own}


def leaks(app: Flask, sessions: Sessions, town: dict[str, UUID], role: str) -> list[str]:
    """Endpoints that treat another organisation's ids otherwise than ids of nothing, or tell of its people."""
    with sessions.begin() as session:
        org = office(session)
    found, somebody = [], employee(app, sessions, org, role)
    for (endpoint, method), rule in staff_routes(app).items():
        if method != "GET" and "<uuid:" not in rule.rule:
            continue
        status, leads_to, says = somebody.tries(method, path_of(rule, **town))
        if (status, leads_to) != somebody.tries(method, path_of(rule))[:2] or "village.example" in says:
            found.append(endpoint)
    return found


def whole(sessions: Sessions, town: dict[str, UUID]) -> bool:
    """The other organisation has all that it had."""
    with sessions.reading(town["org_id"]) as session:
        roles = [each.id for each in people.roles_of(session, town["org_id"], town["person_id"])]
        waiting = session.scalars(invitations.waiting(session, town["org_id"], 0)).all()
        states = session.scalars(select(SettledText.state)).all()
    kept = ([town["role_id"]], [town["invitation_id"]], ["waiting"])
    return (roles, [each.id for each in waiting], states) == kept


@pytest.mark.parametrize("role", ROLES)
def test_the_same_role_elsewhere_finds_nothing_by_these_ids(
    app: Flask, sessions: Sessions, town: dict[str, UUID], role: str
) -> None:
    assert leaks(app, sessions, town, role) == []
    assert whole(sessions, town)


def test_another_organisations_id_is_not_found_whatever_is_asked_of_it(
    app: Flask, sessions: Sessions, town: dict[str, UUID]
) -> None:
    """404 and never 403, which would tell that there is something."""
    release = released(sessions)
    theirs, answered = {**town, "wave_id": release.wave_id, "release_id": release.id}, {}
    with sessions.begin() as session:
        org = office(session)
    here = {role: employee(app, sessions, org, role) for role in ("analyst", "manager", "admin")}
    for (endpoint, method), rule in staff_routes(app).items():
        if "<uuid:" in rule.rule:
            assert set(re.findall(r"<uuid:(\w+)>", rule.rule)) <= set(theirs), endpoint
            (somebody, *_) = (here[role] for role in here if MATRIX[endpoint, method][role] == "allow")
            status, _, _ = somebody.tries(
                method, path_of(rule, **theirs), role="manager", action=PRESSED.get(endpoint, "public")
            )
            answered[endpoint, method] = status
    assert len(answered) >= 13
    assert set(answered.values()) == {404}, answered
    assert whole(sessions, town)


def test_without_the_decorator_the_matrix_is_not_kept(app: Flask, sessions: Sessions) -> None:
    """The control, for every route that somebody is denied: whoever is signed in is let in."""

    def let_in(view: Callable[..., Any], **values: Any) -> Any:
        allowed.enter()
        return view(**values)

    with sessions.begin() as session:
        org = office(session)
    people_by_role = {role: employee(app, sessions, org, role) for role in ROLES}
    denied = {key: rule for key, rule in staff_routes(app).items() if "deny" in {MATRIX[key][role] for role in ROLES}}
    assert len(denied) > 12
    for (endpoint, method), rule in denied.items():
        somebody = next(people_by_role[role] for role in ROLES if MATRIX[endpoint, method][role] == "deny")
        assert turned_away(somebody.tries(method, path_of(rule))), endpoint
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = partial(let_in, unwrap(view))
        assert not turned_away(somebody.tries(method, path_of(rule))), endpoint


@pytest.mark.parametrize("role", ["manager", "admin"])
def test_without_the_filter_no_page_gives_anything_of_others_away(
    app: Flask, sessions: Sessions, town: dict[str, UUID], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left: row security on PostgreSQL, and on both the organisation that every service names."""
    nothing = tenancy.with_loader_criteria(Door, lambda of: of.org_id == of.org_id)
    monkeypatch.setattr(tenancy, "with_loader_criteria", lambda *_, **__: nothing)
    assert leaks(app, sessions, town, role) == []
    assert whole(sessions, town)
