"""Keeping what people did: one short transaction for each update, and nothing sent before it is committed."""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from bots.updates import Received
from surveyapp.config import Config
from surveyapp.engine.talks import Blocked
from surveyapp.services import conversations
from surveyapp.services.chats import Binding, Chat, Home, Reply
from surveyapp.services.wave_keys import Keys
from surveyapp.store.sessions import Sessions


class Recorder:
    """Applies updates to the store. Blocking: to be used from threads."""

    def __init__(self, config: Config, sessions: Sessions, clock: Callable[[], float] = time.time) -> None:
        self._sessions, self._clock = sessions, clock
        self._bot_id = config.bot_id
        self.home = Home(Keys(config.secrets), config.public_url)
        # SQLite's writers wait for each other anyway, and its way of waiting is unfair to those who come first.
        self._alone: AbstractContextManager[object] = (
            threading.Lock() if sessions.writing_engine.dialect.name == "sqlite" else nullcontext()
        )

    def record(self, received: Received) -> Reply:
        """Apply an update once, durably; the reply may be sent. Raises StoreUnavailable: then nothing was kept."""
        chat, event, number = received.chat, received.event, received.update_id
        with self._alone:
            return self._sessions.retrying(
                lambda session: conversations.reply(session, self.home, chat, event, number, self._clock())
            )

    def pass_over(self, numbers: Sequence[int]) -> None:
        """Note updates that mean nothing. Raises StoreUnavailable."""
        with self._alone:
            self._sessions.retrying(
                lambda session: conversations.pass_over(session, self._bot_id, numbers, self._clock())
            )

    def showed(self, binding: Binding, order: int) -> None:
        """Note that a question is on the screen as this message."""
        with self._alone:
            self._sessions.retrying(lambda session: conversations.showed(session, binding, order))

    def blocked(self, chat: Chat) -> None:
        """Forget a chat that Telegram lets nobody write to. It is no update; its number is one that none will have."""
        self.record(Received(-secrets.randbelow(2**62) - 1, chat, Blocked()))
