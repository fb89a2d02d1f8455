"""Settling: what was confidential becomes anonymous, and nothing tells any more whose answers are whose."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date

import pytest
from sqlalchemy import delete, func, select, text

from surveyapp.services import collectors, jobs, keeping, moving, responses, waves
from surveyapp.services.collectors import Collecting
from surveyapp.services.jobs import Key
from surveyapp.services.responses import Submission
from surveyapp.store.migrating import owner_engine
from surveyapp.store.models import Draft, Inbox, Participation, Settled, SettledText, SubmissionKey
from surveyapp.store.sessions import Sessions, make_sessions
from tests.builders import (
    ANSWERS,
    begin,
    close_and_settle,
    count,
    gathered,
    inside,
    open_wave,
    refused,
    respond,
    settle_at_once,
    tiny,
    wave_of,
)
from tests.conftest import Database


@pytest.mark.parametrize("people", [5, 1203])
def test_everybody_is_settled_and_nobody_twice(sessions: Sessions, people: int) -> None:
    collecting = gathered(sessions, people)
    assert close_and_settle(sessions, collecting) == (1, people, people)
    with sessions.reading() as session:
        assert count(session, Inbox) == 0
        assert count(session, Settled) == count(session, SettledText) == people
        assert inside(session).scalars(select(func.count(SettledText.text.distinct()))).one() == people
        assert wave_of(session, collecting).state == "settled"


def test_a_second_run_finds_nothing_to_do(sessions: Sessions) -> None:
    collecting = gathered(sessions, 5)
    close_and_settle(sessions, collecting)
    assert close_and_settle(sessions, collecting) == (0, 0, 0)
    with sessions.reading() as session:
        assert count(session, Settled) == 5


def test_only_what_the_release_declares_is_kept(sessions: Sessions) -> None:
    own = tiny("tiny", ("answers: [what]", "answers: []"))
    with sessions.begin() as session:
        collecting = open_wave(session, own)
        respond(session, collecting, ANSWERS | {"what": ["other"], "what__text": ["a wheelchair"]})
    close_and_settle(sessions, collecting)
    with sessions.reading() as session:
        settled = inside(session).scalars(select(Settled)).one()
        assert settled.answers == {"how": 3, "where": "town"}
        assert (settled.columns, settled.batch, settled.period) == ({}, 1, "2010")
        words = inside(session).scalars(select(SettledText)).one()
        assert (words.item, words.language, words.text, words.state) == ("words", "lv", "Paldies!", "waiting")


def test_declared_columns_come_from_the_link_and_own_texts_go_to_the_texts(sessions: Sessions) -> None:
    own = tiny("tiny", ("quasi: [{column: where}]", "quasi: [{column: unit}, {column: language}]"))
    with sessions.begin() as session:
        collecting = open_wave(session, own)
        respond(session, collecting, ANSWERS | {"what": ["other"], "what__text": ["a wheelchair"]})
    close_and_settle(sessions, collecting)
    with sessions.reading() as session:
        settled = inside(session).scalars(select(Settled)).one()
        assert settled.columns == {"unit": "centre", "language": "lv"}
        assert settled.answers == {"how": 3, "what": ["other"]}
        assert "wheelchair" not in repr([row.text for row in inside(session).scalars(select(SettledText))])


def test_settled_rows_have_new_ids_and_no_order(sessions: Sessions) -> None:
    collecting = gathered(sessions, 60)
    with sessions.reading() as session:
        before = {row.id for row in inside(session).scalars(select(Inbox))}
    close_and_settle(sessions, collecting)
    with sessions.reading() as session:
        rows, texts = list(inside(session).scalars(select(Settled))), list(inside(session).scalars(select(SettledText)))
    assert not before & {row.id for row in rows}
    assert not {row.id for row in rows} & {row.id for row in texts}
    assert {row.id.version for row in (*rows, *texts)} == {4}
    assert [row.text for row in texts] != [f"person {person}" for person in range(60)]


def test_no_table_scan_gives_the_order_of_arrival_back(database: Database, sessions: Sessions) -> None:
    collecting = gathered(sessions, 300)
    close_and_settle(sessions, collecting)
    engine = owner_engine(database.owner_url)
    assert keeping.clean_up(engine)
    physical = "ctid" if database.engine == "postgresql" else "id"
    with engine.connect() as connection:
        if database.engine == "postgresql":
            connection.execute(text("SELECT set_config('app.org', :org, true)"), {"org": str(collecting.org_id)})
        texts = connection.execute(text(f"SELECT text FROM settled_text ORDER BY {physical}")).scalars().all()
        if database.engine == "postgresql":
            for table in ("settled", "settled_text", "submission_key", "participation"):
                writers = connection.execute(text(f"SELECT count(DISTINCT xmin::text) FROM {table}")).scalar_one()
                assert writers == 1, f"{table} tells which of its rows were written together"
    engine.dispose()
    arrival = [int(words.removeprefix("person ")) for words in texts]
    assert abs(correlation(arrival)) < 0.25


def correlation(order: list[int]) -> float:
    """Of positions with values: 1 when the order of arrival is there, about 0 by chance."""
    middle = (len(order) - 1) / 2
    return sum((at - middle) * (value - middle) for at, value in enumerate(order)) / sum(
        (at - middle) ** 2 for at in range(len(order))
    )


def test_nothing_deleted_can_be_read_from_the_files(sqlite_database: Database) -> None:
    sessions = make_sessions(sqlite_database.config())
    collecting = gathered(sessions, 50)
    with sessions.begin() as session:
        begin(session, collecting)
        canaries = [row.receipt_hash for row in inside(session).scalars(select(Inbox))]
        canaries += [row.token_hash for row in inside(session).scalars(select(Draft))]
    close_and_settle(sessions, collecting)
    assert keeping.clean_up(sessions.writing_engine)
    for file in sqlite_database.folder.iterdir():
        kept = file.read_bytes()
        assert not [canary for canary in canaries if canary in kept], f"{file.name} still holds what was deleted"
        if file.name.endswith("-wal"):
            assert not kept
    sessions.dispose()


def test_spent_keys_and_participation_outlive_settling(sessions: Sessions) -> None:
    collecting = gathered(sessions, 7)
    close_and_settle(sessions, collecting)
    with sessions.begin() as session:
        again = responses.Submission(key=(3).to_bytes(16), answers={"how": 1}, language="lv")
        assert responses.accept_submission(session, collecting, again).outcome == "duplicate"
        assert count(session, SubmissionKey) == count(session, Participation) == 7
        assert count(session, Inbox) == 0


def test_a_wave_that_is_open_is_not_settled(sessions: Sessions) -> None:
    collecting = gathered(sessions, 3)
    with sessions.begin() as session:
        refused("wave_open", settle_at_once, session, wave_of(session, collecting))
        assert count(session, Inbox) == 3


def test_nobody_settles_before_the_day_people_were_told(sessions: Sessions) -> None:
    collecting = gathered(sessions, 3)
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.settles = wave.settles.replace(year=2999)
        session.flush()
        assert refused("too_early", waves.close, session, wave).values == {"settles": "2999-12-01"}
        assert wave.state == "open"


def test_a_long_wave_may_settle_in_parts_that_are_never_small(sessions: Sessions) -> None:
    collecting = gathered(sessions, 45)
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        refused("offers_withdrawal", settle_at_once, session, wave, keep_open=True)
        wave.offers_withdrawal = False
        session.flush()
        assert settle_at_once(session, wave, keep_open=True) == (1, 25, 25)
        assert (waves.waiting(session, wave), wave.state) == (20, "open")
        refused("too_few_waiting", settle_at_once, session, wave, keep_open=True)
    assert close_and_settle(sessions, collecting) == (2, 20, 20)


def arrive_late(sessions: Sessions, collecting: Collecting, people: range) -> None:
    """As a tablet brings in, after the wave has settled, what people have answered before."""
    with sessions.begin() as session:
        over = collectors.find(session, collecting.code, closed_too=True).through("tablet")
        for person in people:
            responses.accept_submission(session, over, on_a_tablet(person, over.today))


def on_a_tablet(person: int, ended: date) -> Submission:
    """Somebody's answers, finished on that day."""
    return Submission(key=person.to_bytes(16), answers={"how": 1}, language="lv", channel="tablet", ended=ended)


