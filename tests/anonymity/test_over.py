"""What is over stays over, whatever is said of it afterwards (anonymity §9.15)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from surveyapp.services import collecting, collectors, demo, frozen, programme_files, programmes, releasing, responses
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.services.waves import find_wave
from surveyapp.store import clock
from surveyapp.store.collectors import Collector
from surveyapp.store.models import Inbox, Settled
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from tests.builders import count, refused, settle_all

FILE = demo.PROGRAMME.read_text("utf-8")
ITS_DAY = "settles: 2010-12-31"
PEOPLE = 12


@pytest.fixture
def release(sessions: Sessions) -> Release:
    """Of a wave of the demonstration, which is settled."""
    with sessions.begin() as session:
        demo.set_up(session, "http://127.0.0.1:8000")
    with sessions.begin() as session:
        for person in range(PEOPLE):
            demo.answer(session, person)
    settle_all(sessions, lambda session: find_wave(session, demo.PAST))
    return releasing.make(sessions, demo.PAST, OPERATOR, Shell(lambda report: {}))


def held(sessions: Sessions, release: Release) -> dict[str, bytes]:
    """Its files, with the ids of the settled rows and what has become of the wave."""
    with sessions.reading(release.org_id) as session:
        files = {name: frozen.content(session, release, name) for name in frozen.files_of(session, release)}
        ids = b"".join(sorted(each.bytes for each in session.scalars(select(Settled.id))))
        return files | {"ids": ids, "state": find_wave(session, demo.PAST).state.encode()}


LATER = {
    "closes": f"closes: 2010-12-01, {ITS_DAY}",
    "settles": "settles: 2099-12-31",
    "opens": f"opens: 2010-01-01, {ITS_DAY}",
    "withdrawal": f"withdrawal: false, {ITS_DAY}",
}
"""What a file says of the wave later on."""


def test_a_file_that_is_read_again_opens_nothing_and_moves_no_day(sessions: Sessions, release: Release) -> None:
    before = held(sessions, release)
    with sessions.begin() as session:
        programmes.make(session, programme_files.load(FILE))
    for name, told in LATER.items():
        file = programme_files.load(FILE.replace(ITS_DAY, told, 1))
        with sessions.begin() as session:
            refusal = refused("faulty_programme", programmes.make, session, file)
            session.rollback()
        assert [each.path for each in refusal.problems] == [f"$.waves[0].{name}"]
    assert held(sessions, release) == before


def test_nobody_answers_any_more_and_no_collector_is_opened(sessions: Sessions, release: Release) -> None:
    with sessions.begin() as session:
        wave = find_wave(session, demo.PAST)
        of_wave = select(Collector.code).filter_by(org_id=wave.org_id, wave_id=wave.id)
        code = session.scalars(of_wave.limit(1)).one()
        wanted = collecting.Wanted(
            questionnaire=wave.questionnaire, wave=demo.PAST, unit="Library", public_url="http://127.0.0.1:8000"
        )
        refused("wave_closed", collecting.collect, session, wanted)
        after = clock.today(session) + timedelta(days=9)
    with sessions.begin() as session:
        there = collectors.find(session, code, closed_too=True)
        late = responses.Submission(key=bytes(16), answers={"r01": 1}, language="lv", channel="tablet", ended=after)
        refused("closed", responses.accept_submission, session, there, late)
    with sessions.reading(release.org_id) as session:
        assert count(session, Inbox) == 0


def test_a_demonstration_starts_again_on_a_later_day_whatever_was_settled_in_it(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sessions.begin() as session:
        demo.set_up(session, "http://127.0.0.1:8000")
    settle_all(sessions, lambda session: find_wave(session, demo.OPEN))
    with sessions.begin() as session:
        day = find_wave(session, demo.OPEN).settles
        monkeypatch.setattr(clock, "today", lambda session: day + timedelta(days=3))
        demo.set_up(session, "http://127.0.0.1:8000")
    with sessions.begin() as session:
        waves = [find_wave(session, name) for name in (demo.OPEN, demo.OPEN_SHORT)]
        assert [(each.state, (each.settles - day).days) for each in waves] == [("settled", 0), ("open", 3)]
