"""Calls of the Bot API, and what each of its failures means to us."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TypeVar

from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bots.pacing import Dropped

log = logging.getLogger(__name__)
T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

TRIES = 6
_FIRST, _LONGEST = 0.1, 5.0
_DONE_ALREADY = ("not modified", "query is too old", "query id is invalid")


class Failure(Enum):
    """Why a call didn't bring what it should."""

    DONE = "nothing was left to do"
    REFUSED = "Telegram will never take it"
    BLOCKED = "the person doesn't want to hear from the bot"
    OWED = "not now; to be sent later"


class WrongToken(Exception):
    """Telegram doesn't know the bot's token."""


async def attempt(method: str, call: Callable[[], Awaitable[T]], sleep: Sleep = asyncio.sleep) -> T | Failure:
    """Make a call until it succeeds or fails for good. ``method``: how a failure is named in the log.

    Raises WrongToken. Trouble on the way is met by waiting 0.1 s, then twice as long each time, six tries in all.
    """
    pause = _FIRST
    for _ in range(TRIES):
        try:
            return await call()
        except NetworkError as error:
            if isinstance(error, BadRequest):
                return _refused(method, error)
        except TelegramError as error:
            return _judged(method, error)
        await sleep(pause)
        pause = min(_LONGEST, pause * 2)
    return Failure.OWED


def _judged(method: str, error: TelegramError) -> Failure:
    if isinstance(error, InvalidToken):
        raise WrongToken from error
    if isinstance(error, Forbidden):
        return Failure.BLOCKED
    if isinstance(error, RetryAfter):
        return Failure.OWED
    return Failure.DONE if isinstance(error, Dropped) else _refused(method, error)


def _refused(method: str, error: TelegramError) -> Failure:
    if any(words in error.message.lower() for words in _DONE_ALREADY):
        return Failure.DONE
    description, _, _ = error.message.partition(". Parsing the server response")  # whose quotation may hold anything
    log.warning("%s was refused: %s", method, description)
    return Failure.REFUSED
