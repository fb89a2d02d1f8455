"""Addresses of a collector, to hand out and to print: the form, the web chat and the bot."""

from pathlib import Path
from typing import NamedTuple

import segno

from surveyapp.services.bots import start_link
from surveyapp.services.refusals import Refusal

_KINDS = frozenset({".svg", ".png"})
_SCALE = 8


class Links(NamedTuple):
    """Where people answer. ``bot_start``: None where there is no bot, or nobody knows its name yet."""

    url: str
    chat_url: str
    bot_start: str | None

    def for_channel(self, channel: str) -> str:
        """The address of a channel. Raises Refusal "bot_unknown" when there is no bot to lead to."""
        link = {"chat": self.chat_url, "telegram": self.bot_start}.get(channel, self.url)
        if link is None:
            raise Refusal("bot_unknown")
        return link

    def sentences(self, code: str) -> list[str]:
        """The addresses for somebody at a terminal."""
        return [
            f"{self.url}  (code {code})",
            f"{self.chat_url}  (as a chat)",
            *([self.bot_start] if self.bot_start else []),
        ]


def of(public_url: str, code: str, username: str | None) -> Links:
    """The addresses of a collector; ``username``: the bot's."""
    start = start_link(username, code) if username else None
    return Links(f"{public_url}/r/{code}", f"{public_url}/chat/{code}", start)


def in_telegram(url: str, username: str | None) -> dict[str, str]:
    """The bot's link to the collector of a form's address, for a list of what can be tried; nothing without a bot."""
    return {"in Telegram": start_link(username, url.rpartition("/")[2])} if username else {}


def draw(link: str, file: Path) -> None:
    """Draw the QR code of a link as SVG or PNG, with a quarter of it allowed to get dirty. Raises Refusal "bad_picture"."""
    kind = file.suffix.lower()
    if kind not in _KINDS:
        raise Refusal("bad_picture", {"file": str(file)})
    described = {"title": link} if kind == ".svg" else {}
    segno.make(link, error="q", micro=False).save(str(file), kind=kind[1:], scale=_SCALE, **described)
