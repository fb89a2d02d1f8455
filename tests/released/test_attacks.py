"""Frozen files against attackers, from a hundred and eighty people to a hundred thousand; each attack finds a naive release."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from pycanon import anonymity
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.anonymise import columns, reading
from surveyapp.anonymise.policy import Policy
from surveyapp.anonymise.profiles import labels, partition
from surveyapp.engine import gates
from surveyapp.engine.definition import Questionnaire
from surveyapp.services import batches, frozen, gathering, releasing, reports, responses
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.services.waves import find_wave
from surveyapp.store.models import Release, Settled, Wave
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, open_wave, refused, tiny
from tests.released import attackers
from tests.released.people import WAVE, Held, Row, held, register, release, rules, settle
from tests.released_files import every_file

SIZES = [178, 500, 2_000, 10_000, pytest.param(100_000, marks=pytest.mark.soak)]


def opened(sessions: Sessions, people: int, seed: int = 1) -> tuple[Held, list[Row]]:
    """A release of so many people, and what is true of them."""
    settle(sessions, people, seed)
    release(sessions)
    with sessions.reading() as session:
        return held(session), register(session)


@pytest.mark.parametrize("people", SIZES)
def test_whoever_knows_everybody_finds_nobody(sessions: Sessions, people: int) -> None:
    files, persons = opened(sessions, people)
    with sessions.reading() as session:
        policy = rules(session)
    fewest = attackers.fewest_fitting(policy, files.rows, persons)
    assert min(fewest) >= policy.k
    assert min(attackers.fewest_fitting(policy, attackers.untouched(persons), persons)) < policy.k
    assert attackers.worst_share(policy, files.rows) <= policy.alpha
    assert attackers.worst_share(policy, attackers.untouched(persons)) > policy.alpha
    nothing_is_lost(policy.answers, files, persons)
    pycanon_agrees(files.rows, len(policy.quasi), policy.k)
    no_rare_kind_is_told(reports.read(files.files[frozen.REPORT]), persons)


def no_rare_kind_is_told(report: dict[str, Any], persons: list[Row]) -> None:
    """Everybody reads the report: it names no kind of fewer than ten people, and not so few that they are left over."""
    for each in (detail for profile in report["profiles"].values() for detail in profile["detail"]):
        people = Counter(row[each["column"]] for row in persons)
        told = [people[leaf] for leaf in each["coverage"]]
        assert min(told, default=10) >= 10
        assert not 0 < len(persons) - sum(told) < 10


def nothing_is_lost(names: Sequence[str], files: Held, persons: list[Row]) -> None:
    """The overall result of every question is what it was, in rows and in tables."""
    for name in names:
        counted = Counter(row[name] for row in persons)
        assert Counter(row[name] for row in files.rows) == counted
        tables = Counter[str]()
        for row in files.tables:
            if row["column"] == name:
                tables[row["code"]] += int(row["n"])
        assert tables == counted


def pycanon_agrees(rows: list[Row], quasi: int, k: int) -> None:
    """Somebody else's program counts the same smallest class, by the columns as they stand in the file."""
    names = list(rows[0])[1 : 1 + quasi + 2]
    frame = pd.DataFrame(rows).reset_index(drop=True)
    smallest = min(Counter(tuple(row[name] for name in names) for row in rows).values())
    assert anonymity.k_anonymity(frame, names) == smallest >= k


def test_comparing_two_releases_isolates_no_newcomer(sessions: Sessions) -> None:
    """Two batches against the naive way: anonymising everybody again once more have answered."""
    first, persons = opened(sessions, 120)
    settle(sessions, 40, seed=2, batch=2)
    release(sessions)
    with sessions.reading() as session:
        policy = rules(session)
        older, second, later = held(session), held(session, 2), register(session, 2)
    assert older.files == first.files
    both = [*first.rows, *second.rows]
    assert attackers.newcomers(policy, first.rows, both) >= policy.k
    assert min(attackers.fewest_fitting(policy, second.rows, later)) >= policy.k
    assert attackers.worst_share(policy, second.rows) <= policy.alpha
    assert attackers.newcomers(policy, first.rows, coarsened(policy, [*persons, *later])) < policy.k


def test_two_views_of_a_wave_would_pin_people_down_and_there_is_only_one(sessions: Sessions) -> None:
    """The naive way: another export of the same answers, with fewer columns, so that each can be finer."""
    files, persons = opened(sessions, 178)
    with sessions.reading() as session:
        policy = rules(session)
        every = wave_files(session)
    other = replace(policy, quasi=policy.quasi[1:])
    assert attackers.pinned(policy, files.rows, coarsened(other, persons), persons, policy.k) > 0
    assert attackers.pinned(policy, files.rows, files.rows, persons, policy.k) == 0
    refused("released_already", release, sessions)
    assert every == {frozen.RESPONSES, frozen.TABLES, frozen.REPORT, frozen.ZIP}
    assert is_union(policy, files)


