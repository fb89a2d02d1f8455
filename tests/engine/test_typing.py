"""What is typed instead of tapped: words that mean a button, figures of every width, dates as people write them."""

from typing import Any

import pytest

from surveyapp.engine.checks import Problem
from surveyapp.engine.conversation import step
from surveyapp.engine.places import place_of
from surveyapp.engine.talks import Step, Talk, Text
from tests.web.every_type import ITEMS, Q

NONCE = "0a1b2c3d"


def typed(item: str, words: str, answers: dict[str, Any] | None = None) -> Step:
    """Somebody sees the question and types."""
    talk = Talk(nonce=NONCE, language="en", phase="asking", at=ITEMS[item].id, shown=1)
    return step(Q, talk, answers or {}, Text(words, 2))


def problem(made: Step) -> str | None:
    return made.note.code if isinstance(made.note, Problem) else None


WORDS = {
    "skip": ["skip", "izlaist", "jäta vahele", "пропустить", "Пропустити!"],
    "back": ["back", "Atpakaļ", "tagasi", "назад"],
    "stop": ["stop", "pārtraukt", "katkesta", "прекратить", "припинити"],
    "help": ["help", "palīdzība", "abi", "помощь", "допомога"],
}


@pytest.mark.parametrize("kind", ["number", "date", "single", "multiple"])
@pytest.mark.parametrize("meaning", WORDS)
def test_words_for_buttons_are_understood_at_questions_of_every_kind(kind: str, meaning: str) -> None:
    for word in WORDS[meaning]:
        made, here = typed(kind, word), ITEMS[kind].id
        shown = place_of(Q, made.talk, made.answers)
        happened = {
            "skip": made.answers.get(here) == {"missing": "skipped"},
            "back": shown != here,
            "stop": made.effect == "pause",
            "help": getattr(made.note, "code", "") == "help",
        }
        assert happened[meaning], (word, made.note)


@pytest.mark.parametrize(("words", "value"), [("5️⃣", 5), ("１２", 12), (" 7 ", 7)])
def test_figures_of_every_width_are_numbers(words: str, value: int) -> None:
    assert typed("number", words).answers[ITEMS["number"].id] == value


DATES = [
    "2.11.2026",
    "２.１１.２０２６",
    "2026-11-02",
    "2.XI.2026",
    "2. november 2026",
    "2. novembril 2026",
    "2026. gada 2. novembrī",
    "2026. gada 2. novembri",
    "2 ноября 2026 г.",
    "2 листопада 2026 р.",
    "November 2, 2026",
]


@pytest.mark.parametrize("words", DATES)
def test_dates_are_read_as_people_write_them(words: str) -> None:
    made = typed("date", words)
    assert made.answers.get(ITEMS["date"].id) == "2026-11-02", made.note


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("2. smarch 2026", "month_unclear"),
        ("2 2026", "month_missing"),
        ("2.13.2026", "month_unclear"),
        ("2 November", "year_missing"),
        ("November 2026", "day_missing"),
        ("32 November 2026", "day_unclear"),
    ],
)
def test_what_is_wrong_with_a_date_is_named(words: str, code: str) -> None:
    assert problem(typed("date", words)) == code
