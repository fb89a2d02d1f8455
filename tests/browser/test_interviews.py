"""Random interviews in Chromium with JavaScript: what each person noted is what is stored and what the export holds."""

import random
from pathlib import Path

import pytest
from sqlalchemy import select

from surveyapp.services.codes import digest
from surveyapp.store.responses import Inbox
from surveyapp.store.sessions import Sessions
from surveyapp.web import create_app
from tests.builders import inside, open_wave
from tests.conftest import POSTGRESQL_IN_SOAK, Database
from tests.serving import served
from tests.test_interviews import EVERYTHING, LANGUAGES, Somebody, exported

from .browsing import Browsing
from .chromium import PageIn

FEW = pytest.param(10, id="10")
ALL = pytest.param(200, id="200", marks=pytest.mark.soak)


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize("people", [FEW, ALL])
def test_what_each_person_noted_in_a_browser_is_stored_and_exported(
    database: Database, sessions: Sessions, page_in: PageIn, people: int, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session, EVERYTHING)
    app = create_app(database.config())
    notes = []
    with served(app) as site:
        for person in range(people):
            tab = page_in("phone")
            somebody = Somebody(Browsing(tab, site), random.Random(1000 + person))
            receipt = somebody.respond(collecting.code, LANGUAGES[person % len(LANGUAGES)])
            with sessions.reading() as session:
                stored = inside(session).scalars(select(Inbox.answers).filter_by(receipt_hash=digest(receipt))).one()
            assert stored == somebody.note, f"person {person}"
            notes.append(somebody.note)
            tab.context.close()
    app.extensions["surveyapp"].sessions.dispose()
    exported(sessions, collecting, notes, tmp_path)
