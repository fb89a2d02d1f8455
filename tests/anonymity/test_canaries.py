"""What people bring along is nowhere once their wave has settled (anonymity §9.7): not beside answers, not in any file.

They answer through the web, in a chat and on a tablet, all of it said in words that nobody else uses. Then everything that a copy of the
machine holds is searched, byte for byte: tables, free pages, the write-ahead log, PostgreSQL's statistics, the queue, logs.
"""

import io
import logging
import secrets

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, select, text

from surveyapp import queues
from surveyapp.services import keeping, responses, settlements
from surveyapp.services.collectors import Collecting
from surveyapp.services.settlements import Place
from surveyapp.store.migrating import owner_engine
from surveyapp.store.models import Draft, Inbox, SettledText
from surveyapp.store.sessions import PRAGMAS, Sessions
from surveyapp.web import create_app
from tests.anonymity.searching import Everything
from tests.builders import ANSWERS, inside, open_wave, respond, tiny, wave_of
from tests.chats import WITH_CONSENT, Person
from tests.conftest import Database
from tests.pages import Pages

TYPED = "kanarijputnins dzied"
BROWSER, PEER, REFERRER = "Canary/7.3", "203.0.113.77", "referrer.canary.invalid"
NOT_RELEASED = ("text: [words]", "text: []")
"""The release declares no text, so that what was typed has no place to stay."""


def sing(app: Flask) -> tuple[Collecting, dict[str, bytes]]:
    """Three people answer to the end and two don't: their wave, and all that must be gone once it has settled."""
    sessions: Sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        collecting = open_wave(session, tiny("tiny", WITH_CONSENT, NOT_RELEASED))
    canaries = {"words": TYPED.encode(), "browser": BROWSER.encode(), "network": PEER.encode()}
    canaries["referrer"] = REFERRER.encode()
    for number, finishes in enumerate((True, False)):
        chat = Person(sessions)
        chat.answers(collecting.code, TYPED)
        canaries[f"chat {number}"] = str(chat.chat.chat).encode()
        pages = on_a_page(app, collecting.code)
        canaries[f"token {number}"] = pages.page.address.split("/")[3].encode()
        if finishes:
            chat.taps("f")
            pages.submit()
    return collecting, canaries | on_a_tablet(sessions, collecting) | stored(sessions)


def on_a_tablet(sessions: Sessions, collecting: Collecting) -> dict[str, bytes]:
    """Somebody answers with the help of staff, out of reach: the key that the tablet has made up for it."""
    key = secrets.token_bytes(16)
    helped = {"channel": "tablet", "assisted": True, "ended": collecting.today}
    answers = {"how": 3, "where": "town", "words": TYPED}
    with sessions.begin() as session:
        brought = responses.Submission(key=key, answers=answers, language="lv", **helped)
        responses.accept_submission(session, collecting, brought)
    return {"key of a tablet": key, "key of a tablet in letters": key.hex().encode()}


def on_a_page(app: Flask, code: str) -> Pages:
    """Answer up to the review."""
    client = app.test_client(use_cookies=False)
    client.environ_base |= {"REMOTE_ADDR": PEER, "HTTP_USER_AGENT": BROWSER, "HTTP_REFERER": f"https://{REFERRER}/"}
    pages = Pages(client, "en")
    pages.get(f"/r/{code}?lang=en&utm={REFERRER}")
    pages.choose("consent", "agree")
    for name, value in (("how", "3"), ("where", "town")):
        pages.submit()
        pages.choose(name, value)
    pages.submit()
    pages.fill("words", TYPED)
    pages.submit()
    assert pages.page.onward == "send"
    return pages


