"""What has to be done from time to time, by whichever process holds the right to poll."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bots.desk import Desk
from bots.leases import Lease
from surveyapp.services import keeping
from surveyapp.store.sessions import Sessions, StoreUnavailable

log = logging.getLogger(__name__)
_ROUND = 60.0


class Housekeeping:
    """Purges what is past its date, sends what is owed, reminds who asked for it."""

    def __init__(self, sessions: Sessions, desk: Desk, lease: Lease, clock: Callable[[], float] = time.time) -> None:
        self._sessions, self._desk, self._lease, self._clock = sessions, desk, lease, clock

    async def keep(self) -> None:
        """Once a minute, for ever."""
        while True:
            await asyncio.sleep(_ROUND)
            self._desk.deliveries.once_more()
            self._desk.deliveries.begin()
            if self._lease.remaining() > 0:
                await self.once()

    async def once(self) -> None:
        """Do what is due now."""
        try:
            await asyncio.to_thread(self._purge)
        except StoreUnavailable:
            log.warning("the store is away: what is past its date waits")

    def _purge(self) -> None:
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        self._sessions.retrying(lambda session: keeping.sweep(session, today))
