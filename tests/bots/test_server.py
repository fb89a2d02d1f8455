"""Faults on purpose, and the server in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from .conftest import Call
from .serving import TOKEN, Served

ROOT = Path(__file__).parents[2]
RATES = {"error": 0.1, "refused": 0.1, "dropped": 0.1, "flood": 0.1}


def try_once(client: httpx.Client, chat: int) -> str:
    try:
        return str(client.post("sendMessage", json={"chat_id": chat, "text": "x"}).status_code)
    except httpx.TransportError:
        return "lost"


def test_faults_come_at_their_rates_and_are_counted(served: Served) -> None:
    phone = served.phone()
    phone.write("hello")
    served.telegram.faults.set(RATES)
    with httpx.Client(base_url=f"{served.url}/bot{TOKEN}/") as client:
        outcomes = [try_once(client, phone.user["id"]) for _ in range(300)]
    counts = served.telegram.faults.counts
    assert all(10 <= counts[kind] <= 55 for kind in RATES)
    assert outcomes.count("500") == counts["error"]
    assert outcomes.count("429") == counts["flood"]
    assert outcomes.count("lost") == counts["refused"] + counts["dropped"]
    assert len(phone.screen) == outcomes.count("200") + counts["dropped"], "dropped means done"


def test_a_planned_fault_comes_first_and_once(served: Served, call: Call) -> None:
    served.telegram.faults.plan("getMe", "error")
    assert call("getWebhookInfo")["ok"]
    assert call("getMe")["error_code"] == 500
    assert call("getMe")["ok"]


def test_an_unknown_fault_is_a_mistake(served: Served) -> None:
    with pytest.raises(ValueError, match="no such fault: eror"):
        served.telegram.faults.set({"eror": 0.1})


@pytest.fixture
def address() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.bots.server", "--port", "0", "--token", TOKEN, "--faults", "{}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.terminate()


def test_a_server_of_its_own_is_led_from_outside(address: str) -> None:
    def admin(what: str, **given: Any) -> Any:
        return httpx.post(f"{address}/admin/{what}", json=given).json()["result"]

    def call(method: str, **given: Any) -> Any:
        return httpx.post(f"{address}/bot{TOKEN}/{method}", json=given).json()["result"]

    admin("write", chat=5001, text="/start")
    rows = [[{"text": "a", "callback_data": "a"}]]
    said = call("sendMessage", chat_id=5001, text="?", reply_markup={"inline_keyboard": rows})["message_id"]
    tap = admin("tap", chat=5001, message=said, data="a")
    call("answerCallbackQuery", callback_query_id=tap, text="yes")
    admin("send", chat=5001, kind="sticker")
    assert admin("toasts", chat=5001) == ["yes"]
    assert [each.get("text") for each in admin("messages", chat=5001)] == ["/start", "?", None]
    last = call("getUpdates")[-1]["update_id"]
    admin("clock", seconds=151)
    call("getUpdates", offset=last + 1)
    assert {key: len(value) for key, value in admin("ids").items()} == {"made": 3, "confirmed": 2, "expired": 1}
    admin("renumber", first=17)
    admin("block", chat=5001)
    assert call("getUpdates")[0]["update_id"] == 17
    admin("plan", method="getMe", code=502, description="Bad Gateway")
    assert httpx.post(f"{address}/bot{TOKEN}/getMe").status_code == 502
    assert admin("counts")["calls"]["getUpdates"] == 3
