"""Where updates arrive, from polling and webhook alike: each is recorded first, and answered when there is time."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from typing import Any

from telegram.ext import Application, ApplicationBuilder, ExtBot

from bots.deliveries import Deliveries
from bots.errands import Errands
from bots.pacing import OVERALL, Pacing
from bots.phrases import alone_please
from bots.recording import Recorder
from bots.sending import Sender
from bots.updates import Group, Nothing, Received, read
from surveyapp.config import Config
from surveyapp.engine.talks import Text
from surveyapp.services.chats import Reply
from surveyapp.store.sessions import StoreUnavailable
from surveyapp.traces import where

log = logging.getLogger(__name__)
_CHATS = 32
"""Chats whose updates are applied at the same time."""

_BEING_SHOWN = 0.3
"""Seconds that a message may take from the screen to our note of it, before what people write next is looked at."""

_CONNECTIONS = 64
_SECONDS = 20.0

App = Application[ExtBot[bool], Any, Any, Any, Any, Any]


def application(config: Config, overall: float = OVERALL) -> App:
    """python-telegram-bot's application without its updater, which would confirm updates before they are kept.

    ``overall``: calls a second in all, of this process.
    """
    return (
        ApplicationBuilder()
        .token(config.telegram_token or "")
        .base_url(f"{config.telegram_api}/bot")
        .updater(None)
        .job_queue(None)
        .connection_pool_size(_CONNECTIONS)
        .pool_timeout(_SECONDS)
        .read_timeout(_SECONDS)
        .rate_limiter(Pacing(overall))
        .build()
    )


class Desk:
    """Takes updates in. ``recorder`` keeps them, ``bot`` speaks."""

    def __init__(self, config: Config, recorder: Recorder, bot: ExtBot[bool]) -> None:
        self.recorder = recorder
        self.errands = Errands()
        self.sender = Sender(bot, recorder, config, self.errands)
        self.deliveries = Deliveries(self.sender.deliver)
        self.unreadable = 0
        self._bot, self._bot_id = bot, config.bot_id
        self._places = asyncio.Semaphore(_CHATS)

    async def take(self, raws: Sequence[Any]) -> Collection[int]:
        """Record updates, those of one chat in their order; what is to be said is owed from then on.

        Returns the chats they came from. Raises StoreUnavailable when not all were kept: take the same ones again.
        """
        read_ones = [read(raw, self._bot, self._bot_id) for raw in raws]
        chats: dict[int, list[Received]] = {}
        for what in read_ones:
            if isinstance(what, Received):
                chats.setdefault(what.chat.chat, []).append(what)
        done = await asyncio.gather(*map(self._apply, chats.values()), return_exceptions=True)
        for failure in filter(None, done):
            raise failure
        await self._pass_over([what for what in read_ones if not isinstance(what, Received)])
        return chats.keys()

    async def _pass_over(self, others: Sequence[Group | Nothing]) -> None:
        """Account for updates that are nobody's answer."""
        for what in others:
            if isinstance(what, Group):
                self.errands.run(self.sender.leave(what.chat, alone_please(what.language)))
            elif what.poison:
                self.unreadable += 1
                log.warning("an update that can't be read was passed over; so far: %d", self.unreadable)
        if numbers := [what.update_id for what in others if what.update_id]:
            await asyncio.to_thread(self.recorder.pass_over, numbers)

    async def _apply(self, events: Sequence[Received]) -> None:
        """Apply the updates of one chat. What is being shown gets a moment to be noted before a text is looked at."""
        async with self._places:
            if any(isinstance(received.event, Text) for received in events):
                await self.deliveries.wait(_BEING_SHOWN, {events[0].chat.chat})
            for received in events:
                await self._record(received)

    async def _record(self, received: Received) -> None:
        """Keep an update and owe the reply; one that fails twice is passed over, so that it stops none after it."""
        reply = await self._reply(received, last=False) or await self._reply(received, last=True)
        if reply is None:
            return
        if reply.clear:
            self.errands.run(self.sender.clear(received.tap, received.chat, reply, received.message))
        elif received.tap:
            self.errands.run(self.sender.answer_tap(received.tap, received.chat, reply))
        self.deliveries.owe(received.chat, reply, received.message)

    async def _reply(self, received: Received, *, last: bool) -> Reply | None:
        try:
            return await asyncio.to_thread(self.recorder.record, received)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is; nothing of it was kept
            if last:
                self.unreadable += 1
                log.error("an update could not be applied: %s at %s", type(error).__name__, where(error.__traceback__))  # noqa: TRY400 - the trace may quote it
            return None

    async def close(self, seconds: float) -> None:
        """Give what is on its way some time to arrive."""
        self.deliveries.begin()
        await self.deliveries.wait(seconds)
        await self.errands.wait(seconds)
