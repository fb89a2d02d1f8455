"""The disclosure report: what an officer for data protection reads first fits a screen and says what the figures say."""

import json
import re
from html import unescape

import pytest

from surveyapp.languages import LANGUAGES, translations_for
from surveyapp.reports_in_words import Reading, pages
from surveyapp.services import reports
from tests.disclosed import report

MOST_WORDS = 200


def page(language: str) -> str:
    return pages(report(), (language,))[language].decode()


def words(html: str) -> list[str]:
    return unescape(re.sub(r"<[^>]+>", " ", html)).split()


def brief(language: str) -> str:
    found = re.search(r'<section id="brief">.*?</section>', page(language), re.DOTALL)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_answers_five_questions_in_at_most_200_words(language: str) -> None:
    assert brief(language).count("<h3>") == 5
    assert 100 < len(words(brief(language))) <= MOST_WORDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_finds_the_figures_of_the_json_and_no_code_of_a_column(language: str) -> None:
    made, text = report(), " ".join(words(page(language)))
    reading = Reading(made, language)
    analyst = made["profiles"]["analyst"]
    for figure in (analyst["prosecutor"]["largest"], analyst["prosecutor"]["mean"], reading.seen):
        assert reading.share(figure) in brief(language)
    assert made["policy"]["sha256"] in text
    for name in ("service_group", "age_band", "r01", "home_care"):
        assert not re.search(rf"\b{name}\b", text), name
    assert made["labels"]["age_band"][""][language].split("{")[0] in text


def test_who_answered_is_told_as_exactly_as_to_the_public() -> None:
    found = re.search(r"<h2>Who answered</h2>.*?</section>", page("en"), re.DOTALL)
    assert found
    told = " ".join(words(found[0]))
    assert "on a page 150 in other ways 28" in told
    assert "65–79 100 nothing (*) 78" in told


def test_how_many_clients_there_are_is_told_or_that_nobody_has_said_it() -> None:
    found = re.search(r"<h2>Risk of being recognised</h2>.*?</section>", page("en"), re.DOTALL)
    assert found
    assert "was not given" in " ".join(words(found[0]))
    risk = {"largest": 0.004, "mean": 0.002}
    made = report()
    told = made | {
        "clients": {"column": "service_group", "number": {"home_care": 1500, "benefit": 280}},
        "profiles": {name: {**each, "journalist": risk} for name, each in made["profiles"].items()},
    }
    for language, html in pages(told).items():
        text = " ".join(words(html.decode()))
        read = Reading(told, language)
        for figure in (read.number(1780), read.number(1500), read.share(0.1), read.share(0.004)):
            assert " ".join(figure.split()) in text, (language, figure)
        assert made["labels"]["service_group"]["home_care"][language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_labels_are_made_coarser_and_what_was_released_before_is_told(language: str) -> None:
    made = report()
    earlier = {"batch": 1, "made": "2010-07-01", "people": 120, "files": {"data/tables.csv": "ab" * 32}}
    told = made | {"batch": 2, "ledger": {"previous": "cd" * 32, "earlier": [earlier]}}
    text, read = " ".join(words(pages(told, (language,))[language].decode())), Reading(told, language)
    nothing = translations_for(language).gettext("nothing (*)")
    for leaf, coarser in (("a65_79", "a65_plus"), ("a80_plus", "a65_plus")):
        assert f"{read.label('age_band', leaf)} → {read.label('age_band', coarser)} → {nothing}" in text
    assert f"{read.label('age_band', 'a50_64')} → {nothing}" in text
    assert " ".join(read.day("2010-07-01").split()) in text
    assert "cd" * 32 in text
    settled = translations_for(language).gettext("People whose answers became anonymous: %(number)s")
    assert settled % {"number": "178"} in text


def test_shares_never_look_like_nothing_or_all_unless_they_are() -> None:
    read = Reading(report(), "en")
    assert [read.share(part) for part in (0, 0.00001, 0.05, 0.2, 0.9999, 1)] == [
        "0%",
        "0.1%",
        "5.0%",
        "20%",
        "99.9%",
        "100%",
    ]
    assert Reading(report(), "lv").share(0.056) == "5,6\u00a0%"


def test_the_groups_of_all_sizes_hold_everybody() -> None:
    for profile in ("analyst", "public"):
        bands = list(Reading(report(), "en").bands(profile))
        measured = report()["profiles"][profile]["classes"]
        assert sum(band.people for band in bands) == 178
        assert sum(band.groups for band in bands) == measured["classes"]
        assert bands[0].first <= measured["least"]


def test_the_json_is_the_same_bytes_and_comes_back_whole() -> None:
    data = reports.to_bytes(report())
    assert reports.read(data) == report()
    assert reports.to_bytes(dict(reversed(report().items()))) == data
    assert json.loads(data)["policy"]["k"] == 5


def test_how_few_were_withheld_is_never_told() -> None:
    """Nine people withheld of 187: neither the nine nor the 187 stand anywhere."""
    few, none, many = report(178, 9)["counts"], report()["counts"], report(178, 12)["counts"]
    assert few == {"settled": None, "released": 178, "withheld_under": 10, "withheld": 0}
    assert none == {"settled": 178, "released": 178, "withheld_under": None, "withheld": 0}
    assert many["withheld"] == 12
    assert "Fewer than 10" in pages(report(178, 9), ("en",))["en"].decode()


def test_what_was_asked_and_left_out_is_named() -> None:
    left = report()["left_out"]
    assert {"area", "duration", "completed_by"} <= set(left)
    assert not {"r01", "important", "good", "age_band"} & set(left)


def test_a_page_needs_nothing_else_and_runs_nothing() -> None:
    html = page("lv")
    assert not re.findall(r"<script|<link|src=|href=(?!\"#)|https?://", html)
    assert pages(report())["uk"] == pages(report())["uk"]


def test_a_report_is_rendered_once_in_each_language_and_no_other_in_its_place() -> None:
    made, same_words = report(), dict(report())
    assert len({Reading(made, "lv"), Reading(made, "lv"), Reading(made, "et"), Reading(same_words, "lv")}) == 3
