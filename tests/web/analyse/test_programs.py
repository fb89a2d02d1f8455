"""What programs are told at their addresses: files as on the pages, and a word, never a page, where something is wrong."""

from hashlib import sha256
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.reports_in_words import pages
from surveyapp.services import frozen, releasing, texts
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.store.models import SettledText
from surveyapp.store.sessions import Sessions, StoreUnavailable
from surveyapp.store.waves import Wave
from tests.staff import entries, office
from tests.web.analyse.released import WAVE, answered
from tests.web.analyse.test_rows import asked, token_of

WORDS = tuple(f"Line {each}\nand another" for each in range(10))


def test_texts_are_noted_like_rows(app: Flask, sessions: Sessions) -> None:
    org_id = answered(sessions)
    with sessions.begin(org_id) as session:
        known = {"org_id": org_id, "wave_id": session.scalars(select(Wave.id)).one(), "item": "words", "language": "lv"}
        approved = ({"text": each, "state": "approved", "approved_sha256": texts.sealed(each)} for each in WORDS)
        session.add_all(SettledText(id=uuid4(), **known, **each) for each in approved)
    release = releasing.make(sessions, WAVE, OPERATOR, Shell(pages), "analyst")
    token, name = token_of(sessions, org_id), "data/texts_words.csv"
    status, body = asked(app, token, f"/releases/{release.id}/files/{name}")
    assert status == 200
    assert all(each in body.decode() for each in WORDS)
    for free in (frozen.TABLES, frozen.REPORT):
        assert asked(app, token, f"/releases/{release.id}/files/{free}")[0] == 200
    with sessions.reading() as session:
        noted = [each.details for each in entries(session, org_id) if each.verb == "rows_taken"]
    assert noted == [{"file": name, "rows": len(WORDS), "sha256": sha256(body).hexdigest()}]
    assert asked(app, token, f"/releases/{release.id}/files/data/texts_none.csv")[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "word"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/releases/1", 404, "not_found"),
        ("POST", "/releases", 405, "method_not_allowed"),
        ("GET", "/releases", 401, "unauthorized"),
    ],
)
def test_whatever_is_refused_is_a_word(app: Flask, method: str, path: str, status: int, word: str) -> None:
    answer = app.test_client(use_cookies=False).open(f"/api/v1{path}", method=method)
    assert (answer.status_code, answer.json) == (status, {"error": word})
    assert answer.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)


def test_when_the_store_is_away_a_program_is_told_to_come_again(
    app: Flask, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sessions.begin() as session:
        org_id = office(session)
    token = token_of(sessions, org_id)

    def away(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr("surveyapp.services.analysing.rounds", away)
    client = app.test_client(use_cookies=False)
    answer = client.get("/api/v1/releases", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json) == (503, {"error": "unavailable"})
    assert answer.headers["Retry-After"]
