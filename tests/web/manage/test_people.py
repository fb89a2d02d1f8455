"""An admin invites, changes and removes people; everything about people wants a second factor that was shown just now."""

import re
from uuid import uuid4

import pytest
from flask import Flask

from surveyapp.services import assignments, people
from surveyapp.services.assignments import Task
from surveyapp.store.people import Person
from surveyapp.store.sessions import Sessions
from tests.builders import open_wave
from tests.staff import PASSPHRASE, branch, employed, logged, office
from tests.web.manage.working import admin, at_desk, browser, invited, new_passphrase, signs_in


def test_an_invitation_is_shown_once_and_accepted(app: Flask, sessions: Sessions) -> None:
    pages, org = admin(app, sessions)
    pages.get("/manage/people?lang=en")
    assert [each.to_text() for each in pages.page.query("[aria-current=true]")][-1] == "People"
    pages.follow("Invite somebody")
    pages.submit(422)
    assert pages.page.problems == ("Write the e-mail address.", "Choose a role."), "as they stand on the page"
    pages.fill("email", "berta")
    pages.choose("role", "collector")
    pages.submit(422)
    assert pages.page.problems == ("This is not an e-mail address. Please look at it again.",)
    assert pages.page.question("email", choices=False).entered == ("berta",)
    assert pages.page.question("role", choices=True).entered == ("collector",)
    pages.fill("email", "Berta@example.org")
    pages.submit()
    address = next(line for line in pages.page.text.split() if "/sign-in/invitation/" in line)
    pages.follow("Back to the people")
    assert "berta@example.org" in pages.page.text
    assert "/sign-in/invitation/" not in pages.page.text

    berta = browser(app)
    berta.get("/sign-in/invitation/" + address.rpartition("/")[2] + "?lang=en")
    berta.fill("name", "Berta")
    new_passphrase(berta, PASSPHRASE)
    assert berta.page.heading == "What needs doing", "a collector needs no second factor"
    berta.get("/manage/people", 403)
    with sessions.reading() as session:
        assert logged(session, org)[-1] == "denied"


