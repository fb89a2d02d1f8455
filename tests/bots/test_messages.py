"""What the server takes from a bot, and how it refuses the rest: in Telegram's own words."""

import asyncio
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from .clock import HOUR
from .conftest import Call
from .pacing import Pace
from .serving import TOKEN, Served, bot_api

ROWS = [[{"text": "Yes", "callback_data": "y"}, {"text": "No", "callback_data": "n"}]]


def keyboard(*rows: list[dict[str, str]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def error(answer: dict[str, Any]) -> str:
    assert answer["ok"] is False
    return str(answer["description"])


def test_a_message_reaches_a_phone_and_its_buttons_come_back(served: Served, call: Call) -> None:
    phone = served.phone()
    asked = phone.write("/start K7MQ2XPA")
    said = call("sendMessage", chat_id=phone.user["id"], text="Are you well?", reply_markup={"inline_keyboard": ROWS})
    assert said["result"]["message_id"] > asked.id
    assert phone.newest().text == "Are you well?"
    tap = phone.tap(phone.newest(), "y")
    first, second = call("getUpdates")["result"]
    assert first["message"]["text"] == "/start K7MQ2XPA"
    assert first["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert second["callback_query"]["data"] == "y"
    assert second["callback_query"]["message"]["reply_markup"] == {"inline_keyboard": ROWS}
    assert call("answerCallbackQuery", callback_query_id=tap.id, text="Thank you")["ok"]
    assert [toast.text for toast in phone.chat.toasts] == ["Thank you"]


@pytest.mark.parametrize("body", ["json", "data", "params", "files"])
def test_a_call_may_be_a_form_or_json_or_an_address(served: Served, body: str) -> None:
    phone = served.phone()
    phone.write("hello")
    url, chat = f"{served.url}/bot{served.token}/sendMessage", str(phone.user["id"])
    if body == "files":
        answer = httpx.post(url, data={"chat_id": chat, "text": "hello"}, files={"photo": b"picture"})
    elif body == "params":
        answer = httpx.get(url, params={"chat_id": chat, "text": "hello"})
    else:
        answer = httpx.request("POST", url, **{body: {"chat_id": chat, "text": "hello"}})
    assert answer.json()["result"]["text"] == "hello"


@pytest.mark.parametrize(
    ("given", "description"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "🚌" * 2049}, "message is too long"),
        ({"text": "1 < 2", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
        ({"text": "<h1>x</h1>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "h1"'),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities: Can't find end tag"),
        ({"text": "x</b>", "parse_mode": "HTML"}, "can't parse entities: Unexpected end tag at byte offset 1"),
        ({"text": "<b><i>x</b></i>", "parse_mode": "HTML"}, "can't parse entities: Unmatched end tag"),
        ({"text": "x", "reply_markup": keyboard([{"text": "x", "callback_data": ""}])}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard([{"text": "x", "callback_data": "ž" * 33}])}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard([{"text": "x"}])}, "can't parse inline keyboard button"),
        ({"text": "x", "reply_markup": keyboard([{"text": " ", "callback_data": "x"}])}, "can't parse inline"),
        (
            {"text": "x", "reply_markup": keyboard([{"text": "x", "url": "http://localhost/"}])},
            "inline keyboard button URL",
        ),
        (
            {"text": "x", "reply_markup": keyboard(*[[{"text": "x", "callback_data": "x"}]] * 101)},
            "reply markup is too",
        ),
        ({"text": "x", "chat_id": 1}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
    ],
)
def test_what_is_too_much_or_unreadable_is_refused(
    served: Served, call: Call, given: dict[str, Any], description: str
) -> None:
    phone = served.phone()
    phone.write("hello")
    answer = call("sendMessage", **{"chat_id": phone.user["id"], **given})
    assert error(answer).startswith(f"Bad Request: {description}")
    assert answer["error_code"] == 400
    assert phone.screen == []


def test_the_limits_themselves_are_allowed(served: Served, call: Call) -> None:
    phone = served.phone()
    phone.write("hello")
    chat = phone.user["id"]
    rows = [[{"text": "x", "callback_data": "x" * 64}]] * 100
    assert call("sendMessage", chat_id=chat, text="🚌" * 2048, reply_markup=keyboard(*rows))["ok"]
    assert call("sendMessage", chat_id=chat, text="<b>" + "x" * 4096 + "</b>", parse_mode="HTML")["ok"]
    assert call("sendMessage", chat_id=chat, text="1 < 2 & <b>")["result"]["text"] == "1 < 2 & <b>"
    link = 'a &lt;b&gt; <a href="https://example.org/?a=1&amp;b=2">c</a>'
    said = call("sendMessage", chat_id=chat, text=link, parse_mode="HTML")["result"]
    assert said["text"] == "a <b> c"
    assert said["entities"][0] | {"url": ""} == {"type": "text_link", "offset": 6, "length": 1, "url": ""}


def test_editing(served: Served, call: Call) -> None:
    phone = served.phone()
    mine, chat = phone.write("hello"), phone.user["id"]
    said = call("sendMessage", chat_id=chat, text="one", reply_markup=keyboard(*ROWS))["result"]["message_id"]
    same = call("editMessageText", chat_id=chat, message_id=said, text="one", reply_markup=keyboard(*ROWS))
    assert "message is not modified" in error(same)
    assert call("editMessageText", chat_id=chat, message_id=said, text="one")["result"].get("reply_markup") is None
    assert phone.newest().buttons == []
    assert call("editMessageReplyMarkup", chat_id=chat, message_id=said, reply_markup=keyboard(*ROWS))["ok"]
    assert "not modified" in error(
        call("editMessageReplyMarkup", chat_id=chat, message_id=said, reply_markup=keyboard(*ROWS))
    )
    assert error(call("editMessageText", chat_id=chat, message_id=1, text="x")).endswith("message to edit not found")
    assert error(call("editMessageText", chat_id=chat, message_id=mine.id, text="x")).endswith("can't be edited")


def test_a_tap_is_answered_once_and_soon(served: Served, call: Call) -> None:
    phone = served.phone()
    phone.write("hello")
    call("sendMessage", chat_id=phone.user["id"], text="x", reply_markup=keyboard(*ROWS))
    served.telegram.clock.stop()
    tap, late = phone.tap(phone.newest(), "y"), phone.tap(phone.newest(), "y")
    assert error(call("answerCallbackQuery", callback_query_id=tap.id, text="x" * 201)).endswith("MESSAGE_TOO_LONG")
    assert call("answerCallbackQuery", callback_query_id=tap.id, text="x" * 200)["ok"]
    assert "query is too old" in error(call("answerCallbackQuery", callback_query_id=tap.id))
    served.telegram.clock.advance(61)
    assert "query is too old" in error(call("answerCallbackQuery", callback_query_id=late.id))
    assert "query is too old" in error(call("answerCallbackQuery", callback_query_id="7"))


def test_deleting_goes_back_two_days(served: Served, call: Call) -> None:
    phone = served.phone()
    mine, chat = phone.write("hello"), phone.user["id"]
    said = call("sendMessage", chat_id=chat, text="one")["result"]["message_id"]
    assert call("deleteMessage", chat_id=chat, message_id=said)["ok"]
    assert error(call("deleteMessage", chat_id=chat, message_id=said)).endswith("message to delete not found")
    assert call("deleteMessages", chat_id=chat, message_ids=[said, mine.id, 1])["ok"]
    assert all(each.deleted for each in phone.chat.messages.values())
    old = phone.write("old")
    served.telegram.clock.advance(48 * HOUR + 1)
    new = phone.write("new")
    assert "message can't be deleted" in error(call("deleteMessages", chat_id=chat, message_ids=[old.id, new.id]))
    assert not new.deleted
    assert call("deleteMessages", chat_id=chat, message_ids=[new.id])["ok"]
    assert not call("deleteMessages", chat_id=chat, message_ids=list(range(1, 102)))["ok"]


def test_python_telegram_bot_understands_every_answer(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    phone = served.phone()
    phone.write("hello")
    chat = phone.user["id"]

    async def talk() -> None:
        async with Bot(TOKEN, base_url=f"{served.url}/bot") as bot:
            assert bot.username == "survey_test_bot"
            markup = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
            said = await bot.send_message(chat, "hello", reply_markup=markup)
            assert said.reply_markup == markup
            assert (await bot.send_photo(chat, b"picture", caption="a bus")).caption == "a bus"
            assert (await said.edit_text("hello again")).text == "hello again"
            assert await bot.set_my_commands([("start", "Begin")], language_code="lv")
            assert await bot.set_my_description("A survey", language_code="lv")
            assert await bot.set_my_short_description("A survey")
            assert await bot.delete_messages(chat, [said.message_id])
            with pytest.raises(BadRequest, match="Message to edit not found"):
                await said.edit_text("x")
            served.telegram.faults.plan("sendMessage", "flood")
            with pytest.raises(RetryAfter):
                await bot.send_message(chat, "hello")
            for fault in ("error", "refused", "dropped"):
                served.telegram.faults.plan("sendMessage", fault)
                with pytest.raises(NetworkError):
                    await bot.send_message(chat, fault)
            phone.block()
            with pytest.raises(Forbidden, match="bot was blocked by the user"):
                await bot.send_message(chat, "hello")
            await bot.set_webhook(f"{served.url}/nowhere", allowed_updates=["message"])
            with pytest.raises(Conflict):
                await bot.get_updates()
        with pytest.raises(InvalidToken):
            async with Bot("1:wrong", base_url=f"{served.url}/bot"):
                pass

    asyncio.run(talk())
    assert [each.text for each in phone.screen] == ["a bus", "dropped"], "what was dropped was done"
    assert served.telegram.settings["commands default lv"] == [{"command": "start", "description": "Begin"}]
    assert served.telegram.settings["description lv"] == "A survey"


def test_a_wrong_token_and_a_wrong_method(served: Served, call: Call) -> None:
    assert httpx.post(f"{served.url}/bot1:wrong/getMe").json() == {
        "ok": False,
        "error_code": 401,
        "description": "Unauthorized",
    }
    assert httpx.post(f"{served.url}/botnonsense/getMe").status_code == 404
    assert error(call("sendMesage")) == "Not Found: method not found"


def test_who_writes_too_fast_waits() -> None:
    with bot_api(pace=Pace(chat=1, chat_burst=2, all=1, all_burst=5)) as served:
        served.telegram.clock.stop()
        phones = [served.phone() for _ in range(6)]
        for phone in phones:
            phone.write("hello")

        def send(phone: Any, method: str = "sendMessage", **more: Any) -> dict[str, Any]:
            given = {"chat_id": phone.user["id"], "text": "x", **more}
            answer: dict[str, Any] = httpx.post(f"{served.url}/bot{TOKEN}/{method}", json=given).json()
            return answer

        assert [send(phones[0])["ok"] for _ in range(3)] == [True, True, False]
        refused = send(phones[0])
        assert refused["error_code"] == 429
        assert refused["description"] == "Too Many Requests: retry after 1"
        assert refused["parameters"] == {"retry_after": 1}
        served.telegram.clock.advance(1)
        assert send(phones[0])["ok"]
        served.telegram.clock.advance(10)
        sent = [send(phone)["ok"] for phone in phones]
        assert sent.count(False) == 1, "five at once in all"
