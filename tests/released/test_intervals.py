"""What can be worked out from the frozen public tables by linear programming: nothing about fewer than ten people."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from surveyapp.anonymise import reading
from surveyapp.anonymise.policy import Policy
from surveyapp.anonymise.profiles import labels, partition
from surveyapp.store.sessions import Sessions
from tests.released import attackers
from tests.released.people import RATINGS, Row, held, register, release, rules, settle

LOW = {"1", "2"}
Cells = Mapping[attackers.Labels, tuple[set[attackers.Labels], Counter[str]]]
"""Labels of a group -> kinds of people in it, and how many gave each answer."""


def pinned(people: Counter[attackers.Labels], cells: Cells, under: int) -> list[attackers.Labels]:
    """Kinds of fewer people of whom it is certain how many answered low, and that some did.

    The attacker has the register of those who took part, and knows in which group each of them is counted.
    """
    kinds, codes = sorted(people), sorted({code for _, told in cells.values() for code in told})
    place = {(kind, code): at for at, kind in enumerate(kinds) for code in codes}
    place = {key: at for at, key in enumerate(place)}
    rows = [[float(key[0] == kind) for key in place] for kind in kinds]
    sums = [float(people[kind]) for kind in kinds]
    for inside, told in cells.values():
        rows += [[float(kind in inside and code == each) for kind, code in place] for each in codes]
        sums += [float(told[each]) for each in codes]
    found = []
    for kind in (each for each in kinds if people[each] < under):
        low = np.array([float(key[0] == kind and key[1] in LOW) for key in place])
        least, most = (
            sign * linprog(sign * low, A_eq=np.array(rows), b_eq=np.array(sums), bounds=(0, None)).fun
            for sign in (1, -1)
        )
        if np.ceil(least - 1e-6) >= np.floor(most + 1e-6) > 0:
            found.append(kind)
    return found


def groups_of(policy: Policy, persons: list[Row]) -> dict[attackers.Labels, attackers.Labels]:
    """In which public group each kind of people is: whoever knows the answers, too, can run the program again."""
    people = reading.people(policy, {name: [row[name] for row in persons] for name in persons[0]})
    public = partition(people, policy.mode, policy.k, policy.public_k, policy.alpha).public
    return dict(zip((attackers.true(policy, row) for row in persons), labels(public, people.trees), strict=True))


def from_tables(policy: Policy, tables: Iterable[Row], of: Mapping[attackers.Labels, attackers.Labels]) -> Cells:
    """The groups of the file, with the answers to its first rating."""
    found: dict[attackers.Labels, tuple[set[attackers.Labels], Counter[str]]] = {}
    for row in tables:
        if row["column"] == RATINGS[0]:
            label = attackers.told(policy, row)
            inside = {kind for kind, group in of.items() if group == label}
            found.setdefault(label, (inside, Counter()))[1][row["code"]] += int(row["n"])
    return found


def everybody_apart(policy: Policy, persons: list[Row], least: int) -> Cells:
    """A naive publication: a table for every choice of columns, and only cells of a few people are hidden."""
    found: dict[attackers.Labels, tuple[set[attackers.Labels], Counter[str]]] = {}
    for row in persons:
        kind = attackers.true(policy, row)
        for cell in product(*((value, "*") for value in kind)):
            inside, told = found.setdefault(cell, (set(), Counter()))
            inside.add(kind)
            told[row[RATINGS[0]]] += 1
    return {cell: each for cell, each in found.items() if each[1].total() >= least}


@pytest.mark.parametrize(("people", "seed"), [(60, 1), pytest.param(120, 2, marks=pytest.mark.soak)])
def test_public_tables_pin_down_no_group_of_fewer_than_ten(sessions: Sessions, people: int, seed: int) -> None:
    settle(sessions, people, seed)
    release(sessions)
    with sessions.reading() as session:
        policy, persons, files = rules(session), register(session), held(session)
    kinds = Counter(attackers.true(policy, row) for row in persons)
    cells = from_tables(policy, files.tables, groups_of(policy, persons))
    assert sum(told.total() for _, told in cells.values()) == people
    assert min(told.total() for _, told in cells.values()) >= policy.public_k
    assert pinned(kinds, cells, policy.public_k) == []
    assert pinned(kinds, everybody_apart(policy, persons, policy.public_k), policy.public_k)
