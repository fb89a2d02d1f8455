"""What a log may say of an error: where it arose, without source lines, values or its message, which may quote a person."""

import logging
import time
import traceback
from types import TracebackType

_QUIET = 60
"""Seconds for which the same mishap isn't told again."""


def where(trace: TracebackType | None) -> str:
    """File, line and function of each step of a traceback."""
    return " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace))


class InOneLine(logging.Filter):
    """For a handler: errors of other people's code become a line like ours, and the same one is told once a minute."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to tell it."""
        if not record.exc_info:
            return True
        kind, now = f"{record.name} {record.msg}", time.monotonic()
        if now < self._told.get(kind, now):
            return False
        self._told[kind] = now + _QUIET
        error, _, trace = record.exc_info
        record.msg = f"{record.getMessage()}: {error.__name__ if error else ''} at {where(trace)}"
        record.args, record.exc_info, record.exc_text = (), None, None
        return True