def coarsened(policy: Policy, persons: list[Row]) -> list[Row]:
    """A view of these people by itself, in their order."""
    sheet = {name: [row[name] for row in persons] for name in persons[0]}
    people = reading.people(policy, sheet)
    shown = labels(partition(people, policy.mode, policy.k, policy.public_k, policy.alpha).analyst, people.trees)
    names = columns.header(policy)
    return [
        {name: row[name] for name in policy.answers} | dict(zip(names, columns.cells(policy, label), strict=True))
        for row, label in zip(persons, shown, strict=True)
    ]


def wave_files(session: Session) -> set[str]:
    """Names of all files there are of a wave."""
    found = frozen.releases_of(session, find_wave(session, WAVE))
    return {name for each in found for name in frozen.files_of(session, each)}


def is_union(policy: Policy, files: Held) -> bool:
    """Each public group is made of whole classes of the analysts: as many people, with the same answers."""
    classes = Counter(attackers.told(policy, row) for row in files.rows)
    groups = Counter[attackers.Labels]()
    for row in files.tables:
        if row["column"] == policy.answers[0]:
            groups[attackers.told(policy, row)] += int(row["n"])
    sizes = list(classes.values())
    return all(_is_sum(number, sizes) for number in groups.values()) and sum(groups.values()) == sum(sizes)


def _is_sum(number: int, sizes: Sequence[int]) -> bool:
    reached = {0}
    for size in sizes:
        reached |= {size + each for each in reached}
    return number in reached


ROADS = """      - id: roads
        type: single
        show_if: ["==", "where", "farm"]
        text: {en: "How are the roads?", lv: "Kādi ir ceļi?"}
        options: [{value: good, en: Good, lv: Labi}, {value: bad, en: Bad, lv: Slikti}]
      - id: words
"""


def test_a_question_that_only_some_are_asked_would_tell_who_they_are_and_is_not_published(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three of forty live on a farm, and no label says so; but only they were asked about roads."""
    asked = tiny("tiny", ("      - id: words\n", ROADS), ("answers: [what]", "answers: [what, roads]"))
    with sessions.begin() as session:
        refused("faulty_questionnaire", open_wave, session, asked)
    monkeypatch.setattr(gates, "_telling_rules", lambda q: ())
    same = {"how": 3, "what": ["help"]}
    _, rows = released_of(sessions, asked, [same | {"where": "farm", "roads": "bad"}] * 3 + [same] * 37)
    assert {row["where"] for row in rows} <= {"*", "-9"}
    assert Counter(row["roads"] for row in rows) == {"bad": 3, "-6": 37}


def released_of(
    sessions: Sessions, q: Questionnaire, people: Sequence[Mapping[str, object]]
) -> tuple[Release, list[Row]]:
    """A release of people who answer one after the other, and its rows."""
    with sessions.begin() as session:
        collecting = open_wave(session, q)
        for person, answers in enumerate(people):
            submission = responses.Submission(key=person.to_bytes(16), answers=answers, language="lv")
            responses.accept_submission(session, collecting, submission)
    close_and_settle(sessions, collecting)
    made = releasing.make(sessions, "town/2010", OPERATOR, Shell(lambda report: {}))
    with sessions.reading(collecting.org_id) as session:
        header, *lines = frozen.lines(session, made, frozen.RESPONSES)
    return made, [dict(zip(header, line, strict=True)) for line in lines]


def test_rows_stand_in_no_order_that_means_anything(sessions: Sessions) -> None:
    """People come in the order of how they rate; a naive file keeps the order of arrival."""
    naive = [{"how": str(1 + person // 50)} for person in range(150)]
    made, rows = released_of(
        sessions, tiny(), [{"how": int(row["how"]), "what": ["help"], "where": "farm"} for row in naive]
    )
    with sessions.reading(made.org_id) as session:
        settled = [row.id.bytes for row in session.scalars(select(Settled))]
        files = [content for _, content in every_file(session, made)]
    assert [row["id"] for row in rows] == [str(number) for number in range(1, 151)]
    assert abs(in_order(naive)) > 0.9
    assert abs(in_order(rows)) < 0.4
    assert not [each for each in settled for file in files if each.hex().encode() in file.replace(b"-", b"")]


def in_order(rows: Sequence[Row]) -> float:
    """How far the place in the file goes with the answer, from -1 to 1; by chance within 0.4 in all but one of a million."""
    return float(pd.Series(range(len(rows))).corr(pd.Series([int(row["how"]) for row in rows])))


def test_the_same_release_has_other_places_the_next_time(sessions: Sessions) -> None:
    """The order isn't drawn from anything that stays, like the ids of the settled rows."""
    settle(sessions, 60)
    with sessions.reading() as session:
        wave = find_wave(session, WAVE)
        orders = [tuple(gathered(session, wave).sheet["r01"]) for _ in range(2)]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


def gathered(session: Session, wave: Wave) -> gathering.Gathered:
    return gathering.gather(session, wave, batches.waiting(session, wave))
