"""Chats as the server keeps them: messages with their buttons, and who has blocked the bot."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from .limits import Rows

BOT: dict[str, Any] = {
    "is_bot": True,
    "first_name": "Survey",
    "username": "survey_test_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}


@dataclass
class Message:
    """One message as it is now. ``more``: what it holds beside text, such as a photo."""

    id: int
    date: int
    sender: dict[str, Any]
    chat: dict[str, Any]
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    rows: Rows | None = None
    more: dict[str, Any] = field(default_factory=dict)
    edited: int | None = None
    deleted: bool = False

    @property
    def from_bot(self) -> bool:
        return bool(self.sender["is_bot"])

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """All buttons, row after row."""
        return [button for row in self.rows or () for button in row]

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"message_id": self.id, "from": self.sender, "chat": self.chat, "date": self.date}
        if self.edited is not None:
            said["edit_date"] = self.edited
        text, entities = ("caption", "caption_entities") if self.more else ("text", "entities")
        if self.text:
            said[text] = self.text
        if self.entities:
            said[entities] = self.entities
        if self.rows:
            said["reply_markup"] = {"inline_keyboard": self.rows}
        return said | self.more


@dataclass
class Toast:
    """The answer to a tap: short, over the chat, soon gone."""

    text: str
    alert: bool


@dataclass
class Tap:
    """A pressed button that waits for its answer."""

    id: str
    chat_id: int
    at: float
    answer: Toast | None = None


@dataclass
class Chat:
    """A chat and everything in it. ``changes`` counts what a person could notice."""

    info: dict[str, Any]
    messages: dict[int, Message] = field(default_factory=dict)
    toasts: list[Toast] = field(default_factory=list)
    started: bool = False
    blocked: bool = False
    gone: bool = False
    changes: int = 0
    _noticed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> int:
        return int(self.info["id"])

    def notice(self) -> None:
        """Something is new on the person's screen."""
        self.changes += 1
        self._noticed.set()

    async def changed(self, since: int, seconds: float) -> bool:
        """Wait until there were more changes than ``since``; False when there were none in this time."""
        try:
            async with asyncio.timeout(seconds):
                while self.changes <= since:
                    self._noticed.clear()
                    await self._noticed.wait()
        except TimeoutError:
            return False
        return True

    def from_bot(self) -> list[Message]:
        """What the bot wrote and is still there, oldest first."""
        return [each for each in self.messages.values() if each.from_bot and not each.deleted]
