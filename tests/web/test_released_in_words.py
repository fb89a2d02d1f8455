"""Whoever is asked reads, before they agree, what is passed on of their answers and what isn't."""

import re

import pytest

from surveyapp.engine import conversation
from surveyapp.engine.passed_on import passed_on, told
from surveyapp.engine.prompt import Say
from surveyapp.engine.showing import Scene, render
from surveyapp.engine.talks import Start
from surveyapp.languages import translations_for
from surveyapp.phrases import PHRASES
from surveyapp.prompts_in_words import in_words
from surveyapp.web.respond.screens import entry_view
from surveyapp.web.respond.texts import Voice
from tests.engine.library import library

from .rendering import environment, form_shell, other_pages


def test_every_question_is_in_one_place_only() -> None:
    q = library("client_satisfaction_10")
    found = passed_on(q)
    named = [item.id for part in found[1:] for item in part]
    assert sorted(named) == sorted({item.id for item in q.items if item.type not in {"note", "consent"}})
    assert [item.id for item in found.coarsened] == ["service_group", "age_band", "gender"]
    assert {item.id for item in found.left_out} >= {"area", "duration", "completed_by"}


def first_page(language: str) -> str:
    view = entry_view(library("client_satisfaction_10"), Voice(language), minutes=5)
    given = {"shell": form_shell(keeps=False, language=language), "entry": view, "ticked": "", "errors": ()}
    return environment.get_template("respond/entry.html").render(**given)


def test_the_first_page_says_what_is_passed_on() -> None:
    details = first_page("lv").partition("<details")[2].partition("</details>")[0]
    assert "rows that each fit at least 5 people who answered" in details
    assert "figures about at least 10 people" in details
    assert "may recognise your row" in details
    coarser, kept = re.findall(r"<li>(Made coarser before:.*?|Not passed on at all:.*?)</li>", details)
    assert "Cik Jums ir gadu?" in coarser
    assert "Cik Jums ir gadu?" not in kept
    assert "Kas aizpildīja šo anketu?" in kept


def test_a_questionnaire_of_which_nothing_is_released_promises_nothing() -> None:
    assert "passed on" not in other_pages()["entry"]


def said_in_chat(name: str, language: str) -> list[str]:
    """What the button "Read more" of a chat shows."""
    q = library(name)
    talk = conversation.begin(q, Start("0a1b2c3d", language)).talk
    scene = Scene(q, talk, {}, Voice(language))
    more, *_ = render(scene, Say("read_more"))
    return list(in_words(more, q, Voice(language)).paragraphs)


@pytest.mark.parametrize("language", ["lv", "et", "ru", "en", "uk"])
def test_a_chat_says_all_of_it_too(language: str) -> None:
    said = said_in_chat("client_satisfaction_10", language)
    view = told(library("client_satisfaction_10"), Voice(language))
    assert view
    *_, to_whom, coarser, kept, texts, watched = said
    assert re.findall(r"\d+", to_whom) == ["5", "10"]
    assert all(question in coarser for question in view.coarsened)
    assert all(question in kept for question in view.left_out)
    say = translations_for(language).gettext
    assert (texts, watched) == (say(PHRASES["texts_read_first"]), say(PHRASES["watched"]))


def test_what_nobody_is_asked_for_is_named_where_it_is_passed_on() -> None:
    """The service comes with the link."""
    assert "Предварительно обобщается: услуга" in said_in_chat("client_satisfaction_short", "ru")
