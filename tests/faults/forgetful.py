"""The product whose workers count tries each for itself, in memory, as many products do."""

from collections import Counter
from threading import Lock

from flask import Flask
from sqlalchemy.orm import Session

from surveyapp.services import limits
from surveyapp.web import create_app

_COUNTED: Counter[tuple[bytes, int]] = Counter()
_LOCK = Lock()


def app() -> Flask:
    """The application, with a counter that nobody else knows of."""
    limits.add_up = _count
    return create_app()


def _count(session: Session, bucket: bytes, ends: int) -> int:
    with _LOCK:
        _COUNTED[bucket, ends] += 1
        return _COUNTED[bucket, ends]