def test_the_page_behind_an_invitation_is_the_same_whether_there_is_an_account_or_not(
    app: Flask, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        employed(session, office(session, "elsewhere"), "berta@example.org", "collector")
    shown = []
    for email in ("berta@example.org", "carla@example.org"):
        path, pages = invited(sessions, "collector", email), browser(app)
        pages.get(f"{path}?lang=en")
        body = pages.answer.body.decode().replace(email, "").replace(path, "")
        shown.append(re.sub(r'name="csrf_token" value="[^"]+"', "", body))
    assert shown[0] == shown[1]
    assert "sign in first" in shown[0]


def test_another_language_accepts_no_invitation(app: Flask, sessions: Sessions) -> None:
    with sessions.begin() as session:
        berta = employed(session, office(session, "elsewhere"), "berta@example.org", "collector")
        desk = at_desk(app, session, berta, people.home(session, berta))
    path = invited(sessions, "collector", "berta@example.org")
    token = desk.get(f"{path}?lang=en").query("input[name=csrf_token]")[0].attrs["value"] or ""
    desk.language = "et"
    desk.post(f"{path}?lang=en", [("csrf_token", token), ("form_language", "en"), ("action", "lang-et")])
    with sessions.reading() as session:
        assert len(people.organisations_of(session, berta)) == 1


def test_a_role_is_changed_and_taken_and_the_person_is_out_at_once(app: Flask, sessions: Sessions) -> None:
    pages, org = admin(app, sessions)
    with sessions.begin() as session:
        berta = employed(session, org, "berta@example.org", "collector")
        desk = at_desk(app, session, berta, org)
    assert desk.get("/manage?lang=en").heading == "What needs doing"
    pages.get(f"/manage/people/{berta}?lang=en")
    pages.sent.add("role")
    pages.follow("Change: collector – town")
    assert pages.page.question("role", choices=True).entered == ("collector",), "what they are now"
    pages.choose("role", "analyst")
    pages.submit()
    assert "analyst – town" in pages.page.text
    assert desk.get("/manage?lang=en").heading == "Sign in"
    pages.get(f"/manage/people/{berta}?lang=en")
    pages.press("take")
    assert "no role" in pages.page.text
    signs_in(desk, "berta@example.org", status=403)
    assert desk.page.heading == "You have no role at the moment"
    assert "Ask an administrator of this organisation for a role." in desk.page.text
    assert "For which organisation" not in desk.page.text, "they have no other"
    pages.get(f"/manage/people/{berta}?lang=en")
    pages.follow("Remove this person")
    assert pages.page.heading == "Remove this person"
    assert "berta@example.org" in pages.page.text
    pages.follow("Back to the people")
    assert "berta@example.org" in pages.page.text, "nothing is done before the second page's button"
    pages.get(f"/manage/people/{berta}/remove?lang=en")
    pages.press("remove")
    assert "berta@example.org" not in pages.page.text
    with sessions.reading() as session:
        assert session.get(Person, berta) is None


def test_a_task_is_given_in_a_wave_and_taken(app: Flask, sessions: Sessions) -> None:
    with sessions.begin() as session:
        there = open_wave(session, name="kuldiga/2010")
        org = there.org_id
        pages = at_desk(app, session, employed(session, org, role="admin"), org)
        berta = employed(session, org, "berta@example.org", "collector")
    pages.get(f"/manage/people/{berta}?lang=en")
    pages.follow("Give a task")
    pages.submit(422)
    assert pages.page.problems == ("Choose a task.", "Choose a wave."), "as they stand on the page"
    pages.choose("task", "expert")
    pages.submit(422)
    assert pages.page.problems == ("Choose a wave.",)
    assert pages.page.question("task", choices=True).entered == ("expert",)
    pages.choose("wave", str(there.wave_id))
    pages.submit()
    assert pages.page.heading == "berta@example.org"
    assert "advises the self-assessment group, without a vote – kuldiga – 2010 – kuldiga" in pages.page.text
    with sessions.reading() as session:
        assert [each.task for each in assignments.of_person(session, org, berta)] == [
            Task(there.wave_id, org, "expert")
        ]
    pages.press("take-task")
    assert "advises the self-assessment group" not in pages.page.text
    with sessions.reading() as session:
        assert assignments.of_person(session, org, berta) == []
        assert logged(session, org)[-2:] == ["task_given", "task_taken"]


def test_a_task_is_given_where_a_part_of_the_organisation_is_chosen(app: Flask, sessions: Sessions) -> None:
    with sessions.begin() as session:
        there = open_wave(session, name="kuldiga/2010")
        org = there.org_id
        node = branch(session, org)
        pages = at_desk(app, session, employed(session, org, role="admin"), org)
        berta = employed(session, org, "berta@example.org", "collector")
    pages.get(f"/manage/people/{berta}/tasks?lang=en")
    for name, value in (("task", "leader"), ("wave", str(there.wave_id)), ("place", str(node))):
        pages.choose(name, value)
    pages.submit()
    with sessions.reading() as session:
        assert [each.task for each in assignments.of_person(session, org, berta)] == [
            Task(there.wave_id, node, "leader")
        ]


def test_no_task_is_given_in_a_wave_or_at_a_place_of_another_organisation(app: Flask, sessions: Sessions) -> None:
    pages, org = admin(app, sessions)
    with sessions.begin() as session:
        berta = employed(session, org, "berta@example.org", "collector")
    form = f"/manage/people/{berta}/tasks?lang=en"
    assert "There are no waves yet." in pages.get(form).text
    with sessions.begin() as session:
        foreign = open_wave(session, name="elsewhere/2010")
        employed(session, foreign.org_id, "carl@example.org", "collector")
    assert "There are no waves yet." in pages.get(form).text
    token = pages.page.query("input[name=csrf_token]")[0].attrs["value"] or ""
    fields = [("csrf_token", token), ("form_language", "en"), ("task", "leader"), ("wave", str(foreign.wave_id))]
    for place in ([], [("place", str(foreign.org_id))], [("place", "nowhere")]):
        for path in ("tasks", "tasks/take"):
            pages.post(f"/manage/people/{berta}/{path}?lang=en", [*fields, *place], 404)
    with sessions.reading() as session:
        assert assignments.of_person(session, org, berta) == []


def test_a_role_is_only_at_the_page_of_whoever_has_it(app: Flask, sessions: Sessions) -> None:
    pages, org = admin(app, sessions)
    with sessions.begin() as session:
        berta = employed(session, org, "berta@example.org", "collector")
        carl = employed(session, org, "carl@example.org", "collector")
        role = people.roles_of(session, org, carl)[0].id
    token = pages.get("/manage/people/invite?lang=en").query("input[name=csrf_token]")[0].attrs["value"] or ""
    fields = [("csrf_token", token), ("role", "manager"), ("place", str(org)), ("form_language", "en")]
    for path in (f"{berta}/roles/{role}", f"{berta}/roles/{role}/take"):
        pages.post(f"/manage/people/{path}?lang=en", fields, 404)
    with sessions.reading() as session:
        assert [each.grant.role for each in people.roles_of(session, org, carl)] == ["collector"]


def test_the_last_admin_stays(app: Flask, sessions: Sessions) -> None:
    pages, _ = admin(app, sessions)
    with sessions.reading() as session:
        me = people.by_email(session, "anna@example.org")
        assert me
    pages.get(f"/manage/people/{me.id}?lang=en")
    pages.follow("Remove this person")
    pages.press("remove", 422)
    assert "This is the only administrator." in pages.page.text
    pages.get(f"/manage/people/{me.id}?lang=en")
    pages.sent.add("role")
    pages.follow("Change: administrator – town")
    pages.choose("role", "manager")
    pages.submit(422)
    assert "This is the only administrator." in pages.page.problems[0]


def test_people_of_another_organisation_are_not_there(app: Flask, sessions: Sessions) -> None:
    pages, org = admin(app, sessions)
    with sessions.begin() as session:
        elsewhere = office(session, "elsewhere")
        berta = employed(session, elsewhere, "berta@example.org", "collector")
        role = people.roles_of(session, elsewhere, berta)[0].id
    mine = pages.get("/manage/people?lang=en")
    assert "berta@example.org" not in mine.text
    token = mine.query("input[name=csrf_token]")[0].attrs["value"] or ""
    for path in (f"{berta}", f"{berta}/roles/{role}", f"{uuid4()}"):
        pages.get(f"/manage/people/{path}", 404)
    fields = [("csrf_token", token), ("role", "admin"), ("place", str(org)), ("form_language", "en")]
    for path in (f"{berta}/roles/{role}", f"{berta}/roles/{role}/take", f"{berta}/reset", f"{berta}/remove"):
        pages.post(f"/manage/people/{path}?lang=en", fields, 404)
    pages.post(
        "/manage/people/invite?lang=en", [*fields[:2], ("email", "c@example.org"), ("place", str(elsewhere))], 404
    )
    with sessions.reading() as session:
        assert people.roles_of(session, elsewhere, berta)[0].grant.role == "collector"


@pytest.mark.parametrize("role", ["collector", "analyst", "manager"])
def test_only_admins_see_people_and_log(app: Flask, sessions: Sessions, role: str) -> None:
    pages, _ = admin(app, sessions, role)
    for path in ("/manage/people", "/manage/people/invite", "/manage/log", f"/manage/people/{uuid4()}"):
        pages.get(f"{path}?lang=en", 403)
        assert "Your role does not open this page." in pages.page.text
    assert not {"People", "Log"} & pages.get("/manage?lang=en").links.keys()
