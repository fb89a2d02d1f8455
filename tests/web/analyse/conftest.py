"""Somebody of the staff at a browser, over plain HTTP."""

from collections.abc import Iterator

import pytest
from flask import Flask

from surveyapp.store.sessions import Sessions
from surveyapp.web import create_app
from tests.conftest import Database
from tests.pages import Pages
from tests.web.manage.working import browser


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    made = create_app(database.config())
    yield made
    made.extensions["surveyapp"].sessions.dispose()


@pytest.fixture
def sessions(app: Flask) -> Sessions:
    found: Sessions = app.extensions["surveyapp"].sessions
    return found


@pytest.fixture
def pages(app: Flask) -> Pages:
    return browser(app)
