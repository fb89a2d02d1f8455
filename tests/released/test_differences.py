"""Of fewer than ten who answered a question nothing can be computed from file, pages and report; of a naive file it can."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pytest

from surveyapp.anonymise import columns, reading, writing
from surveyapp.anonymise.policy import Policy
from surveyapp.anonymise.profiles import labels, partition
from surveyapp.engine.thresholds import COUNTS, Labels, counted_under
from surveyapp.store.sessions import Sessions
from tests.anonymise.test_verifier import RULES, skipping
from tests.conftest import POSTGRESQL_IN_SOAK
from tests.released.people import RATINGS, Row, held, register, release, rules, settle
from tests.released.published import Attacker, Question, Rule

Lines = list[list[str]]


def as_they_are(heights: Sequence[int], sizes: Mapping[Labels, int], _: int = COUNTS) -> dict[Labels, Labels]:
    """The file as it used to be: every group is counted whole."""
    return {group: group for group in sizes}


def only_the_small(heights: Sequence[int], sizes: Mapping[Labels, int], _: int = COUNTS) -> dict[Labels, Labels]:
    """A naive rule: groups of few are left out, and nothing beside them; what is left of everybody is theirs."""
    return {group: ("left out",) * sum(heights) if n < COUNTS else group for group, n in sizes.items()}


def of_the_public(policy: Policy, persons: Sequence[Row]) -> list[Labels]:
    """What the public is told of each, by the program that everybody has."""
    people = reading.people(policy, sheet(persons))
    views = partition(people, policy.mode, policy.k, policy.public_k, policy.alpha)
    return labels(views.public, people.trees)


def sheet(persons: Sequence[Row]) -> dict[str, list[str]]:
    return {name: [row[name] for row in persons] for name in persons[0]}


def questions(policy: Policy, persons: Sequence[Row], shown: Sequence[Labels]) -> Iterator[Question]:
    cells = [columns.cells(policy, label) for label in shown]
    heights = [len(names) for names in columns.levels(policy).values()]
    for name in policy.answers:
        given: dict[Labels, Counter[str]] = {cell: Counter() for cell in cells}
        for cell, row in zip(cells, persons, strict=True):
            given[cell][row[name]] += 1
        yield Question(name, columns.header(policy), heights, given)


def answered_by_some(people: int, seed: int) -> list[Row]:
    """Questions that everybody answers, that many skip, and that hardly anybody is asked."""
    return skipping(people, seed, 0, 0.1, 0.25, 0.5, 0.8)


def attackers_of(persons: Sequence[Row], monkeypatch: pytest.MonkeyPatch, rule: Rule) -> Iterator[Attacker]:
    """For each question what is published of it when groups are hidden by a rule."""
    monkeypatch.setattr(writing, "counted_under", rule)
    shown = of_the_public(RULES, persons)
    _, *file = csv.reader(io.StringIO(b"".join(writing.tables(RULES, sheet(persons), shown)).decode()))
    return (Attacker(each, file, rule) for each in questions(RULES, persons, shown))


@pytest.mark.parametrize(
    ("people", "seed"),
    [(60, 1), (150, 1), *(pytest.param(*each, marks=pytest.mark.soak) for each in ((178, 3), (500, 4)))],
)
def test_sums_and_differences_tell_nothing_of_fewer_than_ten(
    monkeypatch: pytest.MonkeyPatch, people: int, seed: int
) -> None:
    persons = answered_by_some(people, seed)
    found = list(attackers_of(persons, monkeypatch, counted_under))
    assert sum(len(each.of_few()) for each in found) > 20
    assert [each.finds_out() for each in found if each.finds_out()] == []


@pytest.mark.parametrize("naive", [as_they_are, only_the_small])
def test_they_tell_it_of_a_naive_file(monkeypatch: pytest.MonkeyPatch, naive: Rule) -> None:
    assert any(each.finds_out() for each in attackers_of(answered_by_some(150, 1), monkeypatch, naive))


def test_a_released_wave_tells_nothing_of_fewer_than_ten_in_file_pages_and_report(sessions: Sessions) -> None:
    settle(sessions, 120, 1)
    release(sessions)
    with sessions.reading() as session:
        policy, persons, files = rules(session), register(session), held(session)
    report = json.loads(files.files["report.json"])
    shown, file = of_the_public(policy, persons), [list(row.values()) for row in files.tables]
    assert report["fewest_answers"] == COUNTS
    few = 0
    for question in questions(policy, persons, shown):
        attacker = Attacker(question, file, counted_under)
        attacker.reads(policy, report["who_answered"])
        few += len(attacker.of_few())
        assert attacker.finds_out() == []
        if question.column == RATINGS[0]:
            assert attacker.narrows_down() == []
    assert few > 5


@POSTGRESQL_IN_SOAK
def test_the_report_tells_shares_of_groups_that_the_file_tells_of_and_of_no_others(sessions: Sessions) -> None:
    """Of ten people four of five answered low: a largest share of 0.8 would tell that five of them answered at all."""
    settle(sessions, 120, 1)
    release(sessions)
    with sessions.reading() as session:
        policy, persons, files = rules(session), register(session), held(session)
    alike = json.loads(files.files["report.json"])["profiles"]["public"]["alike"]
    shown, hidden = of_the_public(policy, persons), 0
    for each in alike:
        told, low = Counter[str](), Counter[str]()
        answered = [(name, row[each["column"]]) for name, row in zip(shown, persons, strict=True)]
        for row in files.tables:
            if row["column"] == each["column"] and not row["code"].startswith("-"):
                group = " ".join(list(row.values())[:-3])
                told[group] += int(row["n"])
                low[group] += int(row["n"]) * (row["code"] in each["values"])
        largest = max(low[group] / told[group] for group in told)
        assert each["largest"] == round(largest, 6)
        hidden += largest != largest_share(answered, each["values"])
    assert hidden > 0


def largest_share(answered: Sequence[tuple[Labels, str]], low: Sequence[str]) -> float:
    """The same of all groups, those of few among them: what a naive report tells."""
    valid = Counter(name for name, code in answered if not code.startswith("-"))
    gave = Counter(name for name, code in answered if code in low)
    return max(gave[name] / valid[name] for name in valid)
