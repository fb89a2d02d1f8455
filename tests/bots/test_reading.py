"""Updates as Telegram sends them, and what is made of each; of the unreadable ones too."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot

from bots.updates import Group, Nothing, Received, number_of, read
from surveyapp.engine.prompt import Choice
from surveyapp.engine.talks import Blocked, Command, Edited, Event, Media, Text
from surveyapp.services.chats import Chat, StartCode

BOT_ID = 7000000001
BOT = Bot(f"{BOT_ID}:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw")
ANNA = {"id": 41, "is_bot": False, "first_name": "Anna", "language_code": "lv"}
PRIVATE = {"id": 41, "type": "private", "first_name": "Anna"}
GROUP = {"id": -100, "type": "supergroup", "title": "Neighbours"}
CHAT = Chat(BOT_ID, 41, "lv")


def seen(**update: Any) -> Any:
    return read({"update_id": 7, **update}, BOT, BOT_ID)


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {"message_id": 12, "date": 1_790_000_000, "chat": chat, "from": ANNA, **content}


def member(chat: dict[str, Any], status: str) -> dict[str, Any]:
    of = {"user": {"id": BOT_ID, "is_bot": True, "first_name": "Survey"}}
    now = {**of, "status": status, **({"until_date": 0} if status == "kicked" else {})}
    return {
        "chat": chat,
        "from": ANNA,
        "date": 1_790_000_000,
        "old_chat_member": {**of, "status": "member"},
        "new_chat_member": now,
    }


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("4", Text("4", 12)),
        ("Ļoti labi / slikti", Text("Ļoti labi / slikti", 12)),
        ("/start", StartCode("")),
        ("/start ABCD2345", StartCode("ABCD2345")),
        ("/start@survey_bot r_x-y_z", StartCode("r_x-y_z")),
        ("/skip", Command("skip", "", 12)),
        ("/Language@survey_bot  lv ", Command("language", "lv", 12)),
        ("/unknown", Command("unknown", "", 12)),
        ("/", Text("/", 12)),
        ("/ 5 eiro mēnesī", Text("/ 5 eiro mēnesī", 12)),
        ("/slikti un dārgi", Text("/slikti un dārgi", 12)),
        ("/ļoti", Text("/ļoti", 12)),
    ],
)
def test_what_is_written_is_a_text_or_a_command(text: str, event: Event) -> None:
    assert seen(message=message(text=text)) == Received(7, CHAT, event)


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}], "caption": "4"},
        {"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}},
        {"contact": {"phone_number": "+371", "first_name": "Anna"}},
        {"location": {"latitude": 56.9, "longitude": 21.9}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {},
    ],
)
def test_whatever_is_no_text_is_media(content: dict[str, Any]) -> None:
    assert seen(message=message(**content)).event == Media()


def test_notes_of_telegram_itself_mean_nothing() -> None:
    assert seen(message=message(pinned_message=message(text="4"))) == Nothing(7)
    assert seen(message=message(message_auto_delete_timer_changed={"message_auto_delete_time": 1})) == Nothing(7)
    assert seen() == Nothing(7)


def test_an_edit_is_only_known_to_have_happened() -> None:
    assert seen(edited_message=message(text="5", edit_date=1_790_000_001)).event == Edited()


def test_a_tap_is_read_also_on_a_message_that_is_too_old_to_be_told() -> None:
    tap = {"id": "9", "from": ANNA, "chat_instance": "1", "data": "0123abcd|q1|=|3"}
    wanted = Received(7, CHAT, Choice("0123abcd", "q1", "=", 3), "9", 12)
    assert seen(callback_query={**tap, "message": message(text="?")}) == wanted
    assert seen(callback_query={**tap, "message": {"chat": PRIVATE, "message_id": 12, "date": 0}}) == wanted
    assert seen(callback_query=tap) == wanted._replace(message=None)


@pytest.mark.parametrize("data", ["", "x", "0123abcd|q1|=|3|", "😀", None])
def test_a_tap_on_a_button_that_is_not_ours_belongs_to_no_conversation(data: str | None) -> None:
    tap = {"id": "9", "from": ANNA, "chat_instance": "1", "data": data, "message": message(text="?")}
    assert seen(callback_query=tap).event.nonce == "00000000"


def test_blocking_and_coming_back() -> None:
    assert seen(my_chat_member=member(PRIVATE, "kicked")) == Received(7, CHAT, Blocked())
    assert seen(my_chat_member=member(PRIVATE, "member")) == Nothing(7)


def test_groups_are_told_apart() -> None:
    assert seen(message=message(GROUP, text="hello")) == Group(7, -100, "lv")
    assert seen(my_chat_member=member(GROUP, "member")) == Group(7, -100, "lv")
    assert seen(my_chat_member=member(GROUP, "left")) == Nothing(7)
    tap = {"id": "9", "from": ANNA, "chat_instance": "1", "data": "x", "message": message(GROUP, text="?")}
    assert seen(callback_query=tap) == Nothing(7)


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 7, "message": {"message_id": 1}},
        {"update_id": 7, "message": "text"},
        {"message": {}},
        {"update_id": 7, "callback_query": {"id": "1"}},
        {"update_id": 7, "message": message(entities=[{"type": "bold"}])},
        {"update_id": "x"},
        {"update_id": -1},
        {"update_id": True},
        [],
        None,
        7,
    ],
)
def test_poison_is_recognised_and_named(raw: Any) -> None:
    assert read(raw, BOT, BOT_ID) == Nothing(number_of(raw) or 0, poison=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
FIELDS = st.dictionaries(
    st.sampled_from(
        ["message", "callback_query", "my_chat_member", "edited_message", "chat", "from", "text", "id", "data"]
    ),
    JSON,
)


@given(st.fixed_dictionaries({"update_id": JSON}, optional={"message": JSON | FIELDS, "callback_query": JSON | FIELDS}))
def test_nothing_makes_it_fail(raw: Any) -> None:
    assert isinstance(read(raw, BOT, BOT_ID), Received | Group | Nothing)
    assert number_of(raw) is None or number_of(raw) >= 0
