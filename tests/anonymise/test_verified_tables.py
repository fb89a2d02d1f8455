"""The public's tables are counted again before anybody sees them, and what they may tell is decided by a second program."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from surveyapp.anonymise import reading, writing
from surveyapp.anonymise.crowds import Unreleasable
from surveyapp.anonymise.policy import Policy
from surveyapp.anonymise.verifier import miscounted
from surveyapp.engine.thresholds import COUNTS, Labels, counted_under
from tests.anonymise.test_verifier import RULES, Rows, columns, released, skipping


def answered(people: int = 178, seed: int = 1) -> Rows:
    """Some questions are answered by all, some by few, one by nobody."""
    return skipping(people, seed, 0, 0.1, 0.2, 0.5, 1)


class Table(NamedTuple):
    """What was settled, the labels that the public is told of each, and the lines of the file that tells it."""

    settled: Rows
    shown: list[tuple[str, ...]]
    lines: list[list[str]]

    def wrong(self, lines: list[list[str]]) -> set[str]:
        found = miscounted(reading.promise(RULES, columns(self.settled)), self.settled, self.shown, lines)
        return {difference.code for difference in found}

    def of_one_question(self) -> tuple[int, int]:
        """Where the lines stand of the first question of which some groups are hidden, and many are not."""
        sizes = Counter(line[-3] for line in self.lines if line[-2] == "5" and line[-3] != "*")
        groups = sum(line[-3] == "*" for line in self.lines)
        name = next(name for name, shown in sizes.items() if groups - 4 <= shown < groups)
        of = [number for number, line in enumerate(self.lines) if line[-3] == name]
        return of[0], of[-1] + 1


def table_of(settled: Rows, rule: Callable[..., Any] = counted_under) -> Table:
    _, public = released(settled, RULES)
    shown = [tuple(row[column.name] for column in RULES.quasi) for row in public]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(writing, "counted_under", rule)
        _, *lines = csv.reader(io.StringIO(b"".join(writing.tables(RULES, columns(settled), shown)).decode()))
    return Table(settled, shown, lines)


@settings(max_examples=25, deadline=None)
@given(people=st.integers(10, 250), seed=st.integers(0, 2**32))
def test_two_programs_agree_on_what_a_table_may_tell(people: int, seed: int) -> None:
    try:
        table = table_of(answered(people, seed))
    except Unreleasable:
        assume(False)
    assert table.wrong(table.lines) == set()


def test_every_count_of_a_table_is_counted_again() -> None:
    table = table_of(answered())
    first, *rest = table.lines
    assert table.wrong(rest) == {"group_missing"}
    assert table.wrong([[*first[:-1], "999"], *rest]) == {"miscounted"}
    assert table.wrong([*table.lines, [*rest[-1][:-2], "none", "1"]]) == {"miscounted"}
    assert table.wrong([*table.lines, table.lines[-1]]) == {"count_twice"}
    assert table.wrong([*table.lines, [*rest[-1][:-2], "none", "0"]]) == {"count_of_nobody"}
    start, end = table.of_one_question()
    assert table.wrong([*table.lines[:start], *table.lines[end:]]) == {"group_missing"}


def as_it_is(heights: Sequence[int], sizes: Mapping[Labels, int], _: int = COUNTS) -> dict[Labels, Labels]:
    return {group: group for group in sizes}


def only_few(heights: Sequence[int], sizes: Mapping[Labels, int], _: int = COUNTS) -> dict[Labels, Labels]:
    """Whoever is alone in being hidden stays alone; where all are too few nothing is told, as it should be."""
    everything = ("*",) * sum(heights)
    kept = {group: group if n >= COUNTS else everything for group, n in sizes.items()}
    return kept if sum(sizes.values()) >= COUNTS else {}


def one_column_too_much(heights: Sequence[int], sizes: Mapping[Labels, int], _: int = COUNTS) -> dict[Labels, Labels]:
    """As it should be, but that one label alone may be missing from a table by one column."""
    return counted_under([sum(heights)], sizes)


def few_in_all(heights: Sequence[int], sizes: Mapping[Labels, int], _: int = COUNTS) -> dict[Labels, Labels]:
    """As it should be, but that the whole is always told."""
    return counted_under(heights, sizes) or dict.fromkeys(sizes, ("*",) * sum(heights))


def hidden_for_nothing(heights: Sequence[int], sizes: Mapping[Labels, int], _: int = COUNTS) -> dict[Labels, Labels]:
    return dict.fromkeys(sizes, ("*",) * sum(heights)) if sum(sizes.values()) >= COUNTS else {}


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        (as_it_is, {"too_few_told", "miscounted", "group_missing"}),
        (only_few, {"miscounted"}),
        (one_column_too_much, {"miscounted", "group_missing"}),
        (few_in_all, {"too_few_told", "miscounted"}),
        (hidden_for_nothing, {"miscounted", "group_missing"}),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_table_that_hides_too_little_or_too_much_is_found(rule: Callable[..., Any], codes: set[str]) -> None:
    table = table_of(answered(150, 1), rule)
    assert table.wrong(table.lines) >= codes
    right = table_of(answered(150, 1))
    assert right.wrong(right.lines) == set()


def test_what_a_group_was_not_to_tell_is_found_when_it_stands_there_after_all() -> None:
    """One cell more: the answers of a group that are counted under ``*`` already."""
    table = table_of(answered())
    start, end = table.of_one_question()
    told = {tuple(line[:-3]) for line in table.lines[start:end]}
    group = next(line[:-3] for line in table.lines if line[-3] == "*" and tuple(line[:-3]) not in told)
    one = [*group, table.lines[start][-3], "5", "3"]
    assert table.wrong([*table.lines[:end], one, *table.lines[end:]]) == {"too_few_told", "miscounted"}


def test_a_table_that_tells_of_fewer_than_a_stricter_promise_is_found() -> None:
    strict = replace(RULES, public_k=25)
    settled = answered(400, 2)
    _, public = released(settled, strict)
    shown = [tuple(row[column.name] for column in RULES.quasi) for row in public]

    def lines(policy: Policy) -> list[list[str]]:
        text = b"".join(writing.tables(policy, columns(settled), shown)).decode()
        return list(csv.reader(io.StringIO(text)))[1:]

    promise = reading.promise(strict, columns(settled))
    assert miscounted(promise, settled, shown, lines(strict)) == []
    found = {each.code for each in miscounted(promise, settled, shown, lines(RULES))}
    assert found >= {"too_few_told", "miscounted"}
