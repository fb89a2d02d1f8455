"""One bot's Telegram: its chats, its queue of updates, and everything that is counted. No HTTP here."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from .chats import BOT, Chat, Message, Tap, Toast
from .clock import HOUR, Clock
from .errors import TOO_OLD, ApiError, bad, blocked
from .faults import Faults
from .hooks import Hook
from .pacing import Pace
from .updates import Update, Updates

DELETABLE = 48 * HOUR
HANG_UP = "hang up"
Watcher = Callable[[str, dict[str, Any], str], str | None]
"""Told of a call: its method, its parameters, and "received" or "done"; may have the connection end there.

Told of what people do as well: "update", its body, and "made".
"""


class HungUp(Exception):
    """The connection ends without an answer."""


class Telegram:
    """State of the server.

    ``pace``: None lets the bot send as fast as it can. ``answerable``: seconds a tap waits.

    ``away``: every connection ends unanswered. ``watchers`` see each call before and after it is carried out.
    """

    def __init__(
        self,
        token: str,
        *,
        seed: int = 0,
        faults: Faults | None = None,
        pace: Pace | None = None,
        answerable: float = 60.0,
        hook_factor: float = 1.0,
    ) -> None:
        self.token, self.pace, self.answerable = token, pace, answerable
        number = token.partition(":")[0]
        self.bot = {"id": int(number) if number.isdecimal() else 1} | BOT
        self.bot_user = {key: self.bot[key] for key in ("id", "is_bot", "first_name", "username")}
        self.chance = random.Random(seed)
        self.clock = Clock()
        self.faults = faults or Faults(seed)
        self.updates = Updates(self.clock, self.chance, self.faults.twice)
        self.hook = Hook(self, hook_factor)
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, Tap] = {}
        self.calls: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.settings: dict[str, Any] = {}
        self.away = False
        self.watchers: list[Watcher] = []
        self._message_id = self.chance.randrange(100, 1000)

    def watch(self, method: str, given: dict[str, Any], when: str) -> None:
        """Tell all watchers of a call. Raises HungUp where one of them wants the connection to end."""
        if HANG_UP in [watch(method, given, when) for watch in list(self.watchers)]:
            raise HungUp

    def next_message_id(self) -> int:
        """Rising by one over all chats of the bot."""
        self._message_id += 1
        return self._message_id

    def second(self) -> int:
        return int(self.clock.now())

    def chat(self, chat_id: Any) -> Chat:
        """The chat a bot may write to."""
        if chat_id in (None, ""):
            raise bad("chat_id is empty")
        try:
            chat = self.chats.get(int(chat_id))
        except (TypeError, ValueError):
            chat = None
        if chat is None or not chat.started:
            raise bad("chat not found")
        if chat.gone:
            raise ApiError(403, "Forbidden: user is deactivated")
        if chat.blocked:
            raise blocked() if chat.id > 0 else ApiError(403, "Forbidden: bot was kicked from the group chat")
        return chat

    def spend(self, chat: Chat) -> None:
        """Count a message towards what the bot may send."""
        if self.pace:
            self.pace.spend(self.clock, chat.id)

    def say(self, chat: Chat, **content: Any) -> Message:
        """Put a message of the bot into a chat."""
        message = Message(self.next_message_id(), self.second(), self.bot_user, chat.info, **content)
        chat.messages[message.id] = message
        chat.notice()
        return message

    def answer(self, tap_id: str, toast: Toast) -> None:
        """Answer a tap, once and in time."""
        tap = self.taps.get(tap_id)
        if tap is None or tap.answer is not None or self.clock.now() - tap.at > self.answerable:
            raise bad(TOO_OLD)
        tap.answer = toast
        chat = self.chats[tap.chat_id]
        if toast.text:
            chat.toasts.append(toast)
        chat.notice()

    def counts(self) -> dict[str, Any]:
        """Everything counted so far."""
        updates = self.updates
        return {
            "made": len(updates.made),
            "confirmed": len(updates.confirmed),
            "expired": len(updates.expired),
            "pending": len(updates.pending),
            "deliveries": {str(status): times for status, times in self.hook.statuses.items()},
            "calls": dict(self.calls),
            "refused": dict(self.refusals),
            "faults": dict(self.faults.counts),
        }

    def add_update(self, kind: str, body: dict[str, Any], chat_id: int) -> Update | None:
        """Something happened in a chat. Taps and memberships wait in queues of their own."""
        for watch in list(self.watchers):
            watch("update", body, "made")
        what = {"callback_query": "taps", "my_chat_member": "members"}.get(kind, "texts")
        return self.updates.add(kind, body, (chat_id, what))
