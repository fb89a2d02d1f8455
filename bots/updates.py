"""From what Telegram sends to who did what. One update at a time, and whatever it holds: nothing here fails.

Nothing but the text of a message, the data of a tap and the numbers of chat and message is looked at; a file is never
fetched.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from telegram import Bot, CallbackQuery, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.ext import filters

from bots.keyboards import decode
from bots.phrases import COMMANDS
from surveyapp.engine.prompt import Choice
from surveyapp.engine.talks import Blocked, Command, Edited, Media, Text
from surveyapp.services.chats import Chat, Incoming, StartCode

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""Kinds of update to ask Telegram for."""

_COMMAND = re.compile(r"/\w+(@\w+)?", re.ASCII)
"""A word that Telegram itself would mark as a command. Followed by more words it is one only if it is one of ours: an
answer may begin with a stroke, too."""

_AWAY = frozenset({ChatMemberStatus.BANNED, ChatMemberStatus.LEFT})
_NOT_OURS = Choice("00000000", None, "g")
"""What a button that isn't ours is taken for: one of a conversation that is over."""


class Received(NamedTuple):
    """One thing that somebody did. ``tap``: id of a tap, to be answered; ``message``: number of the tapped message."""

    update_id: int
    chat: Chat
    event: Incoming
    tap: str | None = None
    message: int | None = None


class Group(NamedTuple):
    """The bot was drawn into a group. ``language``: of whoever spoke or drew it in."""

    update_id: int
    chat: int
    language: str


class Nothing(NamedTuple):
    """There is nothing to do. ``poison``: not even the library could read it."""

    update_id: int
    poison: bool = False


Read = Received | Group | Nothing


def number_of(raw: object) -> int | None:
    """The number of an update; None for something that has none."""
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63 else None


def read(raw: Any, bot: Bot, bot_id: int) -> Read:
    """What an update means."""
    number = number_of(raw)
    if number is None:
        return Nothing(0, poison=True)
    try:
        update = Update.de_json(raw, bot)
        return _read(update, bot_id)
    except Exception:  # noqa: BLE001 - one unreadable update must not stop all that come after it
        return Nothing(number, poison=True)


def _read(update: Update, bot_id: int) -> Read:
    if update.callback_query:
        return _tapped(update.update_id, update.callback_query, bot_id)
    if update.my_chat_member:
        return _member(update.update_id, update.my_chat_member, bot_id)
    message = update.message or update.edited_message
    if message is None:
        return Nothing(update.update_id)
    if message.chat.type != ChatType.PRIVATE:
        return _elsewhere(update.update_id, message.chat.id, message.chat.type, message.from_user)
    event = Edited() if update.edited_message else _written(update, message)
    if event is None:
        return Nothing(update.update_id)
    return Received(update.update_id, Chat(bot_id, message.chat.id, _language(message.from_user)), event)


def _written(update: Update, message: Message) -> Incoming | None:
    """The event of a message; None for what Telegram itself notes in a chat, such as a pinned message."""
    if message.text is None:
        return None if filters.StatusUpdate.ALL.check_update(update) else Media()
    word, _, argument = message.text.strip().partition(" ")
    name = word[1:].partition("@")[0].lower()
    if not _COMMAND.fullmatch(word) or (argument and name not in COMMANDS):
        return Text(message.text, message.message_id)
    if name == "start":
        return StartCode(argument.strip())
    return Command(name, argument.strip(), message.message_id)


def _tapped(number: int, query: CallbackQuery, bot_id: int) -> Read:
    """A tap, also on a message so old that Telegram tells only its number."""
    shown = query.message
    if shown is not None and shown.chat.type != ChatType.PRIVATE:
        return Nothing(number)
    who = Chat(bot_id, shown.chat.id if shown else query.from_user.id, _language(query.from_user))
    return Received(number, who, decode(query.data) or _NOT_OURS, query.id, shown.message_id if shown else None)


def _member(number: int, change: ChatMemberUpdated, bot_id: int) -> Read:
    """The bot was blocked, or drawn into a group."""
    away = change.new_chat_member.status in _AWAY
    if change.chat.type != ChatType.PRIVATE:
        return Nothing(number) if away else _elsewhere(number, change.chat.id, change.chat.type, change.from_user)
    if not away:
        return Nothing(number)
    return Received(number, Chat(bot_id, change.chat.id, _language(change.from_user)), Blocked())


def _elsewhere(number: int, chat: int, kind: str, who: User | None) -> Read:
    return Group(number, chat, _language(who)) if kind != ChatType.CHANNEL else Nothing(number)


def _language(who: User | None) -> str:
    return (who.language_code if who else None) or ""
