"""The log is read, filtered, leafed through and verified; every deed in it has words."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from surveyapp.cli import main
from surveyapp.services import analysts, audit, limits, people
from surveyapp.services.analysts import Caller
from surveyapp.services.audit import NOWHERE, OPERATOR
from surveyapp.services.limits import Limit
from surveyapp.services.people import Grant
from surveyapp.store.sessions import Sessions
from surveyapp.wording import DEEDS
from tests.conftest import SECRET, Database
from tests.staff import employed, entries, office
from tests.tampering import tamper
from tests.web.analyse.released import released
from tests.web.manage.working import admin, at_desk

RECORDED = re.compile(r'(?:audit\.record|changed_own|note_own)\((?:[^"]*?Actor\("job"\))?[^"]*?"([a-z_]+)"')
SERVICES = Path(__file__).parents[3] / "surveyapp" / "services"


def test_it_is_filtered_and_leafed_through(app: Flask, sessions: Sessions) -> None:
    pages, org = admin(app, sessions)
    with sessions.begin() as session:
        for _ in range(60):
            audit.record(session, org, OPERATOR, "task_given")
    page = pages.get("/manage/log?lang=en")
    assert page.text.count("the operator: gave somebody a task") == 50
    page = pages.follow("Older entries")
    assert page.text.count("the operator: gave somebody a task") == 10
    assert "the operator: gave somebody a role – anna@example.org" in page.text
    page = pages.follow("gave somebody a role")
    assert ": gave somebody a role" in page.text
    assert ": gave somebody a task" not in page.text
    today = datetime.now(UTC).date()
    assert "There are no such entries." in pages.get("/manage/log?lang=en&until=2020-01-01").text
    assert "the operator: " in pages.get(f"/manage/log?lang=en&since={today}&until={today}").text
    assert pages.get("/manage/log?lang=en&since=yesterday", 422).problems


def test_it_tells_which_role_was_given_which_wave_was_settled_and_what_has_left(app: Flask, sessions: Sessions) -> None:
    release = released(sessions)
    org = release.org_id
    with sessions.begin() as session:
        berta = employed(session, org, "berta@example.org", "collector")
        (held,) = people.roles_of(session, org, berta)
        people.change_role(session, OPERATOR, org, held.id, Grant("analyst", org))
        analysts.taken(session, Caller(org, berta), release.id, file="csv", rows=12, sha256="ab" * 32)
        employed(session, office(session, "elsewhere"), "carl@example.org")
        people.remove(session, OPERATOR, org, employed(session, org, "carl@example.org", "manager"))
        pages = at_desk(app, session, employed(session, org, role="admin"), org)
    text = pages.get("/manage/log?lang=en").text
    for told in (
        "the operator: gave somebody a role – berta@example.org (collector)",
        "the operator: changed somebody’s role – berta@example.org (collector → analyst)",
        "the operator: gave somebody a role (manager)",
        "settled a wave – town/2010",
        "the operator: made a release – town/2010",
        "berta@example.org: took a file of rows – town/2010",
        f"12 rows, SHA-256 {'ab' * 32}",
    ):
        assert told in text, (told, text)
    assert "carl@example.org" not in text, "who has left is not named, whether they have an account elsewhere or not"


SWAPPED = ("number = 100 WHERE number = 2", "number = 2 WHERE number = 3", "number = 3 WHERE number = 100")
TAMPERED = {
    "edited": (["UPDATE audit SET verb = 'signed_out' WHERE number = 2"], "number 2 was changed"),
    "deleted": (["DELETE FROM audit WHERE number = 2"], "number 3 doesn't follow the entry before it"),
    "reordered": ([f"UPDATE audit SET {each}" for each in SWAPPED], "number 2 doesn't follow the entry before it"),
}
"""What was done to the log behind the back of the service -> the statements, and what the command says."""


@pytest.mark.parametrize("done", TAMPERED)
def test_what_was_edited_deleted_or_reordered_is_found_on_the_page_and_by_the_command(
    app: Flask, sessions: Sessions, database: Database, done: str
) -> None:
    pages, org = admin(app, sessions)
    with sessions.begin() as session:
        for _ in range(3):
            audit.record(session, org, OPERATOR, "task_given")
    pages.get("/manage/log?lang=en")
    assert "The log holds: 4 entries were checked." in pages.follow("Check that nothing in the log was changed").text
    assert "the log holds: 4 entries" in verified(database, 0)
    statements, said = TAMPERED[done]
    assert set(tamper(database, *statements)) == {1}
    assert "The log was changed." in pages.get("/manage/log?lang=en&verify=1").text
    assert said in verified(database, 1)


def verified(database: Database, code: int) -> str:
    """What the operator's command says."""
    environ = {"DATABASE_URL": database.url, "SECRET_KEY": SECRET, "INSTANCE_DIR": str(database.folder)}
    ended = CliRunner().invoke(main, ["audit", "verify"], env=environ)
    assert ended.exit_code == code, ended.output
    return ended.output


def test_a_form_from_elsewhere_is_noted_and_does_not_fill_the_log(
    app: Flask, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REFUSED_FORMS", Limit("refused forms", 2, 10**9))
    pages, org = admin(app, sessions)
    pages.get("/manage/people/invite?lang=en")
    for client, path in ((pages._send._client, "/manage/people/invite"), (app.test_client(), "/sign-in")):  # type: ignore[attr-defined]
        for data in ({}, {"csrf_token": "made up"}, {}):
            assert client.post(path, data=data).status_code == 403
    with sessions.reading() as session:
        mine, nobodys = (
            [each for each in entries(session, log) if each.verb == "form_refused"] for log in (org, NOWHERE)
        )
    assert [(each.actor, each.details) for each in mine] == [("staff", {"page": "people.invite"})] * 2
    assert [(each.actor, each.details) for each in nobodys] == [("nobody", {"page": "sign_in.take"})] * 2
    assert pages.get("/manage/log?lang=en").text.count("sent a form that was not opened here") == 3, "two, and the kind"


def test_every_deed_has_words() -> None:
    found = set()
    for file in SERVICES.glob("*.py"):
        found |= set(RECORDED.findall(file.read_text("utf-8")))
    assert len(found) > 20
    assert found <= DEEDS.keys()


@pytest.mark.parametrize(
    ("address", "status"),
    [("/manage/log?until=9999-12-31&since=0001-01-01", 200), ("/manage/log?verb=%00", 200), ("/results/%00", 404)],
)
def test_no_address_makes_it_fail(app: Flask, sessions: Sessions, address: str, status: int) -> None:
    pages, _ = admin(app, sessions)
    pages.get(address, status)
