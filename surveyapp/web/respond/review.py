"""Answers in words, for the page on which a person checks them before sending."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from surveyapp.answers_in_words import answer_words
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.personal import own_words
from surveyapp.engine.questions import question_words
from surveyapp.web.respond.entered import Answers
from surveyapp.web.respond.texts import Voice


class ReviewRow(NamedTuple):
    """A question with its answer in words, empty when there is none, and where to change it.

    ``own``: the one of the answers that the person wrote, in a language nobody knows. ``item``: for a button that
    changes it, where there is no address for that.
    """

    question: str
    answers: tuple[str, ...]
    change_url: str | None
    own: str = ""
    item: str = ""


def review_rows(
    q: Questionnaire,
    items: Sequence[Item],
    answers: Answers,
    voice: Voice,
    change: Callable[[Item], str | None],
) -> tuple[ReviewRow, ...]:
    """Every question with its answer. ``change``: item -> address of the screen that changes it."""
    return tuple(
        ReviewRow(
            question_words(item, voice),
            answer_words(q, item, answers.get(item.id), voice),
            change(item),
            own_words(item, answers.get(item.id)),
            item.id,
        )
        for item in items
        if item.type != "note"
    )
