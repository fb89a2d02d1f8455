"""What is logged, as the service writes it down."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from surveyapp.web import journal


@contextmanager
def logged(level: int) -> Iterator[io.StringIO]:
    """Everything from this level on that is logged in the block."""
    out, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(out)
    handler.setFormatter(journal.JsonLines())
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    yield out
    root.removeHandler(handler)
    root.setLevel(before)
