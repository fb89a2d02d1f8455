"""Each staff page asks the database a fixed number of questions, however many organisations and people there are."""

from flask import Flask
from sqlalchemy import event

from surveyapp.store.sessions import Sessions
from tests.builders import gathered, tiny
from tests.pages import Pages
from tests.staff import employed, office
from tests.web.manage.working import admin

PAGES = (
    "/manage",
    "/manage/account",
    "/manage/account/passkeys",
    "/manage/people",
    "/manage/people/invite",
    "/manage/log",
)
MOST = 16
"""Of them two on PostgreSQL only, which is told for whom a transaction acts."""


def counted(sessions: Sessions, pages: Pages) -> dict[str, int]:
    """Page -> statements."""
    seen: list[str] = []

    def note(*about: object) -> None:
        seen.append(str(about[2]))

    found = {}
    for engine in {sessions.reading_engine, sessions.writing_engine}:
        event.listen(engine, "before_cursor_execute", note)
    for path in PAGES:
        seen.clear()
        pages.get(f"{path}?lang=en")
        found[path] = len(seen)
    for engine in {sessions.reading_engine, sessions.writing_engine}:
        event.remove(engine, "before_cursor_execute", note)
    return found


def test_it_asks_no_more_where_there_is_more(app: Flask, sessions: Sessions) -> None:
    pages, org = admin(app, sessions)
    with sessions.begin() as session:
        employed(session, org, "anna@example.org", "manager")
    before = counted(sessions, pages)
    for number in range(5):
        gathered(sessions, 5, tiny(f"tiny_{number}"), f"town_{number}/2010")
        with sessions.begin() as session:
            elsewhere = office(session, f"place_{number}")
            for person in range(4):
                employed(session, elsewhere, f"p{number}{person}@example.org", "analyst")
                employed(session, org, f"with.the.{number}{person}@example.org", "collector")
    assert counted(sessions, pages) == before
    assert max(before.values()) <= MOST, before
