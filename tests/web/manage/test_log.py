"""The log is read, filtered, leafed through and verified; every deed in it has words."""

import re
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from surveyapp.services import audit
from surveyapp.services.audit import OPERATOR
from surveyapp.store.sessions import Sessions
from surveyapp.wording import DEEDS
from tests.web.manage.working import admin

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


def test_a_changed_entry_is_found(app: Flask, sessions: Sessions) -> None:
    pages, _ = admin(app, sessions)
    pages.get("/manage/log?lang=en")
    assert "The log holds: 1 entry was checked." in pages.follow("Check that nothing in the log was changed").text
    engine = sessions.writing_engine
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_unchanged"))
            connection.execute(text("UPDATE audit SET verb = 'signed_out'"))
    if engine.dialect.name == "sqlite":
        assert "The log was changed." in pages.get("/manage/log?lang=en&verify=1").text


def test_every_deed_has_words() -> None:
    found = set()
    for file in SERVICES.glob("*.py"):
        found |= set(re.findall(r'(?:audit\.record|changed_own|note_own)\([^"]*?"([a-z_]+)"', file.read_text("utf-8")))
    assert len(found) > 20
    assert found <= DEEDS.keys()