def test_no_part_is_settled_before_the_day_people_were_told(sessions: Sessions) -> None:
    collecting = gathered(sessions, 40)
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.offers_withdrawal, wave.settles = False, wave.settles.replace(year=2999)
        session.flush()
        refusal = refused("too_early", settle_at_once, session, wave, keep_open=True)
        assert refusal.values == {"settles": "2999-12-01"}
        assert count(session, Inbox) == 40


def test_where_groups_are_larger_no_batch_is_small_either(sessions: Sessions) -> None:
    """Groups of twelve: a part is settled from 48 on, and 24 stay."""
    collecting = gathered(sessions, 47, tiny("tiny", ("release:\n", "release:\n  k: {analyst: 5, public: 12}\n")))
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        wave.offers_withdrawal = False
        session.flush()
        refusal = refused("too_few_waiting", settle_at_once, session, wave, keep_open=True)
        assert refusal.values == {"needed": 48}
        respond(session, collecting)
        assert settle_at_once(session, wave, keep_open=True).responses == 24


def test_what_arrives_late_waits_until_it_is_no_small_batch(sessions: Sessions) -> None:
    """Else comparing two releases would show the answers of those few."""
    collecting = gathered(sessions, 5)
    close_and_settle(sessions, collecting)
    arrive_late(sessions, collecting, range(100, 119))
    assert close_and_settle(sessions, collecting) == (0, 0, 0)
    with sessions.reading() as session:
        assert (count(session, Inbox), wave_of(session, collecting).state) == (19, "settled")
    arrive_late(sessions, collecting, range(119, 120))
    assert close_and_settle(sessions, collecting) == (2, 20, 0)


