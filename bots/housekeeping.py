"""What has to be done from time to time, by whichever process holds the right to poll."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from bots.desk import Desk
from bots.leases import Lease
from surveyapp.services import bots, keeping, reminders, wave_keys
from surveyapp.services.reminders import Due
from surveyapp.store.sessions import Sessions, StoreUnavailable
from surveyapp.traces import where

log = logging.getLogger(__name__)
_ROUND = 60.0
T = TypeVar("T")


class Housekeeping:
    """Purges what is past its date, sends what is owed, and reminds those who have asked for it."""

    def __init__(self, sessions: Sessions, desk: Desk, lease: Lease, clock: Callable[[], float] = time.time) -> None:
        self._sessions, self._desk, self._lease, self._clock = sessions, desk, lease, clock

    async def introduce(self, bot: int, username: str) -> None:
        """Keep the bot's name, so that pages can lead to it; wrap keys anew that stand under an earlier secret."""
        keys = self._desk.recorder.home.keys
        await self._stored(lambda: self._sessions.retrying(lambda session: bots.introduce(session, bot, username)))
        await self._stored(lambda: self._sessions.retrying(lambda session: wave_keys.rewrap(session, keys)))

    async def keep(self) -> None:
        """Once a minute, for ever."""
        while True:
            await asyncio.sleep(_ROUND)
            self._desk.deliveries.once_more()
            if self._lease.remaining() > 0:
                await self.once()
            self._desk.deliveries.begin()

    async def once(self) -> None:
        """Do what is due now."""
        await self._stored(self._purge)
        for due in await self._stored(self._reminders) or []:
            self._desk.deliveries.owe(due.chat, due.reply, None)

    async def _stored(self, work: Callable[[], T]) -> T | None:
        """Work on the store, in a thread; None when the store is away."""
        try:
            return await asyncio.to_thread(work)
        except StoreUnavailable:
            log.warning("the store is away: keeping house waits")
        except Exception as error:  # noqa: BLE001 - what goes wrong here must not end the conversations
            log.error("keeping house failed: %s at %s", type(error).__name__, where(error.__traceback__))  # noqa: TRY400 - the message may quote a person
        return None

    def _purge(self) -> None:
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        self._sessions.retrying(lambda session: keeping.sweep(session, today))

    def _reminders(self) -> list[Due]:
        """A reminder is deleted before it is sent, so that nobody is reminded twice."""
        home = self._desk.recorder.home
        with self._sessions.begin() as session:
            return reminders.due(session, home, self._clock())
