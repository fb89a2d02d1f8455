"""``python -m bots``: talk to people in Telegram until told to stop."""

import asyncio
import os

import click

from bots import masking
from bots.calls import WrongToken
from bots.running import run
from surveyapp.config import Config
from surveyapp.services import doctor
from surveyapp.services.refusals import Refusal
from surveyapp.terminal import explained, opened


@click.command()
@explained
def main() -> None:
    """Talk to people in Telegram, until stopped. TELEGRAM_BOT_TOKEN names the bot."""
    config = Config.from_env(os.environ)
    if config.telegram_token is None:
        raise Refusal("no_bot")
    masking.configure(config.log_level, config.telegram_token)
    with opened(config) as sessions:
        if faults := [each for each in doctor.forbids_start(config, sessions) if each.state == "failure"]:
            raise click.ClickException("; ".join(f"{each.name}: {each.words}" for each in faults))
        try:
            asyncio.run(run(config, sessions))
        except WrongToken:
            raise click.ClickException("the bot token is wrong") from None


if __name__ == "__main__":
    main()
