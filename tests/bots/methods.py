"""Every method a bot may call, by its name in small letters."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from . import limits, messages
from .entities import length
from .errors import bad
from .parameters import Parameters, document, flag, number, text, texts
from .telegram import Telegram

Method = Callable[[Telegram, Parameters], Any]
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def get_me(telegram: Telegram, given: Parameters) -> Any:
    return telegram.bot


def set_webhook(telegram: Telegram, given: Parameters) -> Any:
    url, secret = text(given, "url"), text(given, "secret_token")
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise bad("bad webhook: Wrong HTTP URL specified")
    if secret and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    if "allowed_updates" in given:
        telegram.updates.allowed = tuple(texts(given, "allowed_updates")) or None
    telegram.hook.set(url, secret, min(100, max(1, number(given, "max_connections", 40))))
    if flag(given, "drop_pending_updates"):
        telegram.updates.forget()
    return True


def delete_webhook(telegram: Telegram, given: Parameters) -> Any:
    telegram.hook.set("", "", 40)
    if flag(given, "drop_pending_updates"):
        telegram.updates.forget()
    return True


def get_webhook_info(telegram: Telegram, given: Parameters) -> Any:
    hook, updates = telegram.hook, telegram.updates
    info: dict[str, Any] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(updates.pending),
    }
    if hook.url:
        info["max_connections"] = hook.connections
    if updates.allowed is not None:
        info["allowed_updates"] = list(updates.allowed)
    if hook.last_error:
        info |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
    return info


def set_my_commands(telegram: Telegram, given: Parameters) -> Any:
    commands = document(given, "commands")
    limits.check_commands(commands)
    scope = (document(given, "scope") or {}).get("type", "default")
    telegram.settings[f"commands {scope} {text(given, 'language_code')}".strip()] = commands
    return True


def get_my_commands(telegram: Telegram, given: Parameters) -> Any:
    scope = (document(given, "scope") or {}).get("type", "default")
    return telegram.settings.get(f"commands {scope} {text(given, 'language_code')}".strip(), [])


def _describe(field: str, longest: int) -> Method:
    def describe(telegram: Telegram, given: Parameters) -> Any:
        if length(text(given, field)) > longest:
            raise bad(f"{field.replace('_', ' ')} is too long")
        telegram.settings[f"{field} {text(given, 'language_code')}".strip()] = text(given, field)
        return True

    return describe


def get_file(telegram: Telegram, given: Parameters) -> Any:
    """No bot of ours may ever call this; it is counted like every call."""
    return {"file_id": text(given, "file_id"), "file_unique_id": "f", "file_size": 1, "file_path": "files/0"}


METHODS: dict[str, Method] = {
    "getme": get_me,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "sendmessage": messages.send_message,
    "sendphoto": messages.send_photo,
    "sendchataction": messages.send_chat_action,
    "editmessagetext": messages.edit_message_text,
    "editmessagecaption": messages.edit_message_caption,
    "editmessagereplymarkup": messages.edit_message_reply_markup,
    "answercallbackquery": messages.answer_callback_query,
    "deletemessage": messages.delete_message,
    "deletemessages": messages.delete_messages,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "setmydescription": _describe("description", 512),
    "setmyshortdescription": _describe("short_description", 120),
    "setmyname": _describe("name", 64),
    "leavechat": messages.leave_chat,
    "getfile": get_file,
}
