"""Telling Telegram how the bot presents itself: its menu of commands and its descriptions, in each language."""

from telegram import BotCommand
from telegram.ext import ExtBot

from bots.calls import attempt
from bots.phrases import profiles


async def present(bot: ExtBot[bool]) -> None:
    """Set commands and descriptions. What Telegram refuses is logged, and the bot works without it."""
    for profile in profiles():
        commands = [BotCommand(name, description) for name, description in profile.commands]
        of = {"language_code": profile.language} if profile.language else {}
        for method, call in (
            ("setMyCommands", lambda commands=commands, of=of: bot.set_my_commands(commands, **of)),
            ("setMyDescription", lambda profile=profile, of=of: bot.set_my_description(profile.description, **of)),
            ("setMyShortDescription", lambda profile=profile, of=of: bot.set_my_short_description(profile.about, **of)),
        ):
            await attempt(method, call)
