"""What the templates of a chat are given, worded: what was said so far, and the question that is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveyapp.engine import flow
from surveyapp.engine.definition import Item
from surveyapp.engine.places import VIEW, item_at, revision
from surveyapp.engine.questions import question_words
from surveyapp.services.standings import Standing
from surveyapp.web.respond.fields import FieldView, ask, field_view
from surveyapp.web.respond.review import ReviewRow, review_rows
from surveyapp.web.respond.texts import Voice, Worded, paragraphs
from surveyapp.web.respond.views import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """The question a chat has come to, with the notes that belong to it.

    ``section``, ``intro``: title and text of a page before its first question. ``place``: what is posted with the
    answer, with ``rev``, by which an older form is told. ``required``: it can't be skipped. ``back``: there is a question before it.
    """

    title: str
    section: str
    intro: tuple[str, ...]
    fields: tuple[FieldView, ...]
    place: str
    rev: str
    required: bool
    back: bool


def question_view(standing: Standing, voice: Voice, problems: Sequence[Worded]) -> QuestionView:
    """The present question, its number standing in its legend."""
    q, answers, place = standing.collecting.questionnaire, standing.answers, standing.place
    item = item_at(q, place)
    screen = flow.screen_of(q, answers, VIEW, item.id) if item else None
    if item is None or screen is None:
        raise LookupError(place)
    problem = next(iter(problems), None)
    number = flow.progress(q, answers, VIEW, screen)
    fields = tuple(
        field_view(
            ask(q, each, answers, voice), level=2, problem=problem, progress=Progress(*number[:2], about=number.about)
        )
        if each is item
        else field_view(ask(q, each, answers, voice), level=2)
        for each in screen.items
    )
    return QuestionView(
        title=question_words(item, voice),
        section=voice.say(screen.page.title) if screen.first else "",
        intro=paragraphs(voice.say(screen.page.note)) if screen.first else (),
        fields=fields,
        place=place,
        rev=revision(answers, place),
        required=item.required,
        back=flow.before(q, answers, VIEW, screen.id) is not None,
    )


def said_so_far(standing: Standing, voice: Voice) -> tuple[ReviewRow, ...]:
    """Every question that was answered, but for the one that is asked now; made of the answers alone."""
    q, answers = standing.collecting.questionnaire, standing.answers
    present = item_at(q, standing.place)
    items = [item for item in flow.visible(q, answers) if item is not present and _has_answer(standing, item)]
    return review_rows(q, items, answers, voice, lambda item: None)


def _has_answer(standing: Standing, item: Item) -> bool:
    return item.type != "note" and not flow.is_open(standing.answers, item)
