"""Texts that nobody has approved go on a day that the programme's file may name for each wave."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from surveyapp.services import keeping, library, programme_files, programmes, questionnaires, texts
from surveyapp.services.waves import find_wave
from surveyapp.store.responses import SettledText
from surveyapp.store.sessions import Sessions
from tests.builders import refused
from tests.services.test_programme_files import KULDIGA

UNTIL = date(2011, 3, 1)


def named(day: date) -> str:
    """The programme with this day in its first wave, which settles on 31 December 2010."""
    return KULDIGA.replace("settles: 2010-12-31", f"settles: 2010-12-31, texts_until: {day}", 1)


def written(session: Session, *texts_: str) -> None:
    """Texts that have settled in that wave."""
    wave = find_wave(session, "kuldiga/2010")
    of_wave = {"org_id": wave.org_id, "wave_id": wave.id, "item": "good", "language": "lv", "state": "waiting"}
    session.add_all(SettledText(id=uuid4(), text=each, **of_wave) for each in texts_)


def left(session: Session) -> tuple[int, date | None]:
    wave = find_wave(session, "kuldiga/2010")
    (found,) = texts.of_waves(session, wave.org_id) or (None,)
    return (found.number.waiting, found.until) if found else (0, None)


def test_they_go_on_the_day_that_was_named_and_what_settles_later_is_kept_no_longer(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for name in library.PUBLISHED:
            questionnaires.publish(session, library.load(name))
        programmes.make(session, programme_files.load(named(UNTIL + timedelta(days=9))))
        programmes.make(session, programme_files.load(named(UNTIL)))
        written(session, "Ilgi jāgaida", "Auksti")
    with sessions.begin() as session:
        keeping.purge(session, UNTIL - timedelta(days=1))
        assert left(session) == (2, UNTIL)
    with sessions.begin() as session:
        keeping.purge(session, UNTIL)
        assert left(session) == (0, None)
        written(session, "Par vēlu")
    with sessions.begin() as session:
        assert left(session) == (1, UNTIL)
        keeping.purge(session, UNTIL + timedelta(days=1))
        assert left(session) == (0, None)


@pytest.mark.parametrize("day", [date(2010, 12, 31), date(2011, 6, 30)])
def test_the_day_lies_after_settling_and_within_180_days(day: date) -> None:
    (fault,) = refused("faulty_programme", programme_files.load, named(day)).problems
    assert (fault.path, fault.code, fault.values) == (
        "$.waves[0].texts_until",
        "texts_kept_too_long",
        {"last": "2011-06-29"},
    )
