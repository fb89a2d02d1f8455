"""Who is owed a reply. Each chat gets one at a time, and always the newest: where the person stands now."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from bots.calls import Failure
from bots.sending import Old, Outcome, Owed, spoken
from surveyapp.services.chats import Chat, Reply
from surveyapp.traces import where

log = logging.getLogger(__name__)
_OLD = 3
"""Answered questions whose buttons are still to be taken away; older ones keep them, which does no harm."""


class Deliveries:
    """Replies on their way. ``deliver`` sends one."""

    def __init__(self, deliver: Callable[[Owed], Awaitable[Outcome]]) -> None:
        self._deliver = deliver
        self._owed: dict[int, Owed] = {}
        self._later: dict[int, Owed] = {}
        self._running: dict[int, asyncio.Task[None]] = {}

    def owe(self, chat: Chat, reply: Reply, tapped: int | None) -> None:
        """Remember a reply, in place of an older one that has not been sent."""
        old = _old(chat, reply, tapped)
        before = self._owed.pop(chat.chat, None) or self._later.pop(chat.chat, None)
        if before is None and not reply.prompts:
            return
        self._owed[chat.chat] = (
            Owed(chat, reply, tapped, old) if before is None else _joined(before, reply, tapped, old)
        )

    def begin(self) -> None:
        """Start sending to every chat that is owed something."""
        for number in [each for each in self._owed if each not in self._running]:
            self._running[number] = asyncio.create_task(self._one(number))

    async def wait(self, seconds: float, chats: Collection[int] | None = None) -> None:
        """Wait until everything that was begun is sent, to these chats or to all, or the time is over."""
        waited = [task for chat, task in self._running.items() if chats is None or chat in chats]
        if waited:
            await asyncio.wait(waited, timeout=seconds)

    def once_more(self) -> None:
        """Try again what could not be sent earlier."""
        self._owed = {**self._later, **self._owed}
        self._later = {}

    async def _one(self, number: int) -> None:
        """Send to one chat until nothing is owed to it any more."""
        try:
            while owed := self._owed.pop(number, None):
                outcome = await self._deliver(owed)
                if outcome is Failure.OWED and number not in self._owed:
                    self._later[number] = owed
        except Exception as error:  # noqa: BLE001 - one reply that can't be made must not silence the bot
            log.error("a reply could not be made: %s at %s", type(error).__name__, where(error.__traceback__))  # noqa: TRY400 - the trace may quote answers
        finally:
            self._running.pop(number, None)


def _old(chat: Chat, reply: Reply, tapped: int | None) -> tuple[Old, ...]:
    """The answered question, whose message is the one tapped, or the one that was shown when the answer was typed."""
    message = tapped or reply.was_shown
    return (Old(message, reply.recorded, spoken(chat, reply)),) if reply.recorded and message else ()


def _joined(before: Owed, reply: Reply, tapped: int | None, old: tuple[Old, ...]) -> Owed:
    """What is owed after one more update. What was never sent can't be changed in place: it is sent."""
    if not reply.prompts:
        return before
    in_place = reply.in_place and before.reply.in_place and tapped == before.tapped
    return Owed(before.chat, reply._replace(in_place=in_place), tapped, (*before.old, *old)[-_OLD:])
