"""Browser tests meet the product's pages in Chromium."""

from pathlib import Path

import pytest

from surveyapp.store.sessions import make_sessions
from tests.conftest import new_sqlite

from .chromium import chromium, page_in
from .staff_states import Furnished, desk

__all__ = ["chromium", "page_in"]


@pytest.fixture(scope="session")
def furnished(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """An SQLite file to be copied, with staff in every situation, and what they have: made once, for it takes long."""
    database = new_sqlite(tmp_path_factory.mktemp("furnished"), migrated_file)
    sessions = make_sessions(database.config())
    there = desk(sessions)
    sessions.dispose()
    return database.folder / "survey.db", there