def stored(sessions: Sessions) -> dict[str, bytes]:
    """The ids and hashes by which answers could be joined to people until they settle."""
    with sessions.reading() as session:
        inside(session)
        found = {f"receipt {at}": each for at, each in enumerate(session.scalars(select(Inbox.receipt_hash)))}
        found |= {f"content {at}": each for at, each in enumerate(session.scalars(select(Inbox.content_hash)))}
        found |= {f"hash of token {at}": each for at, each in enumerate(session.scalars(select(Draft.token_hash)))}
        ids = list(session.scalars(select(Inbox.id)))
    assert len(ids) == 3
    return (
        found
        | {f"id {at}": each.bytes for at, each in enumerate(ids)}
        | {f"id {at} in letters": each.hex.encode() for at, each in enumerate(ids)}
    )


def settle(app: Flask, database: Database, collecting: Collecting) -> None:
    sessions = app.extensions["surveyapp"].sessions
    analyse(database)
    settlements.settle(Place(sessions, database.owner_url), lambda session: wave_of(session, collecting))
    sessions.dispose()


def analyse(database: Database) -> None:
    """As PostgreSQL does by itself, at any time."""
    if database.engine == "postgresql":
        engine = owner_engine(database.owner_url)
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        engine.dispose()


def test_nothing_that_people_bring_along_is_anywhere_after_settling(
    app: Flask, database: Database, everything: Everything
) -> None:
    collecting, canaries = sing(app)
    queue = queues.queue_of(database.config())
    queue.task(name="work")(lambda: None)()
    before = everything.holds(canaries)
    assert {"words", "receipt 0", "hash of token 0"} <= before, "the search would miss them"
    assert not before & {"browser", "network", "referrer", "chat 0", "chat 1", "token 0", "token 1", "key of a tablet"}
    settle(app, database, collecting)
    assert everything.holds(canaries) == set()
    queue.storage.close()


def test_texts_that_were_deleted_unread_are_nowhere_either(
    app: Flask, database: Database, everything: Everything
) -> None:
    sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        collecting = open_wave(session)
        respond(session, collecting, ANSWERS | {"words": [TYPED]})
    settle(app, database, collecting)
    analyse(database)
    words = {"words": TYPED.encode()}
    assert everything.holds(words) == {"words"}
    with sessions.begin() as session:
        inside(session).execute(delete(SettledText))
    engine = owner_engine(database.owner_url)
    assert keeping.clean_up(engine, keeping.CONFIDENTIAL)
    engine.dispose()
    assert everything.holds(words) == set()


# The controls: each of these would be found.


def test_files_that_are_not_rewritten_are_found(
    app: Flask, database: Database, everything: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "clean_up", lambda engine: True)
    collecting, canaries = sing(app)
    held = app.extensions[
        "surveyapp"
    ].sessions.reading_engine.connect()  # as a server's pool does, so that SQLite's log stays
    held.execute(text("SELECT 1"))
    settle(app, database, collecting)
    assert "words" in everything.holds(canaries)
    held.detach()
    held.close()


def test_statistics_of_answers_are_found(app: Flask, database: Database, everything: Everything) -> None:
    if database.engine == "postgresql":
        engine = owner_engine(database.owner_url)
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE inbox ALTER COLUMN answers SET STATISTICS 100"))
        engine.dispose()
        collecting, canaries = sing(app)
        settle(app, database, collecting)
        assert everything.holds(canaries) == {"words"}


def test_deleted_pages_that_keep_what_was_in_them_are_found(
    sqlite_database: Database, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRAGMAS, "secure_delete", "OFF")
    monkeypatch.setattr(keeping, "_clean_sqlite", _only_empty_the_log)
    app = create_app(sqlite_database.config())
    collecting, canaries = sing(app)
    settle(app, sqlite_database, collecting)
    assert "words" in Everything(sqlite_database, None, log).holds(canaries)


def _only_empty_the_log(engine: Engine) -> bool:
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
        connection.exec_driver_sql("BEGIN")
    return True


def test_a_log_that_repeats_what_was_typed_is_found(app: Flask, database: Database, everything: Everything) -> None:
    _, canaries = sing(app)
    logging.getLogger("surveyapp").warning(f"somebody typed {TYPED}")  # noqa: G004 - that is the fault
    assert everything.said(canaries) == {"words"}
