"""Things done beside everything else, whose end nobody waits for."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Errands:
    """Keeps hold of what runs, so that it isn't collected before it has ended."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin something."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def wait(self, seconds: float) -> None:
        """Wait until everything that was begun has ended, or the time is over."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds)
