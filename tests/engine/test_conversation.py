"""A conversation's promises, whatever people tap and type: it never stumbles, loses nothing and repeats nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from surveyapp.engine import flow
from surveyapp.engine.choices import offers
from surveyapp.engine.conversation import begin, corrected, step
from surveyapp.engine.definition import Questionnaire
from surveyapp.engine.flow import PRESET, TYPED
from surveyapp.engine.places import OWN_TEXT, item_at, place_of, voice_of
from surveyapp.engine.prompt import VERBS, Choice, Say
from surveyapp.engine.showing import Scene, render
from surveyapp.engine.talks import (
    CONSENT,
    REVIEW,
    Blocked,
    Command,
    Edited,
    Event,
    Given,
    Kept,
    Media,
    Start,
    Step,
    Talk,
    Text,
)
from surveyapp.engine.typed_words import COMMANDS
from surveyapp.engine.voices import Voice
from tests.engine.library import PUBLISHED, library
from tests.engine.questionnaires import presets, questionnaires

NONCE = "0a1b2c3d"
NAMES = (
    "start",
    "skip",
    "back",
    "change",
    "stop",
    "delete",
    "language",
    "simple",
    "web",
    "help",
    "privacy",
    "nonsense",
)
PLACES = [None, "_language", "_consent", "_review", "nobody", *(f"q{n}" for n in range(6)), f"q1{OWN_TEXT}"]
TEXTS = ["", "1", "2", "5", "?", "yes", "a", "1, 2", "words", "2.11.2026", "skip", "back", "done", "stop", "x" * 6000]

taps = st.builds(
    Choice,
    st.sampled_from([NONCE, NONCE, NONCE, "ffffffff"]),
    st.sampled_from(PLACES),
    st.sampled_from([*VERBS, "?"]),
    st.none() | st.integers(-2, 9),
)
events: st.SearchStrategy[Event] = st.one_of(
    taps,
    st.builds(Text, st.sampled_from(TEXTS) | st.text(max_size=20), st.integers(0, 60)),
    st.builds(Command, st.sampled_from(NAMES), st.sampled_from(["", "yes", "lv", "1"]), st.none() | st.integers(0, 60)),
    st.builds(Given, st.just(NONCE), st.sampled_from([p for p in PLACES if p]), st.just({"q1": ["a"], "q2": ["4"]})),
    st.builds(Kept, st.just(NONCE), st.sampled_from([p for p in PLACES if p]), st.just({"q1": ["a"], "q2": ["x"]})),
    st.sampled_from([Edited(), Media(), Blocked(), Start(NONCE, "en")]),
)


def begun(q: Questionnaire, preset: dict[str, Any]) -> tuple[Talk, dict[str, Any]]:
    return begin(q, Start(NONCE, "en")).talk, {PRESET: preset}


@given(questionnaires(), presets, st.lists(st.tuples(events, st.booleans()), max_size=25))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_there_is_a_step_and_something_to_show(
    q: Questionnaire, preset: dict[str, Any], happened: list[tuple[Event, bool]]
) -> None:
    talk, answers = begun(q, preset)
    for order, (event, seen) in enumerate(happened):
        made = step(q, talk, answers, event)
        talk, answers = made.talk, made.answers
        prompts = render(Scene(q, talk, answers, Voice("en")), made.note)
        assert prompts
        assert all(button.label for prompt in prompts for row in prompt.rows for button in row)
        if seen:
            talk = replace(talk, shown=order)
        assert flow.prune(q, answers) == answers
        assert set(answers) - {PRESET, TYPED} <= {item.id for item in flow.visible(q, answers)}


@given(questionnaires(), presets, st.lists(events, max_size=15), st.lists(taps, max_size=20))
@settings(max_examples=200, deadline=None)
def test_taps_repeated_and_shuffled_change_no_stored_answer_but_by_change(
    q: Questionnaire, preset: dict[str, Any], before: list[Event], stale: list[Choice]
) -> None:
    talk, answers = begun(q, preset)
    for event in before:
        made = step(q, talk, answers, event)
        talk, answers = replace(made.talk, shown=0), made.answers
    stored = {key: value for key, value in answers.items() if key != place_of(q, talk, answers)}
    for tap in (*stale, *reversed(stale)):
        if tap.verb in {"c", "!", "b", "e", "l", "g"} or tap.item == place_of(q, talk, answers):
            continue
        made = step(q, talk, answers, tap)
        answers = made.answers
        assert {key: value for key, value in answers.items() if key in stored} == stored


@given(questionnaires(), presets, st.data())
@settings(max_examples=150, deadline=None)
def test_every_option_can_be_tapped_and_the_buttons_name_only_what_there_is(
    q: Questionnaire, preset: dict[str, Any], data: st.DataObject
) -> None:
    talk, answers = begun(q, preset)
    for _ in range(40):
        prompt = render(Scene(q, talk, answers, Voice("en")))[-1]
        buttons = [button.choice for row in prompt.rows for button in row if button.choice]
        if prompt.place == REVIEW or not buttons:
            break
        tap = data.draw(st.sampled_from([each for each in buttons if each.verb not in {"b", "k", "n"}] or buttons))
        made = step(q, talk, answers, tap)
        assert not made.quiet, tap
        talk, answers = made.talk, made.answers
        if prompt.place and (item := item_at(q, prompt.place)) and item.type in {"text", "date"} and tap.verb != "s":
            break


WORDED = [(name, language) for name in PUBLISHED for language in library(name).languages]


@pytest.mark.parametrize(("name", "language"), WORDED)
def test_every_option_can_be_typed_by_number_and_by_its_words(name: str, language: str) -> None:
    q = library(name)
    asked = [item for item in flow.visible(q, {PRESET: {}}) if item.type != "note"]
    for item in asked:
        talk = Talk(nonce=NONCE, language=language, phase="asking", at=item.id, shown=1)
        voice = voice_of(talk)
        for offer in offers(q, item, voice):
            for typed in filter(None, (offer.number, voice.say(offer.label))):
                made = step(q, talk, {PRESET: {}}, Text(typed, 2))
                wanted = [offer.value] if item.type == "multiple" and not offer.extra else offer.value
                assert made.answers.get(item.id) == wanted, (item.id, typed, made.note)


def interview(q: Questionnaire, typed: list[str], language: str = "en") -> Step:
    """Type one message after the other, each after the question was seen."""
    made = begin(q, Start(NONCE, language))
    talk, answers = made.talk, {PRESET: {}}
    for order, text in enumerate(typed, 1):
        made = step(q, replace(talk, shown=2 * order), answers, Text(text, 2 * order + 1))
        talk, answers = made.talk, made.answers
    return made


SHORT = library("client_satisfaction_10")


def test_numbers_words_and_question_marks_are_answers() -> None:
    made = interview(SHORT, ["yes", "2", "5️⃣", "?", "4 - Good Quality!", "laba kvalitāte"])
    answers = {key: value for key, value in made.answers.items() if key != PRESET}
    assert answers == {"service_group": "day_centre", "r01": 5, "r02": {"missing": "dk"}, "r03": 4, "r04": 4}
    assert made.talk.shown is None


def test_what_was_typed_before_the_question_was_seen_is_not_its_answer() -> None:
    made = interview(SHORT, ["yes", "2"])
    early = step(SHORT, made.talk, made.answers, Text("5", 99))
    assert early.note == Say("too_early")
    assert "r01" not in early.answers
    seen = replace(early.talk, shown=120)
    assert step(SHORT, seen, early.answers, Text("5", 119)).note == Say("too_early")
    assert step(SHORT, seen, early.answers, Text("5", 121)).answers["r01"] == 5


def test_the_tail_of_a_text_that_was_too_long_does_not_become_the_answer() -> None:
    q = library("client_satisfaction_10")
    text = next(item for item in q.items if item.type == "text")
    talk = Talk(nonce=NONCE, language="en", phase="asking", at=text.id, shown=1)
    made = step(q, talk, {PRESET: {}}, Text("x" * 4096, 2))
    assert made.talk.shown is None
    tail = step(q, made.talk, made.answers, Text("the tail", 3))
    assert tail.note == Say("too_early")
    assert text.id not in tail.answers


def test_a_second_tap_is_no_second_answer_and_another_one_is_asked_about() -> None:
    made = interview(SHORT, ["yes", "2"])
    tapped = step(SHORT, made.talk, made.answers, Choice(NONCE, "r01", "=", 4))
    assert tapped.answers["r01"] == 5
    again = step(SHORT, tapped.talk, tapped.answers, Choice(NONCE, "r01", "=", 4))
    assert (again.quiet, again.note) == (True, Say("already_recorded"))
    other = step(SHORT, tapped.talk, tapped.answers, Choice(NONCE, "r01", "=", 0))
    assert other.answers["r01"] == 5
    extra = render(Scene(SHORT, other.talk, other.answers, Voice("en")), other.note)[-1].rows[0][0].choice
    assert extra == Choice(NONCE, "r01", "!", 0)
    changed = step(SHORT, other.talk, other.answers, extra)
    assert changed.answers["r01"] == 1
    assert place_of(SHORT, changed.talk, changed.answers) == "r02"


def test_back_keep_and_change() -> None:
    made = interview(SHORT, ["yes", "2", "5", "back", "back"])
    assert made.talk.at == "service_group"
    prompt = render(Scene(SHORT, made.talk, made.answers, Voice("en")))[-1]
    assert prompt.rows[0][0].choice == Choice(NONCE, "service_group", "g")
    kept = step(SHORT, made.talk, made.answers, Choice(NONCE, "service_group", "g"))
    assert kept.answers == made.answers
    assert place_of(SHORT, kept.talk, kept.answers) == "r02"
    listed = step(SHORT, kept.talk, kept.answers, Command("change", "2"))
    assert listed.talk.at == "r01"


def test_another_button_of_a_form_keeps_what_was_entered_and_the_question() -> None:
    made = interview(SHORT, ["yes", "2"])
    for value in ("5", "nonsense"):
        kept = step(SHORT, made.talk, made.answers, Kept(NONCE, "r01", {"r01": [value]}))
        spoken = step(SHORT, kept.talk, kept.answers, Command("language", "lv"))
        assert place_of(SHORT, spoken.talk, spoken.answers) == "r01"
        assert (spoken.answers.get("r01"), TYPED in spoken.answers) == ((5, False) if value == "5" else (None, True))
    elsewhere = step(SHORT, made.talk, made.answers, Kept(NONCE, "r02", {"r02": ["5"]}))
    assert (elsewhere.talk, elsewhere.answers) == (made.talk, made.answers)


def test_a_cleared_answer_is_asked_again_and_only_where_it_is_shown() -> None:
    made = interview(SHORT, ["yes", "2", "5"])
    shown = step(SHORT, made.talk, made.answers, Choice(NONCE, "r01", "c"))
    cleared = step(SHORT, shown.talk, shown.answers, Choice(NONCE, "r01", "x"))
    assert "r01" not in cleared.answers
    assert place_of(SHORT, cleared.talk, cleared.answers) == "r01"
    assert step(SHORT, made.talk, made.answers, Choice(NONCE, "r01", "x")).answers["r01"] == 5


def test_a_language_is_changed_midway_and_nothing_is_lost() -> None:
    made = interview(SHORT, ["yes", "2", "5"])
    spoken = step(SHORT, made.talk, made.answers, Command("language", "lv"))
    assert spoken.talk.language == "lv"
    assert spoken.answers[PRESET]["language"] == "lv"
    assert spoken.answers["r01"] == 5
    assert step(SHORT, made.talk, made.answers, Command("language")).note == Say("languages")


def test_another_language_keeps_what_is_ticked_and_not_yet_done() -> None:
    several = next(item for item in SHORT.items if item.type == "multiple")
    talk = Talk(nonce=NONCE, language="en", phase="asking", at=several.id)
    ticked = step(SHORT, talk, {PRESET: {}}, Choice(NONCE, several.id, "+", 1))
    assert step(SHORT, ticked.talk, ticked.answers, Command("language", "lv")).talk.chosen == (1,)


def test_only_sending_at_the_review_sends() -> None:
    made = interview(SHORT, ["yes", "2"])
    assert step(SHORT, made.talk, made.answers, Choice(NONCE, None, "f")).effect is None
    answers = made.answers
    for item in flow.visible(SHORT, answers):
        if item.id not in answers:
            answers = answers | {item.id: {"missing": "skipped"}}
    assert place_of(SHORT, made.talk, answers) == REVIEW
    assert step(SHORT, made.talk, answers, Choice(NONCE, None, "f")).effect == "submit"
    assert step(SHORT, replace(made.talk, shown=5), answers, Text("send", 6)).effect == "submit"
    assert step(SHORT, replace(made.talk, shown=5), answers, Text("2", 6)).talk.at == "r01"
    text = next(item for item in SHORT.items if item.type == "text" and item.id in answers)
    personal = answers | {text.id: "call me: 2912 3456"}
    asked = step(SHORT, made.talk, personal, Choice(NONCE, None, "f"))
    assert (asked.effect, asked.note) == (None, Say("looks_personal"))
    assert step(SHORT, made.talk, personal, Choice(NONCE, None, "f", 1)).effect == "submit"


def test_declining_erasing_pausing_and_moving_are_asked_of_the_service() -> None:
    consent = begin(SHORT, Start(NONCE, "en")).talk
    assert place_of(SHORT, consent, {}) == CONSENT
    assert step(SHORT, consent, {}, Choice(NONCE, None, "n")).effect == "decline"
    made = interview(SHORT, ["yes", "2"])
    for event, effect in (
        (Command("stop"), "pause"),
        (Command("delete", "yes"), "erase"),
        (Choice(NONCE, None, "k", 1), "erase"),
        (Blocked(), "erase"),
        (Command("web"), "handover"),
        (Choice(NONCE, None, "z"), "remind"),
        (Choice(NONCE, None, "r"), "restart"),
    ):
        assert step(SHORT, made.talk, made.answers, event).effect == effect
    for event in (Command("delete"), Choice(NONCE, None, "k")):
        assert step(SHORT, made.talk, made.answers, event).note == Say("delete_sure")


def test_an_answer_that_cannot_be_sent_is_asked_again() -> None:
    made = interview(SHORT, ["yes", "2", "5"])
    problems = flow.record(SHORT, made.answers | {"r01": 99}).problems
    assert corrected(SHORT, made.talk, made.answers, problems).talk.at == "r01"


def test_a_voice_message_and_an_edit_change_nothing() -> None:
    made = interview(SHORT, ["yes", "2"])
    for event, code in ((Media(), "media"), (Edited(), "edit_not_stored")):
        told = step(SHORT, made.talk, made.answers, event)
        assert told.note == Say(code)
        assert (told.talk, told.answers) == (made.talk, made.answers)


def test_command_words_of_the_five_languages_mean_one_thing_each() -> None:
    assert COMMANDS["izlaist"] == COMMANDS["jata vahele"] == COMMANDS["пропустить"] == COMMANDS["skip"] == "skip"
