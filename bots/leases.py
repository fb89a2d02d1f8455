"""Who polls: one process at a time, for Telegram ends the older of two. A second one waits for its turn."""

import asyncio
import logging
import time
from collections.abc import Callable

from surveyapp.store.sessions import StoreUnavailable

log = logging.getLogger(__name__)
SECONDS = 30
_RENEWED = 10.0
_ASKED = 2.0


class Lease:
    """The right to poll, asked for again long before it ends.

    ``take`` asks the store for it for ``SECONDS``, and says whether it was given; ``release`` gives it back.
    """

    def __init__(
        self, take: Callable[[], bool], release: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._take, self._release, self._clock = take, release, clock
        self._until = float("-inf")

    def remaining(self) -> float:
        """Seconds for which nobody else polls; not above 0 when somebody else may."""
        return self._until - self._clock()

    async def ask(self) -> bool:
        """Ask for it. While the store is away it stays with whoever holds it, until it ends."""
        asked = self._clock()
        try:
            given = await asyncio.to_thread(self._take)
        except StoreUnavailable:
            log.warning("the store is away: the right to poll could not be renewed")
            return self.remaining() > 0
        self._until = asked + SECONDS if given else float("-inf")
        return given

    async def keep(self) -> None:
        """Keep asking, for ever."""
        pause = 0.0
        while True:
            await asyncio.sleep(pause)
            pause = _RENEWED if await self.ask() else _ASKED

    async def give_back(self) -> None:
        """Let the next process begin at once."""
        if self.remaining() > 0:
            try:
                await asyncio.to_thread(self._release)
            except StoreUnavailable:
                log.warning("the store is away: the next process waits until the right to poll ends")
