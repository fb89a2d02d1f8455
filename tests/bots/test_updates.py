"""The queue of updates: nothing is forgotten before it is confirmed, except by age."""

import threading
from typing import Any

import httpx
import pytest

from .clock import HOUR
from .conftest import Call
from .serving import Served


def ids(answer: dict[str, Any]) -> list[int]:
    return [each["update_id"] for each in answer["result"]]


def texts(answer: dict[str, Any]) -> list[str]:
    return [each["message"]["text"] for each in answer["result"]]


def write(served: Served, *words: str) -> Any:
    phone = served.phone()
    for word in words:
        phone.write(word)
    return phone


def test_updates_stay_until_a_higher_offset(served: Served, call: Call) -> None:
    write(served, "one", "two", "three")
    first = call("getUpdates", limit=2)
    assert texts(first) == ["one", "two"]
    assert texts(call("getUpdates")) == ["one", "two", "three"]
    assert texts(call("getUpdates", offset=ids(first)[0] + 1)) == ["two", "three"]
    assert texts(call("getUpdates", offset=0)) == ["two", "three"]
    assert texts(call("getUpdates", offset=-1)) == ["three"]
    assert texts(call("getUpdates")) == ["three"]
    assert served.telegram.counts()["confirmed"] == 2


def test_a_long_poll_ends_with_the_first_update(served: Served, call: Call) -> None:
    got: list[Any] = []
    waiting = threading.Thread(target=lambda: got.append(call("getUpdates", timeout=20)))
    waiting.start()
    served.until(lambda: served.telegram.calls["getUpdates"] == 1)
    write(served, "hello")
    waiting.join(10)
    assert texts(got[0]) == ["hello"]


def test_a_newer_poll_ends_the_older(served: Served, call: Call) -> None:
    got: list[Any] = []
    url = f"{served.url}/bot{served.token}/getUpdates"
    older = threading.Thread(target=lambda: got.append(httpx.post(url, json={"timeout": 20}, timeout=30)))
    older.start()
    while older.is_alive():  # the first of these may come before the older one has begun to wait
        call("getUpdates")
        older.join(0.1)
    assert got[0].status_code == 409
    assert got[0].json()["description"].startswith("Conflict: terminated by other getUpdates request")


def test_a_poll_whose_connection_is_gone_disturbs_nobody(served: Served, call: Call) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{served.url}/bot{served.token}/getUpdates", json={"timeout": 20}, timeout=0.3)
    write(served, "hello")
    assert texts(call("getUpdates")) == ["hello"]
    assert not served.telegram.refusals


def test_only_what_is_asked_for_comes(served: Served, call: Call) -> None:
    call("getUpdates", allowed_updates=["message", "callback_query"])
    phone = write(served, "one")
    phone.edit(phone.write("two"), "three")
    phone.block()
    assert [each.keys() - {"update_id"} for each in call("getUpdates")["result"]] == [{"message"}, {"message"}]
    call("getUpdates", allowed_updates=[])
    phone.unblock()
    assert len(call("getUpdates")["result"]) == 3


def test_a_tap_waits_150_seconds_and_a_text_a_day(served: Served, call: Call) -> None:
    served.telegram.clock.stop()
    phone = write(served, "hello")
    call(
        "sendMessage",
        chat_id=phone.user["id"],
        text="?",
        reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]},
    )
    phone.tap(phone.newest(), "a")
    served.telegram.clock.advance(149)
    assert len(call("getUpdates")["result"]) == 2
    served.telegram.clock.advance(2)
    assert texts(call("getUpdates")) == ["hello"]
    served.telegram.clock.advance(24 * HOUR)
    assert call("getUpdates")["result"] == []
    assert served.telegram.counts()["expired"] == 2


@pytest.mark.parametrize("first", [1000, 2_000_000_000])
def test_after_a_quiet_week_ids_begin_anywhere(served: Served, call: Call, first: int) -> None:
    write(served, "one")
    (before,) = ids(call("getUpdates"))
    assert ids(call("getUpdates", offset=before + 1)) == []
    served.do(served.telegram.updates.renumber, first)
    write(served, "two", "three")
    assert texts(call("getUpdates", offset=before + 1)) == ["two", "three"], "neither confirmed nor held back"


def test_what_was_confirmed_may_come_once_more(served: Served, call: Call) -> None:
    served.telegram.faults.set({"twice": 1.0})
    write(served, "one", "two")
    both = ids(call("getUpdates"))
    assert ids(call("getUpdates", offset=both[1] + 1)) == both
    assert ids(call("getUpdates", offset=both[1] + 1)) == []
    assert served.telegram.faults.counts["twice"] == 2


def test_a_long_paste_comes_in_pieces(served: Served, call: Call) -> None:
    write(served, "x" * 5000)
    assert [len(text) for text in texts(call("getUpdates"))] == [4096, 904]


def test_groups_and_media(served: Served, call: Call) -> None:
    phone = served.phone(group=-500)
    phone.invite()
    phone.write("hello everybody")
    phone.send("voice")
    joined, said, voice = call("getUpdates")["result"]
    assert joined["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert said["message"]["chat"]["type"] == "group"
    assert "text" not in voice["message"]
    assert call("leaveChat", chat_id=-500)["ok"]
    assert call("sendMessage", chat_id=-500, text="x")["error_code"] == 403
    assert served.telegram.calls["getFile"] == 0
