"""A release is counted again before anybody sees it: whatever is wrong with it is found."""

import random
from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.anonymise import reading
from surveyapp.anonymise.crowds import Unreleasable
from surveyapp.anonymise.policy import Policy, policy
from surveyapp.anonymise.profiles import labels, partition
from surveyapp.anonymise.verifier import fingerprint, verify
from tests.engine.library import library

Q = library("client_satisfaction_10")
ANYBODY = {
    "service_group": {"home_care": 40, "day_centre": 20, "care_home": 10, "benefit": 20, "other": 5, "-6": 5},
    "age_band": {"a00_29": 6, "a30_49": 14, "a50_64": 22, "a65_79": 34, "a80_plus": 20, "pnts": 4},
    "gender": {"female": 66, "male": 31, "pnts": 3},
}
Rows = list[dict[str, str]]


def clients(people: int, seed: int, rules: Policy) -> Rows:
    """People who answered; in one service nearly all complain."""
    chance = random.Random(seed)
    rows = []
    for _ in range(people):
        row = {name: chance.choices(list(of), list(of.values()))[0] for name, of in ANYBODY.items()}
        good = [30, 40, 10, 5, 5] if row["service_group"] == "day_centre" else [3, 5, 12, 30, 50]
        row |= {name: chance.choice(["-9", *chance.choices("12345", good, k=6)]) for name in rules.answers}
        rows.append(row)
    return rows


def skipping(people: int, seed: int, *shares: float) -> Rows:
    """The same; of each question such a share of them leave it out, by turns."""
    rows, chance = clients(people, seed, RULES), random.Random(seed)
    for number, name in enumerate(RULES.answers):
        for row in rows:
            if chance.random() < shares[number % len(shares)]:
                row[name] = "-9"
    return rows


