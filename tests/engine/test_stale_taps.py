"""Buttons of older questions: what is said about them is true, and there is a way to change what they meant."""

from typing import Any

import pytest

from surveyapp.engine.conversation import step
from surveyapp.engine.flow import PRESET
from surveyapp.engine.prompt import Choice, Say
from surveyapp.engine.showing import Scene, render
from surveyapp.engine.talks import Talk
from surveyapp.engine.voices import Voice
from tests.web.every_type import Q

NONCE = "0a1b2c3d"
TALK = Talk(nonce=NONCE, language="en", phase="asking", shown=1)
ANSWERS: dict[str, Any] = {
    PRESET: {},
    "rating": 3,
    "single": {"missing": "skipped"},
    "multiple": [Q.by_id["multiple"].options[0].value],
}
ALREADY, EARLIER = "already_recorded", "earlier_question"


@pytest.mark.parametrize(
    ("verb", "item", "option", "said"),
    [
        ("+", "multiple", 0, ALREADY),
        ("-", "multiple", 1, ALREADY),
        ("+", "multiple", 1, EARLIER),
        ("-", "multiple", 0, EARLIER),
        ("d", "multiple", None, ALREADY),
        ("s", "single", None, ALREADY),
        ("s", "rating", None, EARLIER),
        ("b", "rating", None, EARLIER),
        ("n", None, None, "older_message"),
        ("+", "number", 0, "older_message"),
    ],
)
def test_what_is_said_about_an_old_button_is_true(verb: str, item: str | None, option: int | None, said: str) -> None:
    made = step(Q, TALK, ANSWERS, Choice(NONCE, item, verb, option))
    assert isinstance(made.note, Say)
    assert (made.note.code, made.answers, made.effect) == (said, ANSWERS, None)


def test_an_old_tick_that_was_not_stored_leads_to_its_question() -> None:
    made = step(Q, TALK, ANSWERS, Choice(NONCE, "multiple", "+", 1))
    button = render(Scene(Q, made.talk, made.answers, Voice("en")), made.note)[-1].rows[0][0]
    assert button.choice == Choice(NONCE, "multiple", "c")
    assert step(Q, made.talk, made.answers, button.choice).talk.at == "multiple"
