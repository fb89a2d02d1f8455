"""A wave that chats answer in, and somebody who does."""

import pytest

from surveyapp.services.collectors import Collecting
from surveyapp.store.sessions import Sessions
from tests.builders import open_wave
from tests.chats import CONSENTED, Person


@pytest.fixture
def collecting(sessions: Sessions) -> Collecting:
    with sessions.begin() as session:
        return open_wave(session, CONSENTED)


@pytest.fixture
def code(collecting: Collecting) -> str:
    return collecting.code


@pytest.fixture
def anna(sessions: Sessions) -> Person:
    return Person(sessions)
