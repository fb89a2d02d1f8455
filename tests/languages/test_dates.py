"""Dates as people write them."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import example, given
from hypothesis import strategies as st

from surveyapp.languages import choose, locale_of, long_date
from tests.languages.catalogues import LANGUAGES, catalogue, forms


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("et", "2. november 2026"),
        ("lv", "2026. gada 2. novembris"),
        ("ru", "2 ноября 2026\u202fг."),
        ("uk", "2 листопада 2026\u202fр."),
        ("en", "2 November 2026"),
    ],
)
def test_long_dates(language: str, words: str) -> None:
    assert " ".join(long_date(date(2026, 11, 2), language).split()) == " ".join(words.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_date_is_written_as_in_cldr(language: str) -> None:
    for day in (date(2024, 1, 1) + timedelta(days) for days in range(366)):
        assert long_date(day, language) == format_date(day, "long", locale=locale_of(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_ends_with_one_stop_also_where_its_date_ends_with_one(language: str) -> None:
    day = long_date(date(2026, 11, 2), language)
    ends = [form.replace("%(date)s", day) for each in catalogue(language) if each.id for form in forms(each)]
    ends = [text for text in ends if day in text]
    assert len(ends) >= 4
    assert not [text for text in ends if ".." in text or not text.endswith(".")]


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        ("ru", "lv", "ru"),
        ("xx", "lv", "lv"),
        (None, "et-EE,et;q=0.9,en;q=0.5", "et"),
        (None, "de,fr;q=0.5", "en"),
        (None, "", "en"),
        (None, "*", "en"),
        (None, ";;;,,,", "en"),
    ],
)
def test_the_language_is_the_link_s_then_the_browser_s_then_the_wave_s(
    wanted: str | None, accepted: str, language: str
) -> None:
    assert choose(wanted, accepted, ("et", "lv", "ru", "en"), "en") == language


@given(st.none() | st.text(), st.text())
@example(None, "ET")
def test_no_header_breaks_the_choice(wanted: str | None, accepted: str) -> None:
    assert choose(wanted, accepted, ("lv", "et"), "lv") in {"lv", "et"}
