"""A11: each requirement of ASVS 5.0 level 1 names tests that are there, or says that the feature is absent."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ABSENT = "feature absent"
LEVEL_1 = {
    "1.2": 5, "1.3": 2, "1.5": 1, "2.1": 1, "2.2": 2, "2.3": 1, "3.2": 2, "3.3": 1, "3.4": 2, "3.5": 3, "4.1": 1, "4.4": 1, "5.2": 2,
    "5.3": 2, "6.1": 1, "6.2": 8, "6.3": 2, "6.4": 2, "7.2": 4, "7.4": 2, "8.1": 1, "8.2": 2, "8.3": 1, "9.1": 3, "9.2": 1, "10.4": 5,
    "11.3": 2, "11.4": 1, "12.1": 1, "12.2": 2, "13.4": 1, "14.2": 1, "14.3": 1, "15.1": 1, "15.2": 1, "15.3": 1,
}  # fmt: skip
"""Section -> how many of its first requirements are of level 1."""

with (ROOT / "tests" / "asvs.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


@cache
def collected(file: Path) -> frozenset[str]:
    """Names of a file's tests that pytest collects by default."""
    found = ast.parse(file.read_text("utf-8")).body if file.is_file() else []
    functions = [node for node in found if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    soak = "pytest.mark.soak"
    return frozenset(each.name for each in functions if soak not in map(ast.unparse, each.decorator_list))


def test_every_requirement_of_level_1_has_a_row() -> None:
    wanted = [f"{section}.{number}" for section, many in LEVEL_1.items() for number in range(1, many + 1)]
    assert [row["requirement"] for row in ROWS] == wanted
    assert len(wanted) == 70
    assert all(row["description"] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["requirement"])
def test_a_row_names_tests_that_are_there(row: dict[str, str]) -> None:
    if row["test"] == ABSENT:
        return
    named = row["test"].split()
    assert named
    for each in named:
        path, _, function = each.partition("::")
        assert function.startswith("test_"), each
        assert function in collected(ROOT / path), each


def test_it_is_said_how_many_are_met() -> None:
    unmet = [row["requirement"] for row in ROWS if "not met" in row["description"]]
    absent = sum(row["test"] == ABSENT for row in ROWS)
    security = (ROOT / "docs" / "security.md").read_text("utf-8")
    met = 70 - len(unmet)
    assert f"{met} of the 70 requirements of ASVS 5.0 level 1" in (ROOT / "README.md").read_text("utf-8")
    assert f"{met} of 70 are met" in security
    assert f"feature is absent ({absent} of them)" in security
    assert re.findall(r"The one that isn't is ([0-9.]+):", security) == unmet
