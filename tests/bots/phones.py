"""A person's end of a chat: what they can do with a phone, and what they see on it."""

import secrets
from typing import Any

from .chats import Chat, Message, Tap
from .entities import commands
from .limits import TEXT
from .telegram import Telegram

MEDIA: dict[str, dict[str, Any]] = {
    "photo": {"photo": [{"file_id": "photo-1", "file_unique_id": "p1", "width": 90, "height": 90, "file_size": 900}]},
    "voice": {"voice": {"file_id": "voice-1", "file_unique_id": "v1", "duration": 3}},
    "sticker": {
        "sticker": {
            "file_id": "sticker-1",
            "file_unique_id": "s1",
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
        }
    },
    "contact": {"contact": {"phone_number": "+37120000000", "first_name": "Ilze"}},
    "location": {"location": {"latitude": 56.97, "longitude": 21.97}},
    "document": {"document": {"file_id": "document-1", "file_unique_id": "d1"}},
    "video_note": {"video_note": {"file_id": "round-1", "file_unique_id": "r1", "length": 240, "duration": 3}},
}


class Phone:
    """Somebody in a private chat with the bot, or in a group that the bot is in (``group``: its id, negative)."""

    def __init__(
        self,
        telegram: Telegram,
        user_id: int | None = None,
        *,
        language: str | None = "lv",
        first_name: str = "Ilze",
        group: int | None = None,
    ) -> None:
        self.telegram = telegram
        self.user: dict[str, Any] = {
            "id": user_id or telegram.chance.randrange(1_000_000_000, 8_000_000_000),
            "is_bot": False,
            "first_name": first_name,
            "last_name": "Ozola",
            "username": f"{first_name.lower()}_{secrets.token_hex(3)}",
        }
        if language:
            self.user["language_code"] = language
        self.chat = telegram.chats.setdefault(group or self.user["id"], Chat(self._place(group)))

    def _place(self, group: int | None) -> dict[str, Any]:
        if group is not None:
            return {"id": group, "type": "group", "title": "Neighbours"}
        return {"id": self.user["id"], "type": "private"} | {
            key: self.user[key] for key in ("first_name", "last_name", "username")
        }

    def write(self, text: str) -> Message:
        """Send a text; a longer paste leaves in pieces. The last message sent."""
        for start in range(0, max(len(text), 1), TEXT):
            piece = text[start : start + TEXT]
            sent = self._send(text=piece, entities=commands(piece))
        return sent

    def send(self, kind: str) -> Message:
        """Send something that is no text; see ``MEDIA``."""
        return self._send(more=MEDIA[kind])

    def _send(self, **content: Any) -> Message:
        telegram, chat = self.telegram, self.chat
        if chat.blocked:
            self.unblock()
        chat.started = True
        message = Message(telegram.next_message_id(), telegram.second(), self.user, chat.info, **content)
        chat.messages[message.id] = message
        telegram.add_update("message", message.as_json(), chat.id)
        return message

    def edit(self, message: Message, text: str) -> None:
        """Change a text of one's own."""
        message.text, message.entities, message.edited = text, commands(text), self.telegram.second()
        self.telegram.add_update("edited_message", message.as_json(), self.chat.id)

    def tap(self, message: Message, data: str) -> Tap:
        """Press a button; also one that is no longer there, as a phone that lags behind does."""
        telegram = self.telegram
        tap = Tap(str(telegram.chance.randrange(1 << 62)), self.chat.id, telegram.clock.now())
        telegram.taps[tap.id] = tap
        shown = {"chat": self.chat.info, "message_id": message.id, "date": 0} if message.deleted else message.as_json()
        body = {"id": tap.id, "from": self.user, "chat_instance": str(self.chat.id), "data": data, "message": shown}
        telegram.add_update("callback_query", body, self.chat.id)
        return tap

    def block(self) -> None:
        """Stop the bot; in a group: throw it out."""
        self._member("member", "kicked")
        self.chat.blocked = True

    def unblock(self) -> None:
        """Start it again."""
        self._member("kicked", "member")
        self.chat.blocked = False

    def invite(self) -> None:
        """Bring the bot into the group."""
        self.chat.started = True
        self.chat.blocked = False
        self._member("left", "member")

    def _member(self, old: str, new: str) -> None:
        def member(status: str) -> dict[str, Any]:
            return {"user": self.telegram.bot_user, "status": status} | (
                {"until_date": 0} if status == "kicked" else {}
            )

        body = {
            "chat": self.chat.info,
            "from": self.user,
            "date": self.telegram.second(),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        self.telegram.add_update("my_chat_member", body, self.chat.id)

    @property
    def screen(self) -> list[Message]:
        """What the bot wrote and is still there, oldest first."""
        return self.chat.from_bot()

    def newest(self) -> Message | None:
        return self.screen[-1] if self.screen else None
