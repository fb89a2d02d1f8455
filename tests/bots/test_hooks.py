"""Webhook delivery: in order for each queue, with its secret, until it is accepted."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from typing import Any

import pytest

from .conftest import Call
from .serving import Served, bot_api

SECRET = "Secret_of-the_hook"


class Receiver:
    """Takes what is posted and answers as ``answer`` says: status and headers."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.inside: dict[str, int] = {"message": 0, "callback_query": 0}
        self.together: list[dict[str, int]] = []
        self.answer: Callable[[dict[str, Any]], tuple[int, dict[str, str]]] = lambda update: (200, {})

    def take(self, body: bytes, secret: str | None) -> tuple[int, dict[str, str]]:
        update = loads(body)
        kind = next(name for name in update if name != "update_id")
        self.inside[kind] += 1
        self.together.append(dict(self.inside))
        self.got.append(update)
        self.secrets.append(secret)
        try:
            return self.answer(update)
        finally:
            self.inside[kind] -= 1


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = made.take(body, self.headers.get("X-Telegram-Bot-Api-Secret-Token"))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *line: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def served() -> Iterator[Served]:
    with bot_api(hook_factor=0.01) as running:
        yield running


def all_confirmed(served: Served) -> bool:
    counts = served.telegram.counts()
    return counts["confirmed"] == counts["made"]


def test_one_at_a_time_and_taps_beside_texts(served: Served, call: Call, receiver: Receiver) -> None:
    phone = served.phone()
    phone.write("hello")
    rows = [[{"text": "a", "callback_data": "a"}]]
    call("sendMessage", chat_id=phone.user["id"], text="?", reply_markup={"inline_keyboard": rows})
    assert call("setWebhook", url=receiver.url, secret_token=SECRET)["ok"]

    both = threading.Event()

    def wait_for_both(update: dict[str, Any]) -> tuple[int, dict[str, str]]:
        if all(receiver.inside.values()):
            both.set()
        both.wait(10)
        return 200, {}

    receiver.answer = wait_for_both
    for number in range(5):
        phone.write(str(number))
        phone.tap(phone.newest(), "a")
    served.until(lambda: all_confirmed(served))
    texts = [each["message"]["text"] for each in receiver.got if "message" in each]
    assert texts == ["hello", "0", "1", "2", "3", "4"], "in order"
    assert max(each["message"] for each in receiver.together) == 1
    assert {"message": 1, "callback_query": 1} in receiver.together, "texts and taps at the same time"
    assert set(receiver.secrets) == {SECRET}


def test_what_is_refused_comes_again(served: Served, call: Call, receiver: Receiver) -> None:
    refusals = iter([503, 500, 403, 302])
    receiver.answer = lambda update: (next(refusals, 200), {})
    call("setWebhook", url=receiver.url)
    phone = served.phone()
    phone.write("one")
    phone.write("two")
    served.until(lambda: all_confirmed(served))
    assert [each["message"]["text"] for each in receiver.got] == ["one"] * 5 + ["two"]
    assert served.telegram.hook.retried == 4
    assert served.telegram.hook.waits == [1, 2, 4, 8]
    assert "last_error_message" in call("getWebhookInfo")["result"]


def test_retry_after_is_honoured(served: Served, call: Call, receiver: Receiver) -> None:
    answers = iter([(503, {"Retry-After": "7"})])
    receiver.answer = lambda update: next(answers, (200, {}))
    call("setWebhook", url=receiver.url)
    served.phone().write("one")
    served.until(lambda: all_confirmed(served))
    assert served.telegram.hook.waits == [7]


def test_nobody_there_is_tried_again(served: Served, call: Call, receiver: Receiver) -> None:
    call("setWebhook", url="http://127.0.0.1:9/hook")
    served.phone().write("one")
    served.until(lambda: served.telegram.hook.retried >= 2)
    call("setWebhook", url=receiver.url)
    served.until(lambda: all_confirmed(served))
    assert len(receiver.got) == 1


def test_a_lost_answer_and_a_repeat_deliver_twice(served: Served, call: Call, receiver: Receiver) -> None:
    call("setWebhook", url=receiver.url)
    served.telegram.faults.plan("webhook", "dropped")
    phone = served.phone()
    phone.write("one")
    served.until(lambda: all_confirmed(served))
    assert [each["message"]["text"] for each in receiver.got] == ["one", "one"]
    served.telegram.faults.set({"twice": 1.0})
    phone.write("two")
    served.until(lambda: len(receiver.got) == 4)
    assert [each["message"]["text"] for each in receiver.got[2:]] == ["two", "two"]


def test_polling_and_webhook_exclude_each_other(served: Served, call: Call, receiver: Receiver) -> None:
    call("setWebhook", url=receiver.url)
    assert call("getUpdates")["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
    assert call("getWebhookInfo")["result"]["url"] == receiver.url
    call("deleteWebhook")
    served.phone().write("one")
    assert len(call("getUpdates")["result"]) == 1
    assert receiver.got == []
    assert call("setWebhook", url="nowhere")["error_code"] == 400
    assert call("setWebhook", url=receiver.url, secret_token="not allowed")["error_code"] == 400
