"""What is released follows from the questionnaire: who made it says so once, and the people it asks can read it."""

from collections.abc import Mapping
from fractions import Fraction

import msgspec
import pytest

from surveyapp.anonymise import policy as policies
from surveyapp.anonymise import reading
from surveyapp.anonymise.policy import Cap, policy, proposed
from surveyapp.engine.definition import Quasi, Questionnaire, Release, Sensitive
from tests.engine.library import library

SERVICES = {"home_care": "care", "care_home": "care", "soup_kitchen": None}
LONG, SHORT = library("client_satisfaction_10"), library("client_satisfaction_short")


def releasing(q: Questionnaire, **release: object) -> Questionnaire:
    return msgspec.structs.replace(q, release=Release(**release))


def codes(q: Questionnaire, **quasi: list[str]) -> Mapping[str, list[str]]:
    """A sheet in which everybody answers every question alike."""
    size = len(next(iter(quasi.values())))
    return {name: ["4"] * size for name in policy(q, SERVICES).answers} | quasi


def test_the_shipped_questionnaire_releases_service_age_and_gender() -> None:
    found = policy(LONG, SERVICES)
    assert [(column.name, column.priority) for column in found.quasi] == [
        ("service_group", 4),
        ("age_band", 2),
        ("gender", 1),
    ]
    assert (found.k, found.public_k, found.alpha, found.mode) == (5, 10, Fraction(4, 5), "detailed")
    assert Cap("r01", ("1", "2")) in found.caps
    assert not {"area", "duration", "completed_by", "language", "good"} & set(found.answers)
    assert {"r01", "effect"} <= {name.partition("__")[0] for name in found.answers}
    assert ("female",) in found.quasi[2].rows
    assert ("pnts",) not in found.quasi[2].rows


def test_a_service_is_shown_as_its_group() -> None:
    service = policy(SHORT, SERVICES).quasi[0]
    assert service.rows == (("home_care", "care"), ("care_home", "care"), ("soup_kitchen", "soup_kitchen"))


@pytest.mark.parametrize("services", [{"home_care": "care_home", "care_home": "other"}, {"a": "*"}, {"a": "-9"}])
def test_a_group_named_like_something_else_is_a_fault(services: dict[str, str | None]) -> None:
    assert {fault.code for fault in policies.faults(SHORT, services)} == {"hierarchy_not_a_tree"}
    with pytest.raises(ValueError, match="hierarchy_not_a_tree"):
        policy(SHORT, services)


@pytest.mark.parametrize("shipped", [LONG, SHORT, library("self_assessment_10"), library("site_poll_pension")])
def test_whatever_is_published_can_be_released(shipped: Questionnaire) -> None:
    assert policy(shipped, SERVICES).answers or shipped.release == Release() or shipped.release.text


def test_everything_that_decides_changes_the_hash() -> None:
    one = policy(LONG, SERVICES)
    assert one.sha256 == policy(LONG, {}).sha256
    stricter = msgspec.structs.replace(LONG.release, alpha=0.7)
    assert policy(msgspec.structs.replace(LONG, release=stricter), SERVICES).sha256 != one.sha256
    assert policy(SHORT, SERVICES).sha256 != policy(SHORT, {**SERVICES, "soup_kitchen": "care"}).sha256


def test_a_question_nobody_was_shown_has_no_column() -> None:
    found = policy(LONG, SERVICES, not_asked={"r11"})
    assert "r11" in policy(LONG, SERVICES).answers
    assert "r11" not in {*found.answers, *(cap.column for cap in found.caps)}


def test_every_single_answer_to_a_sensitive_question_is_capped() -> None:
    many = next(item for item in LONG.items if item.type == "multiple")
    one = next(item for item in LONG.items if item.type == "single" and item.role is None)
    q = releasing(LONG, sensitive=Sensitive(any=("r01", many.id, one.id)))
    caps = policy(q, SERVICES).caps
    assert {cap.values for cap in caps if cap.column == "r01"} == {(str(value),) for value in range(1, 6)}
    assert {cap.values for cap in caps if cap.column == one.id} == {(option.value,) for option in one.options}
    assert {cap for cap in caps if cap.column.startswith(f"{many.id}__")} == {
        Cap(f"{many.id}__{option.value}", ("1",)) for option in many.options
    }


@pytest.mark.parametrize(
    ("expected", "columns"),
    [(178, [("service_group", 4), ("age_band", 2), ("gender", 1)]), (99, [("service_group", 4), ("gender", 1)])],
)
def test_few_answers_are_told_apart_by_less(expected: int, columns: list[tuple[str, int]]) -> None:
    release = proposed(LONG, expected)
    assert [(quasi.column, quasi.priority) for quasi in release.quasi] == columns
    assert release.quasi[0].hierarchy == LONG.release.quasi[0].hierarchy
    assert "completed_by" not in release.answers
    assert set(release.text) == {"good", "improve"}
    assert list(policies.faults(msgspec.structs.replace(LONG, release=release), SERVICES)) == []


SHIPPED = ("client_satisfaction_10", "client_satisfaction_short", "self_assessment_10", "site_poll_pension")


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("expected", [50, 500])
def test_what_is_proposed_could_be_published(name: str, expected: int) -> None:
    q = msgspec.structs.replace(library(name), release=proposed(library(name), expected))
    assert list(policies.faults(q, SERVICES)) == []
    assert policy(q, SERVICES).answers


def test_without_a_question_about_it_the_service_is_that_of_the_link() -> None:
    first = proposed(SHORT, 178).quasi[0]
    assert (first.column, first.hierarchy) == ("service", "service_tree")


def test_a_leaf_without_an_answer_lies_beside_all_others() -> None:
    q = releasing(LONG, quasi=(LONG.release.quasi[1],), sensitive=Sensitive(low=("r01",)))
    sheet = codes(q, age_band=["a00_29", "-9", "pnts", "a65_79"])
    (tree,) = reading.people(policy(q, SERVICES), sheet).trees
    assert [tree.nodes[tree.leaf[leaf]][0] for leaf in sheet["age_band"]] == ["a00_49", "-9", "pnts", "a65_plus"]
    assert tree.under[0] == 7


def test_a_value_nobody_foresaw_is_refused() -> None:
    q = releasing(SHORT, quasi=SHORT.release.quasi, sensitive=Sensitive(low=("s1",)))
    with pytest.raises(reading.Unforeseen) as refused:
        reading.people(policy(q, SERVICES), codes(q, service=["home_care", "circus"]))
    assert (refused.value.column, refused.value.value) == ("service", "circus")


def test_what_no_list_names_is_read_from_the_answers() -> None:
    q = releasing(SHORT, quasi=(Quasi(column="unit"),), sensitive=Sensitive(low=("s1",)))
    found = reading.people(policy(q, SERVICES), codes(q, unit=["north", "south", "north", "-6"]))
    assert found.trees[0].labels[1:] == ["north", "south", "-6"]
