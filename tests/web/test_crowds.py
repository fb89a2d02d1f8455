"""Very many from one network have to wait a minute; nothing of theirs is lost, and others notice nothing."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from surveyapp.services import codes
from surveyapp.services.limits import Limit
from surveyapp.store.models import Draft, Inbox, Participation
from tests.builders import count, open_wave
from tests.pages import Pages
from tests.web.every_type import Q as EVERY_TYPE

DAY_CENTRE, LIBRARY = "192.0.2.7", "198.51.100.7"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def three_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveyapp.services.limits.SUBMISSIONS", Limit("submissions", 3, 60))


@pytest.fixture
def code(app: Flask) -> str:
    with app.extensions["surveyapp"].sessions.begin() as session:
        return open_wave(session, EVERY_TYPE).code


def somebody(app: Flask, code: str, network: str, says: str = "agree") -> Pages:
    client = app.test_client(use_cookies=False)
    client.environ_base |= {"REMOTE_ADDR": network}
    pages = Pages(client, "en")
    pages.get(f"/r/{code}?lang=en")
    pages.choose("consent", says)
    return pages


def stored(app: Flask, *rows: type) -> list[int]:
    with app.extensions["surveyapp"].sessions.reading() as session:
        return [count(session, row) for row in rows]


def test_whoever_comes_too_many_at_once_is_asked_to_wait_and_to_send_again(app: Flask, code: str) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        anna = somebody(app, code, DAY_CENTRE)
        anna.submit()
        for _ in range(2):
            somebody(app, code, DAY_CENTRE).submit()
        crowded = somebody(app, code, DAY_CENTRE)
        assert crowded.submit(429).heading == "Please wait a minute"
        assert crowded.answer.headers["retry-after"] == "60"
        assert stored(app, Draft) == [3]
        somebody(app, code, LIBRARY).submit()
        while anna.page.onward == "next":
            anna.submit()
        anna.submit(429)
        assert stored(app, Draft, Inbox) == [4, 0]
        clock.shift(60)
        again = anna.page.forms[-1]
        anna.post(anna.page.address, again.fields({}, again.buttons[0]))
        assert anna.page.heading == "Thank you, your answers were sent"
        assert stored(app, Draft, Inbox) == [3, 1]


def test_nobody_can_decline_without_end(app: Flask, code: str) -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(3):
            somebody(app, code, DAY_CENTRE, "decline").submit()
        somebody(app, code, DAY_CENTRE, "decline").submit(429)
    assert stored(app, Participation) == [3]


def test_what_is_said_of_codes_after_too_many_tries_is_true_of_receipts_too(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.services.limits.GUESSES", Limit("guesses", 1, 900))
    client = app.test_client(use_cookies=False)
    client.environ_base |= {"REMOTE_ADDR": DAY_CENTRE}
    for status in (200, 429):
        pages = Pages(client, "en")
        pages.get("/withdraw?lang=en")
        pages.fill("receipt", "0123")
        pages.submit(status)
    absent = set(re.findall(r"(?:letter|digit) (\w)\b", pages.answer.body.decode()))
    assert absent
    assert not absent & {*codes.LETTERS, *codes._RECEIPT_LETTERS}