def columns(rows: Rows) -> dict[str, list[str]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def released(settled: Rows, rules: Policy) -> tuple[Rows, Rows]:
    """What the files of both profiles would hold."""
    people = reading.people(rules, columns(settled))
    profiles = partition(people, rules.mode, rules.k, rules.public_k, rules.alpha)
    views = []
    for classes in profiles:
        names = [column.name for column in rules.quasi]
        shown = labels(classes, people.trees)
        views.append([row | dict(zip(names, label, strict=True)) for row, label in zip(settled, shown, strict=True)])
    return views[0], views[1]


def found(settled: Rows, analyst: Rows, public: Rows, rules: Policy) -> set[str]:
    promise = reading.promise(rules, columns(settled))
    return {difference.code for difference in verify(promise, settled, analyst, public)}


RULES = policy(Q, {})


@settings(max_examples=40, deadline=None)
@given(people=st.integers(1, 250), seed=st.integers(0, 2**32), mode=st.sampled_from(["detailed", "consistent"]))
def test_what_is_made_is_what_was_promised(people: int, seed: int, mode: str) -> None:
    rules = policy(msgspec.structs.replace(Q, release=msgspec.structs.replace(Q.release, mode=mode)), {})
    settled = clients(people, seed, rules)
    try:
        assert found(settled, *released(settled, rules), rules) == set()
    except Unreleasable:
        assert people < 10


def test_a_release_without_quasi_identifiers_is_one_class() -> None:
    rules = policy(msgspec.structs.replace(Q, release=msgspec.structs.replace(Q.release, quasi=())), {})
    settled = clients(12, 1, rules)
    assert found(settled, *released(settled, rules), rules) == set()
    assert found(settled[:4], settled[:4], settled[:4], rules) == {"under_k", "public_under_k"}


def smallest_class(analyst: Rows) -> list[int]:
    names = [column.name for column in RULES.quasi]
    classes: dict[tuple[str, ...], list[int]] = {}
    for number, row in enumerate(analyst):
        classes.setdefault(tuple(row[name] for name in names), []).append(number)
    return min(classes.values(), key=len)


def one_too_few(settled: Rows, analyst: Rows, public: Rows) -> None:
    """Made as it should be, for one person less."""
    analyst[:], public[:] = released(settled, replace(RULES, k=RULES.k - 1))
    assert len(smallest_class(analyst)) == RULES.k - 1


def public_too_few(settled: Rows, analyst: Rows, public: Rows) -> None:
    public[:] = released(settled, replace(RULES, public_k=RULES.public_k - 3))[1]


def wrong_label(settled: Rows, analyst: Rows, public: Rows) -> None:
    row = next(row for row in analyst if row["gender"] == "female")
    row["gender"] = "male"


def wildcard_for_a_leaf(settled: Rows, analyst: Rows, public: Rows) -> None:
    """Every label is true, but a few people stand alone with theirs."""
    for true, row in zip(settled[:3], analyst[:3], strict=True):
        row |= {name: true[name] for name in ANYBODY}


def other_answer(settled: Rows, analyst: Rows, public: Rows) -> None:
    analyst[3]["r01"] = "1" if analyst[3]["r01"] != "1" else "2"


def row_left_out(settled: Rows, analyst: Rows, public: Rows) -> None:
    del analyst[-1]


def row_added(settled: Rows, analyst: Rows, public: Rows) -> None:
    analyst.append(dict(analyst[0]))


def public_by_itself(settled: Rows, analyst: Rows, public: Rows) -> None:
    """The public's classes made anew from the people: two views of one person."""
    strict = msgspec.structs.replace(Q.release, k=msgspec.structs.replace(Q.release.k, analyst=10))
    public[:] = released(settled, policy(msgspec.structs.replace(Q, release=strict), {}))[0]


def finer_public(settled: Rows, analyst: Rows, public: Rows) -> None:
    for row, true in zip(public, settled, strict=True):
        row["service_group"] = true["service_group"]


MUTANTS = [
    (one_too_few, "under_k"),
    (public_too_few, "public_under_k"),
    (wrong_label, "wrong_label"),
    (wildcard_for_a_leaf, "under_k"),
    (other_answer, "answer_changed"),
    (row_left_out, "row_missing"),
    (row_added, "row_missing"),
    (public_by_itself, "class_divided"),
    (public_by_itself, "wrong_public_label"),
    (finer_public, "public_under_k"),
]


@pytest.mark.parametrize(("spoil", "code"), MUTANTS, ids=lambda each: getattr(each, "__name__", each))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_wrong_is_found(spoil: Callable[[Rows, Rows, Rows], None], code: str, seed: int) -> None:
    settled = clients(178, seed, RULES)
    analyst, public = ([dict(row) for row in view] for view in released(settled, RULES))
    spoil(settled, analyst, public)
    assert code in found(settled, analyst, public, RULES)


def test_who_forgets_the_cap_is_found_out() -> None:
    settled = clients(178, 4, RULES)
    for row in settled:
        if row["service_group"] == "day_centre":
            row["r01"] = "1"
    blind = msgspec.structs.replace(Q.release, sensitive=msgspec.structs.replace(Q.release.sensitive, low=()))
    careless = policy(msgspec.structs.replace(Q, release=blind), {})
    assert "over_alpha" in found(settled, *released(settled, careless), RULES)
    assert found(settled, *released(settled, RULES), RULES) == set()


def test_where_nearly_all_complain_the_limit_is_half_the_way_to_everybody() -> None:
    settled = clients(100, 5, RULES)
    for number, row in enumerate(settled):
        row["r01"] = "5" if number % 10 == 0 else "1"
    assert found(settled, *released(settled, RULES), RULES) == set()


def test_rows_are_the_same_in_whatever_order_and_not_with_another_cell() -> None:
    rows = [["a", "1"], ["b", "2"], ["b", "2"]]
    assert fingerprint(rows) == fingerprint(reversed(rows))
    for other in (rows[:2], [["a", "2"], ["b", "1"], ["b", "2"]], [["a1", ""], *rows[1:]], [["a", "1"], *rows[:2]]):
        assert fingerprint(other) != fingerprint(rows)
