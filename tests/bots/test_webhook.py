"""The address where Telegram brings updates: who may bring them, what is taken, and when it is acknowledged."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from bots import hooks
from bots.calls import attempt
from bots.desk import application
from bots.recording import Recorder
from bots.updates import Received
from surveyapp.services.chats import Reply
from surveyapp.store.bots import Seen
from surveyapp.store.conversations import Conversation
from surveyapp.store.sessions import Sessions, StoreUnavailable
from surveyapp.web import create_app
from tests.builders import count, open_wave
from tests.chats import CONSENTED
from tests.conftest import POSTGRESQL_IN_SOAK, Database

from .desks import opened
from .errors import flood
from .processes import until
from .serving import Hand, Served

SECRET = "a-secret_that-telegram-brings-along"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def app(database: Database, served: Served) -> Iterator[Flask]:
    made = create_app(
        database.config(TELEGRAM_BOT_TOKEN=served.token, TELEGRAM_API_URL=served.url, TELEGRAM_WEBHOOK_SECRET=SECRET)
    )
    yield made
    made.extensions["telegram"].close()
    made.extensions["surveyapp"].sessions.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)


@pytest.fixture
def address(app: Flask) -> str:
    return f"/telegram/{hooks.path(app.extensions['surveyapp'].config)}"


@pytest.fixture
def code(sessions: Sessions) -> str:
    with sessions.begin() as session:
        return open_wave(session, CONSENTED).code


@pytest.fixture
def ilze(served: Served) -> Hand:
    return served.phone(language="lv")


def newest(served: Served) -> Any:
    """The update that Telegram would bring next."""
    return served.do(served.telegram.updates.pending[-1].as_json)


def brought(client: FlaskClient, address: str, update: Any, secret: str = SECRET, **more: Any) -> TestResponse:
    data = update if isinstance(update, bytes) else json.dumps(update).encode()
    return client.post(address, data=data, content_type="application/json", headers={HEADER: secret}, **more)


def kept(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return count(session, Seen)


def test_an_update_is_kept_and_answered_once(
    client: FlaskClient, address: str, served: Served, sessions: Sessions, ilze: Hand, code: str
) -> None:
    ilze.write(f"/start {code}")
    update = newest(served)
    assert brought(client, address, update).status_code == 200
    assert "Tas ir brīvprātīgi." in ilze.newest().text
    assert brought(client, address, update).status_code == 200
    with sessions.reading() as session:
        assert list(session.scalars(select(Seen.update_id))) == [update["update_id"]]
        assert count(session, Conversation) == 1


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET.upper(), "ünïcödé", "\xff\xfe"])
def test_without_the_secret_nobody_is_heard(
    client: FlaskClient, address: str, served: Served, sessions: Sessions, ilze: Hand, secret: str
) -> None:
    ilze.write("/start")
    headers = {HEADER: secret} if secret else {}
    response = client.post(address, json=newest(served), headers=headers)
    assert response.status_code == 403
    assert kept(sessions) == 0


def test_another_address_leads_nowhere(client: FlaskClient, address: str, served: Served, ilze: Hand) -> None:
    ilze.write("/start")
    for wrong in ("/telegram/", "/telegram/x", address[:-1], f"{address}0", "/telegram/%C3%BC", "/telegram/%FF"):
        assert brought(client, wrong, newest(served)).status_code == 404, wrong
    assert client.get(address).status_code == 405


def test_without_a_webhook_secret_there_is_no_such_address(database: Database, served: Served) -> None:
    app = create_app(database.config(TELEGRAM_BOT_TOKEN=served.token))
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/telegram")]
    app.extensions["surveyapp"].sessions.dispose()


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"update_id": NaN', b"update"])
def test_what_is_no_json_is_refused(client: FlaskClient, address: str, body: bytes) -> None:
    assert brought(client, address, body).status_code == 400


@pytest.mark.parametrize(
    "update", [[], None, 7, {}, {"update_id": 7}, {"update_id": 7, "message": {"message_id": 1}}, {"update_id": "x"}]
)
def test_what_nobody_can_read_is_acknowledged_so_that_it_does_not_come_again(
    client: FlaskClient, address: str, sessions: Sessions, update: Any
) -> None:
    assert brought(client, address, update).status_code == 200
    assert kept(sessions) == int(isinstance(update, dict) and update.get("update_id") == 7)


def test_large_updates_are_taken_and_larger_ones_refused(client: FlaskClient, address: str) -> None:
    assert brought(client, address, {"update_id": 7, "pad": "x" * 900_000}).status_code == 200
    assert brought(client, address, {"update_id": 7, "pad": "x" * 1_100_000}).status_code == 413


def test_while_the_store_is_away_telegram_has_to_come_again(
    client: FlaskClient,
    address: str,
    served: Served,
    sessions: Sessions,
    ilze: Hand,
    code: str,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ilze.write(f"/start {code}")
    update = newest(served)

    def away(work: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(app.extensions["surveyapp"].sessions, "retrying", away)
        response = brought(client, address, update)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")
    assert kept(sessions) == 0
    assert brought(client, address, update).status_code == 200
    assert ilze.newest() is not None


def test_half_of_the_threads_wait_for_replies_and_make_room_for_the_next_update(
    client: FlaskClient,
    address: str,
    served: Served,
    app: Flask,
    sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Telegram asks for a minute's patience; meanwhile everything is kept, by one thread of two, and pages are served."""
    monkeypatch.setattr(hooks, "_REPLY", 30.0)
    people = [served.phone() for _ in range(3)]
    served.telegram.faults.plan("sendMessage", flood(60), 3)
    waiting: list[threading.Thread] = []
    for number, person in enumerate(people, 1):
        update = wrote(served, person)
        waiting.append(threading.Thread(target=brought, args=(app.test_client(), address, update), daemon=True))
        waiting[-1].start()
        until(lambda number=number: served.telegram.calls["sendMessage"] == number)
        assert kept(sessions) == number
        for earlier in waiting[:-1]:
            earlier.join(5)
        assert [each.is_alive() for each in waiting] == [False] * (number - 1) + [True]
    assert client.get("/").status_code == 200


