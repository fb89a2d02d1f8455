"""What a log may say of an error: where it arose, without source lines, values or its message, which may quote a person."""

import traceback
from types import TracebackType


def where(trace: TracebackType | None) -> str:
    """File, line and function of each step of a traceback."""
    return " > ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace))
