"""Whatever receipt code somebody types, the service answers and works alike (anonymity §9.10)."""

import secrets
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from surveyapp.services import responses
from surveyapp.services.codes import receipt_of
from tests.builders import close_and_settle, open_wave, respond
from tests.pages import Pages


class Reply(NamedTuple):
    """Everything a person, or somebody who tries codes, can compare. ``work``: the statements it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    page: bytes
    work: tuple[str, ...]


def codes_of(app: Flask) -> dict[str, str]:
    """Kind -> a code: somebody else's wave has settled, somebody has withdrawn, somebody may."""
    sessions = app.extensions["surveyapp"].sessions
    with sessions.begin() as session:
        late = open_wave(session, name="town/2009")
        settled = respond(session, late).receipt
    close_and_settle(sessions, late)
    with sessions.begin() as session:
        collecting = open_wave(session)
        used, right = (respond(session, collecting).receipt for _ in range(2))
        responses.withdraw(session, used)
    wrong = receipt_of(secrets.token_bytes(32), secrets.token_bytes(16))
    return {"right": right, "wrong": wrong, "used": used, "settled": settled, "no code": "0000 0000 0000 0000 0000 0"}


def reply(app: Flask, typed: str) -> Reply:
    """What is answered, and what the page says that it leads to."""
    client = app.test_client(use_cookies=False)
    fields = dict(Pages(client, "en").get("/withdraw?lang=en").forms[-1].fields({}, "next"))
    work: list[str] = []

    def note(connection: Connection, cursor: object, statement: str, *_: object) -> None:
        work.append(statement)

    engine = app.extensions["surveyapp"].sessions.writing_engine
    event.listen(engine, "before_cursor_execute", note)
    answer = client.post("/withdraw?lang=en", data=fields | {"receipt": typed})
    event.remove(engine, "before_cursor_execute", note)
    headers = {name: value for name, value in answer.headers if name != "Date"}
    page = client.get(answer.headers["Location"]).data
    return Reply(answer.status_code, headers, answer.data, page, tuple(work))


def test_every_code_gets_the_same_reply_for_the_same_work(app: Flask) -> None:
    found = {kind: reply(app, code) for kind, code in codes_of(app).items()}
    assert found["right"].status == 303
    assert b"If these answers" in found["right"].page
    assert {kind: each == found["wrong"] for kind, each in found.items()} == dict.fromkeys(found, True)


def test_a_service_that_spares_itself_work_for_what_is_no_code_is_found(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    withdraw = responses.withdraw

    def sparing(session: Session, typed: str) -> None:
        if not typed.startswith("0000"):
            withdraw(session, typed)

    codes = codes_of(app)
    monkeypatch.setattr(responses, "withdraw", sparing)
    assert reply(app, codes["wrong"]) != reply(app, codes["no code"])