def test_while_half_of_the_threads_keep_updates_telegram_has_to_come_again(
    client: FlaskClient,
    address: str,
    served: Served,
    app: Flask,
    sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keeps, may = threading.Event(), threading.Event()
    record = Recorder.record

    def slowly(recorder: Recorder, received: Received) -> Reply:
        keeps.set()
        assert may.wait(30)
        return record(recorder, received)

    monkeypatch.setattr(Recorder, "record", slowly)
    first, second = (wrote(served, served.phone()) for _ in range(2))
    keeping = threading.Thread(target=brought, args=(app.test_client(), address, first))
    keeping.start()
    assert keeps.wait(10)
    response = brought(client, address, second)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert client.get("/").status_code == 200
    may.set()
    keeping.join(30)
    assert kept(sessions) == 1
    assert brought(client, address, second).status_code == 200
    assert kept(sessions) == 2


def wrote(served: Served, person: Hand) -> Any:
    person.write("/start")
    return newest(served)


def test_telegram_is_told_where_and_with_what_secret(app: Flask, served: Served, tmp_path: Path) -> None:
    config = app.extensions["surveyapp"].config

    async def telling() -> object:
        async with opened(application(config)) as made:
            return await attempt("setWebhook", lambda: hooks.register(config, made.bot))

    assert served.run(telling())
    hook = served.telegram.hook
    assert hook.url == f"{config.public_url}/telegram/{hooks.path(config)}"
    assert (hook.secret, hook.connections) == (SECRET, 4)
    assert served.telegram.updates.allowed == ("message", "edited_message", "callback_query", "my_chat_member")


def test_the_address_follows_from_the_secret_key_and_tells_nothing_of_it(database: Database) -> None:
    one, other = database.config(), database.config(SECRET_KEY="another secret that is long enough as well")
    assert hooks.path(one) == hooks.path(database.config())
    assert hooks.path(one) != hooks.path(other)
    assert len(hooks.path(one)) == 32


@POSTGRESQL_IN_SOAK
def test_the_bots_library_is_loaded_only_where_there_is_a_webhook(database: Database) -> None:
    code = "import sys; from surveyapp.web import create_app; create_app(); print('telegram' in sys.modules)"
    environ = {**os.environ, "DATABASE_URL": database.url, "SECRET_KEY": "x" * 32, "TELEGRAM_BOT_TOKEN": "1:token"}
    for more, loaded in (({}, "False"), ({"TELEGRAM_WEBHOOK_SECRET": SECRET}, "True")):
        run = subprocess.run(
            [sys.executable, "-c", code], env={**environ, **more}, capture_output=True, text=True, check=True
        )
        assert run.stdout.strip() == loaded
