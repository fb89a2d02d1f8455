"""Some tests take a whole server away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from surveyapp.store.migrating import upgrade
from tests import postgres
from tests.conftest import Database
from tests.needs import unavailable


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[tuple[postgres.Server, Database]]:
    """A server that nobody else uses, with one migrated database."""
    try:
        with postgres.server() as server:
            server.run(f"CREATE DATABASE survey OWNER {postgres.OWNER}")
            owner_url = server.address("survey", postgres.OWNER)
            upgrade(owner_url)
            yield server, Database("postgresql", server.address("survey"), owner_url, tmp_path)
    except postgres.NoServer:
        unavailable("there is no PostgreSQL server on this machine")
