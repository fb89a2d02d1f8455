"""Answers on their way back: into the fields of a form, and into words a person reads."""

from typing import Any

import pytest

from surveyapp.answers_in_words import WORDS, answer_words
from surveyapp.engine.answers import READERS, read
from surveyapp.engine.checks import Problem
from surveyapp.languages import translations_for
from surveyapp.web.respond.entered import entered
from surveyapp.web.respond.fields import FIELDS
from surveyapp.web.respond.texts import Voice, fill, grouped, linked, paragraphs
from surveyapp.wording import say_problem

from .every_type import ANSWERS, ITEMS, Q
from .rendering import environment


def test_every_type_is_read_shown_and_said() -> None:
    components = environment.get_template("components/field.html").module.components  # type: ignore[attr-defined]
    assert FIELDS.keys() == READERS.keys() == {*WORDS, "note"}
    assert components.keys() == {*READERS, "long_list"}


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name, each in ANSWERS.items() for answer in each])
@pytest.mark.parametrize("language", ["en", "lv"])
def test_an_answer_shown_and_sent_again_is_the_same_answer(name: str, answer: Any, language: str) -> None:
    assert read(Q, ITEMS[name], entered(ITEMS[name], {name: answer}, language)) == answer


def test_answers_are_said_in_the_persons_language() -> None:
    def said(name: str, answer: Any, language: str) -> list[str]:
        return [" ".join(part.split()) for part in answer_words(Q, ITEMS[name], answer, Voice(language))]

    assert said("rating", 3, "lv") == ["3 – augsta kvalitāte"]
    assert said("rating", {"missing": "dk"}, "lv") == ["nezinu"]
    assert said("rating", {"missing": "skipped"}, "lv") == said("rating", None, "lv") == []
    assert said("multiple", {"value": ["care", "other"], "text": "dārzs"}, "lv") == [
        "aprūpe mājās",
        "kas cits",
        "dārzs",
    ]
    assert said("number", 1234.5, "lv") == ["1 234,5 stundas"]
    assert said("date", "2026-11-02", "lv") == ["2026. gada 2. novembris"]
    assert said("date", "2026-11-02", "en") == ["2 November 2026"]


@pytest.mark.parametrize(
    ("language", "day", "number"),
    [("en", "not before 2 November 1990.", "at least 0.0005."), ("lv", "agrāks par 02.11.1990.", "vismaz 0,0005.")],
)
def test_a_bound_is_said_as_the_person_would_write_it(language: str, day: str, number: str) -> None:
    too_early = Problem("date", "date_too_low", {"minimum": "1990-11-02", "maximum": None})
    too_low = Problem("number", "number_too_low", {"minimum": 0.0005, "maximum": None})
    for problem, words in ((too_early, day), (too_low, number)):
        assert say_problem(Q, problem, translations_for(language), language).endswith(words)


def test_texts_come_apart_and_together_again() -> None:
    assert paragraphs("One\nline.\n \n\nTwo.\n") == ("One\nline.", "Two.")
    assert fill("{a} {b} {0.__class__} {", {"a": "{b}"}) == "{b} {b} {0.__class__} {"
    assert linked("See https://example.org/a?b=c. Or http://x.lv") == (
        ("See ", False),
        ("https://example.org/a?b=c", True),
        (". Or ", False),
        ("http://x.lv", True),
    )
    assert grouped("K7QF2MXA9") == "K7QF 2MXA 9"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "JaVaScRiPt://x.example/%0Aalert(1)",
        "vbscript:x",
        "file:///etc/passwd",
        "//x.example",
    ],
)
def test_only_addresses_of_the_web_become_links(text: str) -> None:
    assert not any(is_address for _, is_address in linked(f"see {text} here"))
    assert ("https://x.example/a", True) in linked("see https://x.example/a here")
