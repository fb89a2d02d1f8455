"""What is typed instead of tapped: words that mean a button, figures of every width, dates as people write them."""

from typing import Any

import pytest
from msgspec.structs import replace

from surveyapp.engine import flow
from surveyapp.engine.checks import Problem
from surveyapp.engine.conversation import step
from surveyapp.engine.flow import PRESET
from surveyapp.engine.places import place_of
from surveyapp.engine.prompt import Say
from surveyapp.engine.showing import Scene, render
from surveyapp.engine.talks import Step, Talk, Text
from surveyapp.engine.voices import Voice
from surveyapp.languages import LANGUAGES
from surveyapp.prompts_in_words import in_words
from tests.engine.library import library
from tests.web.every_type import ITEMS, Q

NONCE = "0a1b2c3d"
SHORT = library("client_satisfaction_10")


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


SHOWN = [
    "_language",
    "_consent",
    "_review",
    "languages",
    "changes",
    "paused",
    "delete_sure",
    "midway",
    "looks_personal",
]


def shown(what: str, language: str) -> tuple[Talk, dict[str, Any]]:
    """A place, or a note that stands alone, as somebody sees it."""
    phase = {"_language": "language", "_consent": "consent"}.get(what, "asking")
    talk = Talk(nonce=NONCE, language=language, phase=phase, shown=1)  # type: ignore[arg-type]
    answers: dict[str, Any] = {PRESET: {}}
    if what in {"_review", "looks_personal"}:
        rest = {item.id: {"missing": "skipped"} for item in flow.visible(SHORT, answers) if item.type != "note"}
        answers |= rest | {next(item.id for item in SHORT.items if item.type == "text"): "Call me: 2912 3456"}
    else:
        answers |= {"service_group": "day_centre", "r01": 5} if phase == "asking" else {}
    return replace(talk, beside=None if what.startswith("_") else what), answers


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", SHOWN)
def test_the_words_on_every_button_can_be_typed(what: str, language: str) -> None:
    talk, answers = shown(what, language)
    scene = Scene(SHORT, talk, answers, Voice(language))
    rows = in_words(render(scene)[-1], SHORT, scene.voice).rows
    buttons = [button for row in rows for button in row if button.choice]
    assert len(buttons) > 1
    for button in buttons:
        tapped = step(SHORT, talk, answers, button.choice)
        words = button.label
        if what == "looks_personal" and button.choice.verb == "c":
            words = next(part for part in words.replace(".", "").split() if part.isdecimal())
        typed = step(SHORT, talk, answers, Text(words, 2))
        assert typed == tapped, (button.label, typed.note)


def test_what_is_typed_to_a_note_before_it_was_seen_does_nothing() -> None:
    talk, answers = shown("_review", "en")
    asked = step(SHORT, talk, answers, Text("send", 2))
    assert (asked.effect, asked.note) == (None, Say("looks_personal"))
    early = step(SHORT, asked.talk, asked.answers, Text("send", 3))
    assert (early.effect, early.note) == (None, Say("too_early"))
    assert step(SHORT, replace(asked.talk, shown=4), asked.answers, Text("send", 5)).effect == "submit"


def test_a_number_typed_to_a_note_is_no_answer_to_the_question_behind_it() -> None:
    for beside in ("delete_sure", "midway", "paused", "languages"):
        talk, answers = shown(beside, "en")
        made = step(SHORT, talk, answers, Text("4", 2))
        assert made.effect is None
        assert made.answers.get("r02") is None
        assert made.talk.shown is None, "the question itself has not been seen since"


def test_a_note_that_stands_alone_is_shown_again_as_it_was() -> None:
    for beside in SHOWN[3:]:
        talk, answers = shown(beside, "en")
        scene = Scene(SHORT, talk, answers, Voice("en"))
        assert render(scene) == render(scene, Say(beside))
        assert "%(" not in in_words(render(scene)[-1], SHORT, scene.voice).text


def test_how_to_answer_is_said_once_where_a_reply_was_not_understood() -> None:
    made = step(SHORT, *shown("_review", "en"), Text("1", 2))
    again = step(SHORT, replace(made.talk, shown=3), made.answers, Text("nonsense", 4))
    text = render(Scene(SHORT, again.talk, again.answers, Voice("en")), again.note)[-1].text
    assert text.count(again.note) == 1
