"""What is logged, and all bytes of the machine."""

import io
import logging
from collections.abc import Iterator

import pytest

from tests.anonymity.searching import Everything
from tests.conftest import Database
from tests.logged import logged


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, as the service writes it down."""
    with logged(logging.INFO) as out:
        yield out


@pytest.fixture
def everything(request: pytest.FixtureRequest, database: Database, log: io.StringIO) -> Everything:
    server = request.getfixturevalue("postgresql") if database.engine == "postgresql" else None
    return Everything(database, server, log)
