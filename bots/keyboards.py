"""Worded prompts as Telegram takes them, and what its buttons send back.

Callback data is ``<nonce>|<item>|<verb>|<option>``, at most 53 of the 64 bytes that Telegram allows: ``_`` stands for no
item, and nothing for no option. Whoever holds a bot's name can send any bytes as a tap, so reading them never fails.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from surveyapp.engine.prompt import VERBS, Choice
from surveyapp.prompts_in_words import WordedButton

PART = 3500
"""Characters of one message, well below Telegram's 4,096; an emoji counts as the two that Telegram counts."""

_DATA = re.compile(
    rf"([0-9a-f]{{8}})\|(_|[a-z][a-z0-9_]{{0,31}}(?:__text)?)\|([{re.escape(''.join(VERBS))}])\|([0-9]{{0,3}})",
    re.ASCII,
)
_UNREACHABLE = frozenset({"localhost", "127.0.0.1", "::1"})


class Message(NamedTuple):
    """One message to send: plain text, and the keyboard below it."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None


def encode(choice: Choice) -> str:
    """Callback data of a choice. Raises ValueError for a choice that could not be read back."""
    option = "" if choice.option is None else str(choice.option)
    data = f"{choice.nonce}|{choice.item or '_'}|{choice.verb}|{option}"
    if not _DATA.fullmatch(data):
        raise ValueError(data)
    return data


def decode(data: object) -> Choice | None:
    """The choice behind callback data; None for anything that no button of ours sends."""
    found = _DATA.fullmatch(data) if isinstance(data, str) else None
    if found is None:
        return None
    nonce, item, verb, option = found.groups()
    return Choice(nonce, None if item == "_" else item, verb, int(option) if option else None)


def messages(
    paragraphs: Sequence[str], rows: Sequence[Sequence[WordedButton]], public_url: str = ""
) -> tuple[Message, ...]:
    """The messages that show these paragraphs, split where they are too long, with the buttons below the last.

    ``public_url``: what an address that begins with / stands below.
    """
    kept, told = _openable([[_absolute(button, public_url) for button in row] for row in rows])
    *before, last = _parts([*filter(None, paragraphs), *told]) or [""]
    return (*map(Message, before), Message(last, _keyboard(kept)))


def _absolute(button: WordedButton, public_url: str) -> WordedButton:
    return button._replace(url=public_url + button.url) if button.url and button.url.startswith("/") else button


def _openable(rows: Sequence[Sequence[WordedButton]]) -> tuple[list[list[WordedButton]], list[str]]:
    """Rows without addresses of this machine, and those as sentences: Telegram refuses a message with such a button."""
    kept: list[list[WordedButton]] = []
    told: list[str] = []
    for row in rows:
        told += [f"{button.label}: {button.url}" for button in row if _is_local(button.url)]
        if stays := [button for button in row if not _is_local(button.url)]:
            kept.append(stays)
    return kept, told


def _is_local(url: str | None) -> bool:
    return url is not None and urlsplit(url).hostname in _UNREACHABLE


def _keyboard(rows: Sequence[Sequence[WordedButton]]) -> InlineKeyboardMarkup | None:
    return InlineKeyboardMarkup([[_button(each) for each in row] for row in rows]) if rows else None


def _button(button: WordedButton) -> InlineKeyboardButton:
    if button.choice is None:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=encode(button.choice))


def _parts(paragraphs: Sequence[str]) -> list[str]:
    """Paragraphs joined by blank lines into texts that are short enough."""
    parts: list[str] = []
    for piece in (piece for paragraph in paragraphs for piece in _pieces(paragraph)):
        if parts and _length(parts[-1]) + 2 + _length(piece) <= PART:
            parts[-1] += f"\n\n{piece}"
        else:
            parts.append(piece)
    return parts


def _pieces(paragraph: str) -> Iterator[str]:
    """A paragraph, cut at its last line end or blank where it alone is too long."""
    rest = paragraph.strip()
    while _length(rest) > PART:
        head = rest[:PART]
        while _length(head) > PART:
            head = head[: -max(1, (_length(head) - PART) // 2)]
        cut = max(head.rfind("\n"), head.rfind(" "))
        head = head[:cut] if cut > 0 else head
        yield head.rstrip()
        rest = rest[len(head) :].lstrip()
    if rest:
        yield rest


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
