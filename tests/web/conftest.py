"""The application on each engine; some tests meet its pages in Chromium."""

from collections.abc import Iterator

import pytest
from flask import Flask

from surveyapp.web import create_app
from tests.browser.chromium import chromium, page_in
from tests.conftest import Database

__all__ = ["chromium", "page_in"]


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    """The application on an empty database."""
    made = create_app(database.config())
    yield made
    made.extensions["surveyapp"].sessions.dispose()
