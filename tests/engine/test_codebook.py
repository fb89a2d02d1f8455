"""Every code that can stand in a release has words, in every language."""

import pytest

from surveyapp.engine import codebook, sheet
from surveyapp.engine.codebook import coarser, entries, hierarchies, of_tables
from surveyapp.engine.column_words import ANY_ANSWER, CODES, COLUMNS, IN_GROUPS, NOT_SHOWN, PEOPLE
from surveyapp.engine.definition import Questionnaire
from tests.builders import tiny
from tests.engine.library import PUBLISHED, library

LANGUAGES = {"et", "lv", "ru", "en", "uk"}
SERVICES = {"service": {name: dict.fromkeys(LANGUAGES, name.title()) for name in ("home_care", "care_home", "care")}}


def all_columns(q: Questionnaire) -> list[str]:
    """Everything that can stand in a release."""
    quasi = [quasi.column for quasi in q.release.quasi]
    groups = [coarser(quasi.column) for quasi in q.release.quasi if quasi.hierarchy]
    return [*quasi, *groups, *(column.id for column in sheet.columns(sheet.released_items(q)))]


def codes(q: Questionnaire, column: str) -> list[str]:
    return [each["code"] for each in entries(q, [column], SERVICES) if each["code"]]


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_code_has_words_in_every_language(name: str) -> None:
    q = library(name)
    for each in of_tables(q, [*all_columns(q), "column", "code", "n"], SERVICES):
        for language in q.languages:
            label = each[f"label_{language}"]
            assert label
            assert language == "en" or label not in {each["code"], each["column"]}, each


def test_words_that_no_questionnaire_has_are_there_in_five_languages() -> None:
    words = [*COLUMNS.values(), *(each for column in CODES.values() for each in column.values())]
    words += [NOT_SHOWN, IN_GROUPS, PEOPLE, ANY_ANSWER]
    assert all(each.keys() == LANGUAGES and all(each.values()) for each in words)


def test_coarser_labels_stand_behind_the_finest_and_before_what_is_no_value() -> None:
    q = library("client_satisfaction_10")
    assert codes(q, "age_band") == [
        *("a00_29", "a30_49", "a50_64", "a65_79", "a80_plus", "a00_49", "a65_plus", "pnts"),
        *("-9", "-8", "-7", "-6", "-5", "*"),
    ]
    assert codes(q, "age_band_group")[:4] == ["a00_49", "a50_64", "a65_plus", "pnts"]
    missing = {each["code"] for each in entries(q, ["age_band"], {}) if each["missing"] == "1"}
    assert missing == codebook.NO_VALUE


def test_services_and_their_groups_are_called_as_in_the_programme() -> None:
    q = library("client_satisfaction_short")
    labels = {each["code"]: each["label_lv"] for each in entries(q, ["service"], SERVICES)}
    assert (labels[""], labels["home_care"], labels["care"]) == ("pakalpojums", "Home_Care", "Care")


def test_the_tables_tell_of_their_own_columns_and_of_everything_counted_in_them() -> None:
    q = tiny()
    found = [each["column"] for each in of_tables(q, ["where", "column", "code", "n"], {})]
    assert list(dict.fromkeys(found)) == [
        *("where", "column", "code", "n", "*"),
        *("how", "what__help", "what__money", "what__other"),
    ]


def test_columns_that_tell_of_one_thing_are_found_by_their_names() -> None:
    assert hierarchies(("service_group", "age_band_group2", "age_band_group", "age_band", "gender")) == [
        slice(0, 1),
        slice(1, 4),
        slice(4, 5),
    ]
    assert hierarchies(()) == []
