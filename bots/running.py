"""The bot's process: what it is made of, how it begins, and how it ends."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress

from telegram.ext import ExtBot

from bots import hooks, profile
from bots.calls import Failure, attempt
from bots.desk import Desk, application
from bots.housekeeping import Housekeeping
from bots.leases import SECONDS, Lease
from bots.polling import Fetching, Polling
from bots.recording import Recorder
from surveyapp.config import Config
from surveyapp.holders import Holder
from surveyapp.services import leases
from surveyapp.store.sessions import Sessions

log = logging.getLogger(__name__)
_WHILE_STOPPING = 5.0
_FIRST, _LONGEST = 1.0, 60.0


async def run(config: Config, sessions: Sessions) -> None:
    """Serve until told to stop. Raises WrongToken."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app = application(config)
    try:
        # The library asks Telegram who the bot is, so this is also where a wrong token shows.
        if await _insisting("getMe", app.initialize, stop):
            await _serve(config, sessions, app.bot, stop)
    finally:
        await app.shutdown()
        await app.bot.shutdown()  # which the application leaves open when it was never initialised


async def _insisting(method: str, call: Callable[[], Awaitable[object]], stop: asyncio.Event) -> bool:
    """Call until Telegram answers; False when we are to stop before it does."""
    pause = _FIRST
    while not stop.is_set():
        if not isinstance(await attempt(method, call), Failure):
            return True
        log.warning("%s: Telegram can't be reached, or doesn't take it", method)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(_LONGEST, pause * 2)
    return False


async def _serve(config: Config, sessions: Sessions, bot: ExtBot[bool], stop: asyncio.Event) -> None:
    desk, lease = Desk(config, Recorder(config, sessions), bot), _lease(config, sessions)
    house = Housekeeping(sessions, desk, lease)
    desk.errands.run(profile.present(bot))
    desk.errands.run(house.introduce(bot.id, bot.username))
    await lease.ask()
    log.info("talking as @%s, by %s", bot.username, "webhook" if config.telegram_secret else "polling")
    keeping = [asyncio.create_task(lease.keep()), asyncio.create_task(house.keep())]
    try:
        await (_hook if config.telegram_secret else _poll)(config, desk, bot, lease, stop)
        await desk.close(_WHILE_STOPPING)
    finally:
        for task in keeping:
            task.cancel()
        await lease.give_back()


async def _poll(config: Config, desk: Desk, bot: ExtBot[bool], lease: Lease, stop: asyncio.Event) -> None:
    """Fetch updates until told to stop."""
    if await _insisting("deleteWebhook", bot.delete_webhook, stop):
        fetching = Fetching(config)
        try:
            await Polling(desk, fetching, lease, stop).run()
        finally:
            await fetching.close()


async def _hook(config: Config, desk: Desk, bot: ExtBot[bool], lease: Lease, stop: asyncio.Event) -> None:
    """Tell Telegram where the web application takes updates, then only keep house."""
    if await _insisting("setWebhook", lambda: hooks.register(config, bot), stop):
        await stop.wait()


def _lease(config: Config, sessions: Sessions) -> Lease:
    """The right to poll for this bot."""
    name, holder = f"telegram {config.bot_id}", Holder(config.instance_dir / "telegram.lock")

    def take() -> bool:
        who = holder.name()
        return who is not None and sessions.retrying(lambda session: leases.take(session, name, who, SECONDS))

    def release() -> None:
        sessions.retrying(lambda session: leases.release(session, name, holder.name() or ""))
        holder.close()

    return Lease(take, release)
