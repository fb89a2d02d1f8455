"""How the bot is called: asked of the Bot API by whoever needs a link before the bot's own process has run."""

import json
import urllib.request

from surveyapp.config import Config

_SECONDS = 5


def ask(config: Config) -> str | None:
    """The bot's username; None without a bot, with a wrong token, or when there is no answer within 5 seconds."""
    if config.telegram_token is None or not config.telegram_api.startswith(("https://", "http://")):
        return None
    address = f"{config.telegram_api}/bot{config.telegram_token}/getMe"
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 - the scheme is checked above
            return str(json.load(answer)["result"]["username"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
