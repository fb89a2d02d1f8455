"""Methods about messages. Each takes the state and the parameters of a call and returns its result."""

from typing import Any

from . import entities, limits
from .chats import Message, Toast
from .errors import NOT_MODIFIED, bad
from .parameters import Parameters, document, flag, number, text, texts
from .telegram import DELETABLE, Telegram


def send_message(telegram: Telegram, given: Parameters) -> Any:
    chat = telegram.chat(given.get("chat_id"))
    shown, marks = entities.read(text(given, "text"), given.get("parse_mode"))
    limits.check_text(shown)
    rows = limits.read_markup(document(given, "reply_markup"))
    telegram.spend(chat)
    return telegram.say(chat, text=shown, entities=_marks(given, marks), rows=rows).as_json()


def send_photo(telegram: Telegram, given: Parameters) -> Any:
    chat = telegram.chat(given.get("chat_id"))
    if not given.get("photo"):
        raise bad("there is no photo in the request")
    shown, marks = entities.read(text(given, "caption"), given.get("parse_mode"))
    limits.check_caption(shown)
    rows = limits.read_markup(document(given, "reply_markup"))
    telegram.spend(chat)
    photo = [{"file_id": f"sent-{chat.changes}", "file_unique_id": "sent", "width": 90, "height": 90}]
    said = telegram.say(chat, text=shown, entities=_marks(given, marks, "caption_"), rows=rows, more={"photo": photo})
    return said.as_json()


def _marks(given: Parameters, parsed: list[dict[str, Any]], prefix: str = "") -> list[dict[str, Any]]:
    return parsed or document(given, f"{prefix}entities") or []


def edit_message_text(telegram: Telegram, given: Parameters) -> Any:
    message = _own(telegram, given)
    if message.more:
        raise bad("there is no text in the message to edit")
    shown, marks = entities.read(text(given, "text"), given.get("parse_mode"))
    limits.check_text(shown)
    return _change(telegram, message, shown, _marks(given, marks), given)


def edit_message_caption(telegram: Telegram, given: Parameters) -> Any:
    message = _own(telegram, given)
    shown, marks = entities.read(text(given, "caption"), given.get("parse_mode"))
    limits.check_caption(shown)
    return _change(telegram, message, shown, _marks(given, marks, "caption_"), given)


def edit_message_reply_markup(telegram: Telegram, given: Parameters) -> Any:
    message = _own(telegram, given)
    return _change(telegram, message, message.text, message.entities, given)


def _own(telegram: Telegram, given: Parameters) -> Message:
    """The bot's own message that is to be changed."""
    chat = telegram.chat(given.get("chat_id"))
    message = chat.messages.get(number(given, "message_id", 0))
    if message is None or message.deleted:
        raise bad("message to edit not found")
    if not message.from_bot:
        raise bad("message can't be edited")
    return message


def _change(
    telegram: Telegram, message: Message, shown: str, marks: list[dict[str, Any]], given: Parameters
) -> dict[str, Any]:
    rows = limits.read_markup(document(given, "reply_markup"))
    if (shown, marks, rows) == (message.text, message.entities, message.rows):
        raise bad(NOT_MODIFIED)
    chat = telegram.chat(given.get("chat_id"))
    telegram.spend(chat)
    message.text, message.entities, message.rows, message.edited = shown, marks, rows, telegram.second()
    chat.notice()
    return message.as_json()


def delete_message(telegram: Telegram, given: Parameters) -> Any:
    chat = telegram.chat(given.get("chat_id"))
    message = chat.messages.get(number(given, "message_id", 0))
    if message is None or message.deleted:
        raise bad("message to delete not found")
    return _delete(telegram, chat.id, [message])


def delete_messages(telegram: Telegram, given: Parameters) -> Any:
    """What isn't there is passed over; one that is too old prevents all."""
    chat = telegram.chat(given.get("chat_id"))
    ids = texts(given, "message_ids")
    if not 1 <= len(ids) <= 100:
        raise bad("message identifiers are not specified" if not ids else "too many messages to delete")
    if not all(each.isdecimal() and int(each) > 0 for each in ids):
        raise bad("invalid message identifier")
    there = [chat.messages[int(each)] for each in ids if int(each) in chat.messages]
    return _delete(telegram, chat.id, [each for each in there if not each.deleted])


def _delete(telegram: Telegram, chat_id: int, messages: list[Message]) -> bool:
    if any(telegram.clock.now() - each.date > DELETABLE for each in messages):
        raise bad("message can't be deleted for everyone")
    for each in messages:
        each.deleted = True
    telegram.chats[chat_id].notice()
    return True


def answer_callback_query(telegram: Telegram, given: Parameters) -> Any:
    said = text(given, "text")
    limits.check_toast(said)
    telegram.answer(text(given, "callback_query_id"), Toast(said, flag(given, "show_alert")))
    return True


def leave_chat(telegram: Telegram, given: Parameters) -> Any:
    chat = telegram.chat(given.get("chat_id"))
    if chat.id > 0:
        raise bad("chat member status can't be changed in private chats")
    chat.blocked = True
    return True


def send_chat_action(telegram: Telegram, given: Parameters) -> Any:
    telegram.chat(given.get("chat_id"))
    return True
