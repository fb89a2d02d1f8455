"""Nothing settled has a time, and results stand still between settlings (anonymity §9.6)."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Date, MetaData, String, Table, select

from surveyapp.services import frozen, releasing, responses
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.store import clock
from surveyapp.store.base import Base, Moment
from surveyapp.store.inserts import table_of
from surveyapp.store.models import Inbox, Participation, Settled, SettledText, SubmissionKey
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, gathered, inside, open_wave, refused, settle_at_once, tiny, wave_of

KEPT = (Settled, SettledText, SubmissionKey, Participation)
_CLOCKS = (date, datetime)


def times(table: Table, rows: list[dict[str, Any]]) -> set[str]:
    """Columns that could hold a moment, and those whose values look like one: days, Unix seconds, ISO dates in texts."""
    found = {column.name for column in table.columns if isinstance(column.type, Date | Moment | BigInteger)}
    return found | {name for row in rows for name, value in row.items() if any(map(_is_time, _leaves(value)))}


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    else:
        yield value


def _is_time(value: Any) -> bool:
    if isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return False
        return len(value) > 4
    return isinstance(value, _CLOCKS) or (isinstance(value, int) and value > 1_000_000_000)


def test_no_settled_row_has_a_time_and_a_wave_is_one_period(sessions: Sessions) -> None:
    collecting = gathered(sessions, 30)
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.state = "closed"
        session.flush()
        settle_at_once(session, wave)
        for row in KEPT:
            table = table_of(row)
            rows = [dict(each) for each in session.connection().execute(select(table)).mappings()]
            assert len(rows) == 30
            assert times(table, rows) == set(), table.name
        assert inside(session).scalars(select(Settled.period).distinct()).all() == ["2010"]


def test_what_waits_for_settling_has_no_time_either(sessions: Sessions) -> None:
    """A tablet tells on which day somebody finished, to be judged and not to be kept."""
    collecting = gathered(sessions, 3)
    with sessions.begin() as session:
        finished = {"channel": "tablet", "assisted": True, "ended": collecting.today}
        brought = responses.Submission(key=bytes(15) + b"x", answers={"how": 1}, language="lv", **finished)
        responses.accept_submission(session, collecting, brought)
        for row in (Inbox, SubmissionKey, Participation):
            table = table_of(row)
            rows = [dict(each) for each in session.connection().execute(select(table)).mappings()]
            assert len(rows) == 4
            assert times(table, rows) == set(), table.name


def test_a_quarter_is_kept_where_it_is_declared_and_no_time_is(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a long wave: people answered in three quarters, and in each of them in several months."""
    quarters = tiny("tiny", ("{column: where}", "{column: where}, {column: period}"))
    with sessions.begin() as session:
        collecting = open_wave(session, quarters)
    for person in range(24):
        monkeypatch.setattr(clock, "today", lambda session, month=1 + person % 9: date(2026, month, 28))
        with sessions.begin() as session:
            submission = responses.Submission(key=person.to_bytes(16), answers={"how": 3}, language="lv")
            responses.accept_submission(session, collecting, submission)
    monkeypatch.undo()
    close_and_settle(sessions, collecting)
    with sessions.reading() as session:
        kept = inside(session).scalars(select(Settled.period)).all()
    assert Counter(kept) == {"2026q1": 9, "2026q2": 9, "2026q3": 6}
    release = releasing.make(sessions, "town/2010", OPERATOR, Shell(lambda report: {}))
    with sessions.reading(release.org_id) as session:
        header, *rows = frozen.lines(session, release, frozen.RESPONSES)
    assert Counter(row[header.index("period")] for row in rows) == Counter(kept)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (Column("told", String), "2026-11-02T08:15"),
        (Column("told", BigInteger), 7),
        (Column("told", Date), date(2026, 11, 2)),
        (Column("told", Base.metadata.tables["settled"].c.answers.type), {"how": 3, "page": [{"sent": 1_795_000_000}]}),
    ],
)
def test_a_time_would_be_found_wherever_it_stands(column: Column[Any], value: Any) -> None:
    table = Table("settled_with_times", MetaData(), column._copy())
    assert times(table, [{"told": value}]) == {"told"}


def results(sessions: Sessions) -> list[tuple[int, Any]]:
    with sessions.reading() as session:
        return sorted((row.batch, row.answers["how"]) for row in inside(session).scalars(select(Settled)))


def test_results_stand_still_while_people_answer(sessions: Sessions) -> None:
    """A number that ticks by one is a clock."""
    collecting = gathered(sessions, 45)
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.offers_withdrawal = False
        session.flush()
        settle_at_once(session, wave, keep_open=True)
    before = results(sessions)
    assert len(before) == 25
    for person in range(100, 119):
        with sessions.begin() as session:
            more = responses.Submission(key=person.to_bytes(16), answers={"how": 1}, language="lv")
            responses.accept_submission(session, collecting, more)
        assert results(sessions) == before
    with sessions.begin() as session:
        refused("too_few_waiting", settle_at_once, session, wave_of(session, collecting), keep_open=True)
    assert results(sessions) == before
