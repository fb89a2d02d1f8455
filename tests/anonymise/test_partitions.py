"""Whoever knows everything about a person finds a crowd, and in no crowd do nearly all complain."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.anonymise.crowds import Capped, Classes, People, Unreleasable
from surveyapp.anonymise.profiles import Profiles, partition
from tests.anonymise import attackers
from tests.anonymise.people import AGES, ALPHA, LOW, OTHER, country, flat, grouped, loss, municipality, shuffled

MODES = pytest.mark.parametrize("mode", ["detailed", "consistent"])


@st.composite
def crowds(draw: st.DrawFn) -> People:
    """Few people of few kinds, who complain in clusters: the hardest to show anything of."""
    size = draw(st.integers(1, 90))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    trees = [grouped("service", 5, 2), AGES, flat("gender", 3)][: draw(st.integers(1, 3))]
    leaves = np.stack([chance.choice(list(tree.leaf.values()), size=size) for tree in trees])
    grim = chance.random(len(trees[0].nodes))[leaves[0]] * draw(st.floats(0.5, 1.4))
    answers = np.where(chance.random((3, size)) < grim, LOW, OTHER) * (chance.random((3, size)) > 0.2)
    caps = [Capped(0, frozenset({LOW})), Capped(1, frozenset({LOW})), Capped(1, frozenset({OTHER}))]
    return People(trees, [4.0, 2.0, 1.0][: len(trees)], leaves, answers, caps)


def both(people: People, mode: str = "detailed", k: int = 5) -> Profiles | None:
    try:
        return partition(people, mode, k, 2 * k, ALPHA)
    except Unreleasable:
        assert people.leaves.shape[1] < 2 * k
        return None


def keeps_the_cap(people: People, rows: list[int]) -> bool:
    """By plain counting: no more than alpha, or half the way from the whole to all where the whole has more."""
    for item, codes in people.caps:
        answers = people.answers[item]
        limit = share(answers, codes, range(len(answers)))
        if share(answers, codes, rows) > (0.8 if limit <= 0.8 else (1 + limit) / 2) + 1e-12:
            return False
    return True


def share(answers: np.ndarray, codes: frozenset[int], rows: object) -> float:
    valid = [answers[row] for row in rows if answers[row] != 0]
    return sum(answer in codes for answer in valid) / len(valid) if valid else 0.0


@MODES
@settings(max_examples=120, deadline=None)
@given(people=crowds(), k=st.integers(2, 7))
def test_every_class_every_cell_and_every_difference_is_a_crowd_that_keeps_the_cap(
    mode: str, people: People, k: int
) -> None:
    profiles = both(people, mode, k)
    if profiles is None:
        return
    for classes, least in zip(profiles, (k, 2 * k), strict=True):
        assert min(attackers.fewest_fitting(people, classes)) >= least
        rows = attackers.released(people, classes)
        assert len(set(rows)) == len(classes.at)
        assert all(map(attackers.could_be, [people] * len(rows), rows, attackers.true_leaves(people)))
        shown = [set(each) for each in attackers.cells(people, classes).values()]
        differences = [one - other for one, other in combinations(shown, 2)] if len(shown) < 40 else []
        for group in [*shown, *differences]:
            assert not group or (len(group) >= least and keeps_the_cap(people, sorted(group)))


@MODES
@settings(max_examples=60, deadline=None)
@given(people=crowds())
def test_no_class_of_analysts_is_divided_for_the_public(mode: str, people: People) -> None:
    if profiles := both(people, mode):
        pairs = set(zip(profiles.analyst.of.tolist(), profiles.public.of.tolist(), strict=True))
        assert len(pairs) == len(profiles.analyst.at)
        for mine, public in pairs:
            above = zip(people.trees, profiles.analyst.at[mine], profiles.public.at[public], strict=True)
            assert all(tree.nodes[node][: tree.depth[up]] == tree.nodes[up] for tree, node, up in above)


@MODES
@settings(max_examples=60, deadline=None)
@given(people=crowds(), seed=st.integers(0, 2**32))
def test_the_order_of_rows_changes_nothing(mode: str, people: People, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(people.leaves.shape[1])
    if (one := both(people, mode)) and (other := both(shuffled(people, order), mode)):
        for mine, theirs in zip(one, other, strict=True):
            again = attackers.released(shuffled(people, order), theirs)
            assert [attackers.released(people, mine)[row] for row in order] == again


def test_who_coarsens_nothing_is_found_out() -> None:
    people = municipality(178)
    assert attackers.fewest_fitting(people, attackers.untouched(people)) == (1, 1)


def test_one_person_of_a_rare_kind_is_never_seen() -> None:
    people = country(2000)
    language = people.trees[4]
    rare = language.leaf["language5"]
    people.leaves[4, people.leaves[4] == rare] = language.leaf["language0"]
    people.leaves[4, 7] = rare
    assert "language5" in {row[4] for row in attackers.released(people, attackers.untouched(people))}
    for classes in partition(people, "detailed", 5, 10, ALPHA):
        assert "language5" not in {row[4] for row in attackers.released(people, classes)}


def grim_town() -> People:
    """One service whose clients all complain."""
    people = municipality(500)
    people.answers[:, people.leaves[0] == people.trees[0].leaf["service2"]] = LOW
    return people


def test_where_all_complain_nobody_can_be_blamed() -> None:
    people = grim_town()
    blind = partition(people._replace(caps=[]), "detailed", 5, 10, ALPHA)
    assert attackers.worst_share(people, attackers.members(blind.analyst)) == 1
    for classes in partition(people, "detailed", 5, 10, ALPHA):
        assert attackers.worst_share(people, attackers.members(classes)) <= 0.8
        assert attackers.worst_share(people, attackers.cells(people, classes).values()) <= 0.8


def test_who_runs_it_again_without_the_answers_finds_a_crowd_or_nobody() -> None:
    """The attacker has the register of all who took part, makes classes of them, and looks for somebody's class."""
    people = grim_town()

    def found(k: int) -> set[int]:
        guessed = partition(people._replace(caps=[]), "detailed", k, 10, ALPHA).analyst
        rows = Counter(attackers.released(people, partition(people, "detailed", k, 10, ALPHA).analyst))
        return {rows[label] for label in attackers.released(people, guessed)}

    assert found(2) & {1, 2, 3, 4}
    assert not found(5) & {1, 2, 3, 4}
    assert 0 in found(5)


