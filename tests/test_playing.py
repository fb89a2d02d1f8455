"""A questionnaire in the terminal: bound as every chat is, and worded for whoever tries it."""

import re

from surveyapp.engine.flow import PRESET
from surveyapp.playing import replayed
from tests.engine.library import PUBLISHED, library

SHORT = library("client_satisfaction_10")


def test_what_is_typed_to_a_note_is_no_answer() -> None:
    playing, _ = replayed(SHORT, "en", "standard", ["yes", "3", "/change", "1", "2", "/delete", "4"])
    assert {key: value for key, value in playing.answers.items() if key != PRESET} == {"service_group": "day_centre"}
    changed, _ = replayed(SHORT, "en", "standard", ["yes", "3", "/change", "1"])
    assert changed.talk.at == "service_group"
    deleted, _ = replayed(SHORT, "en", "standard", ["yes", "3", "/delete", "yes"])
    assert deleted.ended == "erased"


def test_no_placeholder_is_shown_as_it_is_written() -> None:
    for name in PUBLISHED:
        q = library(name)
        for language in q.languages:
            _, shown = replayed(q, language, "standard", [])
            _, more = replayed(q, language, "standard", ["/privacy", "/help"])
            assert not re.findall(r"\{\w+\}", shown + more), name
