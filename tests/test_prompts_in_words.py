"""What a chat is sent: every message of every shipped questionnaire is worded in each language and fits the channel."""

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from surveyapp.engine import flow
from surveyapp.engine.checks import Problem
from surveyapp.engine.choices import offers
from surveyapp.engine.definition import Questionnaire
from surveyapp.engine.flow import PRESET
from surveyapp.engine.places import voice_of
from surveyapp.engine.prompt import Answer, Choice, Say
from surveyapp.engine.showing import SPECIAL, Scene, recorded, render
from surveyapp.engine.talks import Talk
from surveyapp.engine.voices import Voice
from surveyapp.phrases import PHRASES
from surveyapp.prompts_in_words import WordedPrompt, in_words, words
from surveyapp.wording import REFUSALS
from tests.engine.library import PUBLISHED, library

VALUES = {
    "minutes": "5",
    "web_url": "https://x.ee/r/ABCD2345",
    "privacy_url": "https://x.ee/privacy",
    "contact": "+372 5",
}
RECEIPT = "0123 4567 89AB CDEF GHJK M"
WORDED = [
    (name, language, variant)
    for name in PUBLISHED
    for language in library(name).languages
    for variant in (("standard", "easy") if library(name).offers_easy else ("standard",))
]


def messages(q: Questionnaire, language: str, variant: str) -> list[WordedPrompt]:
    """The first message, each question asked and shown again, the review, and every note."""
    voice = Voice(language, variant, VALUES)
    asking = Talk(nonce="0a1b2c3d", language=language, phase="asking", variant=variant)  # type: ignore[arg-type]
    answers: dict[str, Any] = {PRESET: {"variant": variant}}
    scenes = [Scene(q, replace(asking, phase=phase), answers, voice) for phase in ("language", "consent")]
    full = dict(answers)
    for item in flow.visible(q, answers):
        if item.type != "note":
            offered = offers(q, item, voice_of(asking))
            value = offered[0].value if offered else {"missing": "skipped"}
            full[item.id] = [value] if item.type == "multiple" else value
            at = replace(asking, at=item.id)
            scenes += [Scene(q, at, answers, voice), Scene(q, at, full, voice)]
    scenes.append(Scene(q, asking, full, voice, RECEIPT))
    made = [prompt for scene in scenes for prompt in render(scene)]
    made += [prompt for code in SPECIAL for prompt in render(scenes[-1], Say(code, {"days": 30}))]
    made += [recorded(scenes[-1], item) for item in flow.visible(q, answers) if item.type != "note"]
    return [in_words(prompt, q, voice) for prompt in made]


@pytest.mark.parametrize(("name", "language", "variant"), WORDED)
def test_every_message_fits(name: str, language: str, variant: str) -> None:
    for message in messages(library(name), language, variant):
        assert message.text.strip()
        assert all(paragraph.strip() for paragraph in message.paragraphs), message.prompt
        assert "%(" not in message.text
        assert len(message.text) <= 3500 or message.prompt.kind in {"review", "note"}, message.prompt.place
        buttons = [button for row in message.rows for button in row]
        assert len(buttons) <= 100
        assert all(button.label.strip() and "%(" not in button.label for button in buttons)


TOASTS = ("already_recorded", "older_message", "earlier_questionnaire")


@pytest.mark.parametrize("language", ["et", "lv", "ru", "en", "uk"])
def test_what_answers_a_tap_is_short(language: str) -> None:
    assert all(0 < len(words(Say(code), None, Voice(language))) <= 200 for code in TOASTS)


def test_an_answer_a_problem_and_a_change_are_said_in_the_person_s_language() -> None:
    q, voice = library("client_satisfaction_10"), Voice("lv")
    assert words(Answer("r01", 4), q, voice) == "4 – laba kvalitāte"
    assert words(Answer("r01", None), q, voice) == "Nav atbildes"
    change = Say("change_to", {"choice": Choice("0a1b2c3d", "r01", "!", 3), "answer": Answer("r01", 4)})
    assert words(change, q, voice) == "Mainīt uz: 4 – laba kvalitāte"
    assert words(Problem("important", "too_many_choices", {"limit": 3, "chosen": 4}), q, voice)


SOURCES = {
    file: file.read_text("utf-8")
    for folder in ("surveyapp", "bots")
    for pattern in ("*.py", "*.html")
    for file in (Path(__file__).parent.parent / folder).rglob(pattern)
    if file.name != "phrases.py"
}
SAID = re.compile(r'(?:Say|only_says|_says|outside|ended|ending|Refusal)\(\s*(?:[a-z_.]+, )*"(\w+)"')
CHAT = ("engine", "conversations", "desks", "effects", "handovers", "replies", "starting", "standings", "turns")


def test_every_sentence_that_is_said_is_worded() -> None:
    said = {
        code
        for file, source in SOURCES.items()
        if {file.stem, file.parent.name} & set(CHAT)
        for code in SAID.findall(source)
    }
    assert len(said) > 60
    assert said - PHRASES.keys() - REFUSALS.keys() == set()


def test_every_worded_sentence_is_said() -> None:
    everything = "\n".join(SOURCES.values())
    assert [
        code for code in PHRASES if f'"{code}"' not in everything and f"{code.removesuffix('_page')}" not in everything
    ] == []