def isolated(people: People, first: Classes, second: Classes, known: int) -> int:
    """The smallest group of newcomers found by taking the first file's rows out of the second's, joined on answers."""
    old = set(map(bytes, people.answers[:, :known].T))
    new = [row for row in range(people.leaves.shape[1]) if bytes(people.answers[:, row]) not in old]
    rows = attackers.released(people, second)
    groups: dict[attackers.Tuple, int] = {}
    for row in new:
        groups[rows[row]] = groups.get(rows[row], 0) + 1
    return min(groups.values())


@pytest.mark.parametrize("newcomers", [20, 60])
def test_newcomers_are_a_crowd_of_their_own(newcomers: int) -> None:
    people = municipality(178 + newcomers, items=14)
    first, rest = (shuffled(people, rows) for rows in (np.arange(178), np.arange(178, 178 + newcomers)))
    before = partition(first, "detailed", 5, 10, ALPHA).analyst
    again = partition(people, "detailed", 5, 10, ALPHA).analyst
    assert isolated(people, before, again, 178) < 5  # who runs it again on everybody gives newcomers away
    appended = partition(rest, "detailed", 5, 10, ALPHA).analyst
    joined = Classes(
        np.concatenate([before.of, appended.of + len(before.at)]), np.concatenate([before.at, appended.at])
    )
    assert attackers.released(people, joined)[:178] == attackers.released(first, before)
    assert min(attackers.fewest_fitting(rest, appended)) >= 5
    assert attackers.worst_share(rest, attackers.members(appended)) <= 0.8


def test_withdrawals_before_settling_leave_crowds() -> None:
    people = municipality(60)
    for stays in range(11, 60, 7):
        fewer = shuffled(people, np.random.default_rng(stays).permutation(60)[:stays])
        for classes, least in zip(partition(fewer, "detailed", 5, 10, ALPHA), (5, 10), strict=True):
            assert min(attackers.fewest_fitting(fewer, classes)) >= least


@pytest.mark.parametrize("people", [0, 1, 4, 9])
def test_too_few_people_are_refused(people: int) -> None:
    with pytest.raises(Unreleasable):
        partition(municipality(people), "detailed", 5, 10, ALPHA)


@pytest.mark.parametrize(("size", "most"), [(178, 0.33), (500, 0.18), (2000, 0.09)])
def test_a_municipality_keeps_its_detail(size: int, most: float) -> None:
    towns = [municipality(size, seed) for seed in range(10)]
    lost = [loss(people, partition(people, "detailed", 5, 10, ALPHA).analyst) for people in towns]
    blind = [loss(people, partition(people._replace(caps=[]), "detailed", 5, 10, ALPHA).analyst) for people in towns]
    assert np.mean(lost) <= most
    assert np.mean(lost) - np.mean(blind) <= 0.01


def test_a_country_keeps_its_detail() -> None:
    people = country(10_000)
    assert loss(people, partition(people, "detailed", 5, 10, ALPHA).analyst) <= 0.20
