"""Somebody of the staff at a browser, over plain HTTP."""

import pytest
from flask import Flask

from surveyapp.store.sessions import Sessions
from tests.pages import Pages
from tests.web.manage.working import browser


@pytest.fixture
def sessions(app: Flask) -> Sessions:
    found: Sessions = app.extensions["surveyapp"].sessions
    return found


@pytest.fixture
def pages(app: Flask) -> Pages:
    return browser(app)
