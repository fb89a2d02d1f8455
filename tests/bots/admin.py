"""For tests in another process: ``POST /admin/<what>`` with JSON, answered with JSON.

| what | fields | does |
|---|---|---|
| write | chat, text, language | a person writes; the chat begins if it is new |
| tap | chat, message, data | they press a button |
| edit | chat, message, text | they edit a message of theirs |
| send | chat, kind | they send a photo, voice, sticker, contact, location, document, video_note |
| block, unblock | chat | they stop the bot, or start it again |
| invite | chat (a negative id), by | somebody brings the bot into a group |
| messages | chat | everything in the chat, with "deleted" |
| toasts | chat | the answers to taps |
| counts | | everything counted |
| ids | | ids of the updates: made, confirmed, expired |
| settings | | commands and descriptions the bot has set |
| clock | seconds | time passes |
| faults | rates | other rates from now on |
| plan | method, fault or code and description, times | what the next calls of a method meet |
| renumber | first | updates go on at another number |
"""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from .errors import ApiError
from .phones import Phone
from .telegram import Telegram

Given = dict[str, Any]


class Admin:
    """Everything a test may ask for from outside."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.phones: dict[int, Phone] = {}

    def phone(self, given: Given) -> Phone:
        """The phone behind a chat id."""
        chat = int(given["chat"])
        if chat not in self.phones:
            user, group = (chat, None) if chat > 0 else (int(given["by"]), chat)
            self.phones[chat] = Phone(self.telegram, user, language=given.get("language", "lv"), group=group)
        return self.phones[chat]

    def write(self, given: Given) -> Any:
        return self.phone(given).write(given["text"]).id

    def tap(self, given: Given) -> Any:
        phone = self.phone(given)
        return phone.tap(phone.chat.messages[given["message"]], given["data"]).id

    def edit(self, given: Given) -> Any:
        phone = self.phone(given)
        phone.edit(phone.chat.messages[given["message"]], given["text"])

    def send(self, given: Given) -> Any:
        return self.phone(given).send(given["kind"]).id

    def block(self, given: Given) -> Any:
        self.phone(given).block()

    def unblock(self, given: Given) -> Any:
        self.phone(given).unblock()

    def invite(self, given: Given) -> Any:
        self.phone(given).invite()

    def messages(self, given: Given) -> Any:
        chat = self.telegram.chats.get(int(given["chat"]))
        return [each.as_json() | {"deleted": each.deleted} for each in chat.messages.values()] if chat else []

    def toasts(self, given: Given) -> Any:
        return [each.text for each in self.phone(given).chat.toasts]

    def counts(self, given: Given) -> Any:
        return self.telegram.counts()

    def ids(self, given: Given) -> Any:
        updates = self.telegram.updates
        return {"made": updates.made, "confirmed": updates.confirmed, "expired": updates.expired}

    def settings(self, given: Given) -> Any:
        return self.telegram.settings

    def clock(self, given: Given) -> Any:
        self.telegram.clock.advance(given["seconds"])

    def faults(self, given: Given) -> Any:
        self.telegram.faults.set(given["rates"])

    def plan(self, given: Given) -> Any:
        fault = given.get("fault") or ApiError(given["code"], given["description"])
        self.telegram.faults.plan(given["method"], fault, given.get("times", 1))

    def renumber(self, given: Given) -> Any:
        return self.telegram.updates.renumber(given.get("first"))


ACTIONS = tuple(name for name in vars(Admin) if not name.startswith("_") and name != "phone")


def add_routes(app: web.Application, telegram: Telegram) -> None:
    """Offer every action."""
    made = Admin(telegram)
    for name in ACTIONS:
        app.router.add_post(f"/admin/{name}", _handler(getattr(made, name)))


def _handler(action: Callable[[Given], Any]) -> Callable[[web.Request], Any]:
    async def handle(request: web.Request) -> web.Response:
        try:
            given = await request.json() if request.can_read_body else {}
            return web.json_response({"result": action(given)})
        except (KeyError, ValueError, TypeError) as error:
            return web.json_response({"error": repr(error)}, status=400)

    return handle
