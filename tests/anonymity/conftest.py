"""What is logged, and all bytes of the machine."""

import io
import logging
from collections.abc import Iterator

import pytest

from surveyapp.web import journal
from tests.anonymity.searching import Everything
from tests.conftest import Database


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, as the service writes it down."""
    out, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(out)
    handler.setFormatter(journal.JsonLines())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def everything(request: pytest.FixtureRequest, database: Database, log: io.StringIO) -> Everything:
    server = request.getfixturevalue("postgresql") if database.engine == "postgresql" else None
    return Everything(database, server, log)
