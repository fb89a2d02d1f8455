"""From five hundred people to a million: what is made quickly is counted slowly, and is what was promised."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from pycanon import anonymity

from surveyapp.anonymise import reading, risks
from surveyapp.anonymise.policy import Cap, Column, Policy
from surveyapp.anonymise.profiles import labels, partition
from surveyapp.anonymise.verifier import Difference, Row, verify
from tests.anonymise.people import ALPHA, LOW, country

SOAK = pytest.mark.soak


def rules_of_a_country() -> Policy:
    people = country(1)
    columns = [
        Column(f"column{number}", 1, tuple(tuple(reversed(tree.nodes[node])) for node in tree.leaf.values()))
        for number, tree in enumerate(people.trees)
    ]
    items = [f"r{item}" for item in range(len(people.answers))]
    return Policy(5, 10, ALPHA, "detailed", tuple(columns), tuple(Cap(r, (str(LOW),)) for r in items), tuple(items), ())


def rows(sheet: dict[str, list[str]], names: list[str], shown: list[tuple[str, ...]]) -> Iterator[Row]:
    """The rows of a file one at a time: a million of them are not held at once."""
    items = [name for name in sheet if name not in names]
    for label, answers in zip(shown, zip(*(sheet[item] for item in items), strict=True), strict=True):
        yield dict(zip((*names, *items), label + answers, strict=True))


SIZES = pytest.mark.parametrize(
    "size", [500, 2_000, 10_000, pytest.param(100_000, marks=SOAK), pytest.param(1_000_000, marks=SOAK)]
)


@SIZES
def test_the_verifier_agrees(size: int) -> None:
    rules, drawn = rules_of_a_country(), country(size)
    names, items = [column.name for column in rules.quasi], rules.answers
    sheet = {
        name: [tree.labels[node] for node in column.tolist()]
        for name, tree, column in zip(names, drawn.trees, drawn.leaves, strict=True)
    }
    told = {0: "-9"} | {code: str(code) for code in range(1, 6)}
    sheet |= {item: [told[code] for code in column.tolist()] for item, column in zip(items, drawn.answers, strict=True)}
    people = reading.people(rules, sheet)
    views = partition(people, rules.mode, rules.k, rules.public_k, rules.alpha)

    true = list(zip(*(sheet[name] for name in names), strict=True))
    analyst, public = (labels(classes, people.trees) for classes in views)

    def found() -> list[Difference]:
        return verify(reading.promise(rules, sheet), *(rows(sheet, names, shown) for shown in (true, analyst, public)))

    assert found() == []
    coarse = next(row for row, leaves in enumerate(true) if analyst[row] != leaves)
    analyst[coarse] = true[coarse]
    assert {"under_k", "class_divided"} & {difference.code for difference in found()}


SPREAD = 10


@pytest.mark.parametrize(
    "size", [500, 2_000, *(pytest.param(size, marks=SOAK) for size in (10_000, 100_000, 1_000_000))]
)
def test_pycanon_agrees(size: int) -> None:
    """It counts every answer, and one more than another as low as that: so answers that aren't low are made different ones."""
    people, rules = country(size), rules_of_a_country()
    names = [column.name for column in rules.quasi]
    for classes, k in zip(partition(people, rules.mode, rules.k, rules.public_k, rules.alpha), (5, 10), strict=True):
        shown = pd.DataFrame(labels(classes, people.trees), columns=names)
        assert anonymity.k_anonymity(shown, names) == risks.class_sizes(classes)["least"] >= k
        own = next(risks.alike(rules, people, classes))
        answers, complain = people.answers[0], np.bincount(classes.of, people.answers[0] == LOW)
        shown["low"] = np.where(answers == LOW, -1, shown.groupby(names).cumcount() % SPREAD)
        told = shown[(answers != 0) & (complain > 0)[classes.of]].reset_index(drop=True)
        largest, _ = anonymity.alpha_k_anonymity(told, names, ["low"])
        assert largest == pytest.approx(own["largest"])
        assert largest <= own["limit"]