def test_few_that_arrive_while_a_wave_settles_wait_too_and_hold_nothing_up(sessions: Sessions) -> None:
    collecting = gathered(sessions, 5)
    with sessions.begin() as session:
        waves.close(session, wave_of(session, collecting))
        settle_at_once(session, wave_of(session, collecting))
    arrive_late(sessions, collecting, range(100, 103))
    assert close_and_settle(sessions, collecting) == (0, 0, 0)
    with sessions.reading() as session:
        assert (count(session, Inbox), wave_of(session, collecting).state) == (3, "settled")


def test_settled_is_not_said_of_what_was_deleted_after_the_files_were_rewritten(sessions: Sessions) -> None:
    collecting = gathered(sessions, 5)
    with sessions.begin() as session:
        wave = wave_of(session, collecting)
        waves.close(session, wave)
        settle_at_once(session, wave)
        seen = jobs.pending(session, Key(wave.org_id, "rewrite", wave.id))
        settle_at_once(session, wave)
        moving.finish(session, wave, seen)
        assert wave.state == "closed"
        moving.finish(session, wave, jobs.pending(session, Key(wave.org_id, "rewrite", wave.id)))
        assert wave.state == "settled"


def test_what_is_withdrawn_meanwhile_is_gone_or_settled_and_never_both(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        receipt = respond(session, collecting).receipt
        waves.close(session, wave_of(session, collecting))
    keep, withdrawals = moving._settled, []

    def withdraw() -> None:
        sessions.retrying(lambda session: responses.withdraw(session, receipt))

    def meanwhile(*row: object) -> object:
        withdrawals.append(pool.submit(withdraw))
        assert wait(withdrawals, 0.3).not_done, "it was told to be gone, and is settled"
        return keep(*row)

    monkeypatch.setattr(moving, "_settled", meanwhile)
    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as session:
            assert settle_at_once(session, wave_of(session, collecting)).responses == 1
        withdrawals[0].result()


def test_purging_takes_only_what_is_past_its_date(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        begin(session, collecting)
        begin(session, collecting)
        old = inside(session).scalars(select(Draft)).first()
        old.touched = old.touched.replace(year=2001)
        session.flush()
        assert keeping.purge(session, collecting.today) == 1
        assert keeping.purge(session, collecting.today) == 0
        assert count(session, Draft) == 1
        inside(session).execute(delete(Draft))
