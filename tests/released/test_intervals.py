"""What can be worked out from frozen public tables by linear programming, and with the figures about clients: nothing about fewer than ten people."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from surveyapp.anonymise import reading, risks
from surveyapp.anonymise.crowds import Classes, People
from surveyapp.anonymise.policy import Policy
from surveyapp.anonymise.profiles import labels, partition
from surveyapp.services import clients as services
from surveyapp.services import frozen, responses
from surveyapp.services.audit import OPERATOR
from surveyapp.services.waves import find_wave
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, open_wave, tiny
from tests.conftest import POSTGRESQL_IN_SOAK
from tests.released import attackers
from tests.released.people import RATINGS, WAVE, Row, held, register, release, rules, settle

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


INHABITED = tiny(
    "inhabited",
    (
        "{value: farm, en: Farm, lv: Lauki}",
        "{value: farm, en: Farm, lv: Lauki}\n          - {value: port, en: Port, lv: Osta}\n          - {value: isle, en: Isle, lv: Sala}",
    ),
    ("id: where", "id: where\n        role: breakdown"),
    (
        "{column: where}",
        """{column: where, hierarchy: [[town, land], [farm, land], [port, sea], [isle, sea]],
            labels: {land: {en: land, lv: zeme}, sea: {en: sea, lv: jūra}}}""",
    ),
)
Counts = Mapping[str, int]
Numbers = Mapping[str, Any]
"""Clients as a report names them: ``column``, and ``number`` by its leaves or by ``*``."""

Seen = tuple[dict[str, int], dict[str, float]]
"""Classes by size, and the risks of somebody of whom it isn't known that they answered."""


def reported(sessions: Sessions, answered: Counts, clients: Counts) -> tuple[Policy, dict[str, int], dict[str, Any]]:
    """What everybody can read of a release once somebody has said how many clients there are: rules, groups, report."""
    everybody = [place for place, number in answered.items() for _ in range(number)]
    with sessions.begin() as session:
        collecting = open_wave(session, INHABITED, WAVE)
        for number, place in enumerate(everybody):
            answers = {"how": 3, "what": ["help"], "where": place}
            submission = responses.Submission(key=number.to_bytes(16), answers=answers, language="lv")
            responses.accept_submission(session, collecting, submission)
        services.enter(session, find_wave(session, WAVE), clients, OPERATOR)
    close_and_settle(sessions, collecting)
    made = release(sessions)
    with sessions.reading(made.org_id) as session:
        policy, tables = rules(session), held(session).tables
        groups = Counter[str]()
        for row in tables:
            if row["column"] == "how":
                groups[attackers.told(policy, row)[0]] += int(row["n"])
        return policy, dict(groups), json.loads(frozen.content(session, made, frozen.REPORT))


def people_of(policy: Policy, counts: Counts) -> People:
    everybody = [place for place, number in counts.items() for _ in range(number)]
    same = {name: ["3" if name == "how" else "0"] * len(everybody) for name in policy.answers}
    return reading.people(policy, {"where": everybody, **same})


def told(people: People, classes: Classes, clients: Numbers, shown: Classes | None = None) -> Seen:
    risk = risks.journalist(people, classes, 0 if clients["column"] else None, clients["number"], shown)
    sizes = {str(size): times for size, times in risks.class_sizes(classes)["sizes"].items()}
    return sizes, {name: round(each, 6) for name, each in risk.items()}


def figures(policy: Policy, counts: Counts, clients: Numbers) -> dict[str, Seen]:
    """What a report would name of both profiles if so many had answered: whoever has the program can run it."""
    people = people_of(policy, counts)
    views = partition(people, policy.mode, policy.k, policy.public_k, policy.alpha)
    return {name: told(people, each, clients, views.public) for name, each in views._asdict().items()}


def worlds(policy: Policy, groups: Counts, clients: Numbers) -> Iterator[dict[str, int]]:
    """How many of each place may have answered: as many as the public's groups have, and no more than there are clients."""
    leaves = [leaf for leaf, *_ in policy.quasi[0].rows]
    inside = {label: [leaf for leaf in leaves if label in attackers.paths(policy, "where", leaf)] for label in groups}
    for numbers in product(*(range(max(groups.values()) + 1) for _ in leaves)):
        found = dict(zip(leaves, numbers, strict=True))
        fits = all(sum(found[leaf] for leaf in inside[label]) == number for label, number in groups.items())
        if fits and all(found.get(leaf, 0) <= most for leaf, most in clients["number"].items()):
            yield found


def certain(possible: Iterable[dict[str, int]], under: int) -> dict[str, int]:
    """Places of which it is certain how many have answered: some and fewer."""
    first, *others = possible
    return {leaf: n for leaf, n in first.items() if 0 < n < under and all(each[leaf] == n for each in others)}


PARTS = {"town": 40, "farm": 15, "port": 50, "isle": 9}
FEW_OF_A_PLACE = {"town": 11, "farm": 4, "port": 12, "isle": 3}
FEW_FOR_THE_PUBLIC = {"town": 11, "farm": 7, "port": 12, "isle": 3}


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize("answered", [FEW_OF_A_PLACE, FEW_FOR_THE_PUBLIC], ids=["few of a place", "few for the public"])
def test_risks_by_numbers_of_clients_tell_nothing_that_tables_do_not(sessions: Sessions, answered: Counts) -> None:
    """Somebody without a register runs the program for every way in which so many may have answered.

    Naive: risks by true places, or by the analysts' labels, of which the public isn't told.
    """
    policy, groups, report = reported(sessions, answered, PARTS)
    clients = report["clients"]
    assert (clients["column"], clients["number"]) == ("where", PARTS)
    assert groups == {"land": answered["town"] + answered["farm"], "sea": answered["port"] + answered["isle"]}
    published = {name: (each["classes"]["sizes"], each["journalist"]) for name, each in report["profiles"].items()}
    every = [(each, figures(policy, each, clients)) for each in worlds(policy, groups, clients)]
    same_sizes = [world for world, of in every if all(of[name][0] == published[name][0] for name in of)]
    possible = [world for world, of in every if of == published]
    assert answered in possible
    assert certain(possible, policy.k) == {}
    assert certain(possible, policy.public_k) == certain(same_sizes, policy.public_k) == {}

    def naive(counts: Counts) -> Seen:
        people, k = people_of(policy, counts), 1 if answered is FEW_OF_A_PLACE else policy.k
        return told(people, partition(people, policy.mode, k, policy.public_k, policy.alpha).analyst, clients)

    seen = [each for each in worlds(policy, groups, clients) if naive(each) == naive(answered)]
    assert certain(seen, policy.public_k).items() >= {"farm": answered["farm"]}.items()


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize("parts", [{"town": 11, "farm": 4}, {"town": 11, "farm": 7}, {"town": 14, "farm": 5}])
def test_numbers_of_clients_are_named_only_where_nobody_of_a_small_place_need_have_answered(
    sessions: Sessions, parts: Counts
) -> None:
    """Naive: all or nearly all of two places have answered, and their numbers stand in the report."""
    clients = PARTS | parts
    policy, groups, report = reported(sessions, FEW_OF_A_PLACE, clients)
    assert (report["clients"]["column"], report["clients"]["number"]) == (None, {"*": sum(clients.values())})
    assert all(profile["journalist"] for profile in report["profiles"].values())
    possible = list(worlds(policy, groups, report["clients"]))
    assert min(each["farm"] for each in possible) == 0
    assert min(each["farm"] for each in worlds(policy, groups, {"column": "where", "number": clients})) > 0
