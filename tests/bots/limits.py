"""What a message may hold; anything beyond is refused in the words of the Bot API."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from .entities import length
from .errors import bad

TEXT, CAPTION, BUTTONS, DATA, TOAST = 4096, 1024, 100, 64, 200
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
Rows = list[list[dict[str, Any]]]


def check_text(text: str) -> None:
    if not text:
        raise bad("message text is empty")
    if length(text) > TEXT:
        raise bad("message is too long")


def check_caption(text: str) -> None:
    if length(text) > CAPTION:
        raise bad("message caption is too long")


def check_toast(text: str) -> None:
    if length(text) > TOAST:
        raise bad("MESSAGE_TOO_LONG")


def read_markup(markup: Any) -> Rows | None:
    """The rows of an inline keyboard; None where there is none, or another kind of keyboard."""
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" must be of type Array')
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > BUTTONS:
        raise bad("reply markup is too long")
    return kept or None


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    kinds = button.keys() - {"text", "icon_custom_emoji_id", "style"}
    if len(kinds) != 1:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in kinds and not 1 <= len(str(button["callback_data"]).encode()) <= DATA:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in kinds:
        _check_url(str(button["url"]))
    return dict(button)


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "tg":
        return
    if parts.scheme not in {"http", "https"} or "." not in (parts.hostname or ""):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def check_commands(commands: Any) -> None:
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad("can't parse list of bot commands")
    for each in commands:
        _check_command(each)


def _check_command(command: Mapping[str, Any]) -> None:
    if not _COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= length(str(command.get("description", ""))) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
