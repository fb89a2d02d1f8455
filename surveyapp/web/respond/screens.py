"""Whole screens as templates show them: the consent page, a screen of questions, the review."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from babel.dates import format_date
from babel.numbers import format_decimal

from surveyapp.engine.definition import Channel, Item, Page, Questionnaire
from surveyapp.web.respond.fields import Answers, FieldView, Fill, consent_words, field_view
from surveyapp.web.respond.views import EntryView, SummaryRow, Worded, fill, linked, lines, paragraphs

LOCALES = {"en": "en_GB"}
"""Language -> locale of dates and numbers where the bare language would mean another country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenView:
    """One screen. ``title`` begins the document title; ``heading`` is None when the one question is the heading."""

    title: str
    heading: str | None
    intro: tuple[str, ...]
    fields: tuple[FieldView, ...]
    errors: tuple[SummaryRow, ...]


class ReviewRow(NamedTuple):
    """A question with its answer in words, empty when there is none, and where to change it."""

    question: str
    answers: tuple[str, ...]
    change_url: str | None


def entry_view(
    q: Questionnaire,
    language: str,
    values: Mapping[str, str],
    *,
    minutes: int,
    channel: Channel = "web",
    easy: str | None = None,
    error: str | None = None,
) -> EntryView:
    """The first page of a form. ``values``: what stands for the placeholders; ``easy``: None, "on" or "off"."""
    intro = q.intro.get(language, "")
    consent = q.consent
    texts = [line.text[language] for line in consent.lines if not line.channels or channel in line.channels] if consent else []
    return EntryView(
        title=fill(q.title[language], values),
        intro=paragraphs(fill(intro, values)),
        minutes=None if "{minutes}" in intro else minutes,
        short=lines(fill(consent.short.get(language, ""), values)) if consent else (),
        full=tuple(linked(fill(text, values)) for text in texts),
        agree=consent.agree[language] if consent else None,
        decline=consent.decline[language] if consent else None,
        notices=tuple(linked(fill(notice[language], values)) for notice in q.notices.values()),
        easy=easy,
        error=error,
    )


def screen_view(
    q: Questionnaire,
    page: Page,
    items: Sequence[Item],
    answers: Answers,
    problems: Sequence[Worded] = (),
    *,
    language: str,
    variant: str = "standard",
    values: Mapping[str, str] | None = None,
    order: int = 0,
) -> ScreenView:
    """The items (notes included) as one screen: a single question is the heading itself, several get the page's."""

    def filled(text: str) -> str:
        return fill(text, values or {})

    questions = [item for item in items if item.type != "note"]
    alone = len(questions) == 1
    of_item = {problem.item: problem for problem in reversed(problems)}
    fields = tuple(
        field_view(
            q, item, answers, of_item.get(item.id), language=language, variant=variant, level=1 if alone else 2, fill=filled, order=order
        )
        for item in items
    )
    page_title = filled(page.title.get(language, "") or q.title[language])
    return ScreenView(
        title=next(field.legend for field in fields if field.type != "note") if alone else page_title,
        heading=None if alone else page_title,
        intro=paragraphs(filled(page.note.get(language, ""))) if items and items[0] is page.items[0] else (),
        fields=fields,
        errors=tuple(SummaryRow(error_target(problem), problem.text) for problem in problems),
    )


def error_target(problem: Worded) -> str:
    """The address inside the page of the field a problem is about."""
    apart = problem.part is not None and problem.part != "day"
    return f"#{problem.item}-{problem.part}" if apart else f"#{problem.item}"


def review_rows(
    q: Questionnaire,
    items: Sequence[Item],
    answers: Answers,
    change: Callable[[Item], str | None],
    *,
    language: str,
    variant: str = "standard",
    fill: Fill = str,
) -> tuple[ReviewRow, ...]:
    """Every question with its answer. ``change``: item -> address of the screen that changes it."""
    return tuple(
        ReviewRow(
            fill((item.easy if variant == "easy" and item.easy else item.text)[language]),
            answer_words(q, item, answers.get(item.id), language, variant),
            change(item),
        )
        for item in items
        if item.type != "note"
    )


def answer_words(q: Questionnaire, item: Item, answer: Any, language: str, variant: str = "standard") -> tuple[str, ...]:
    """An answer as a person would read it; nothing for no answer."""
    if answer is None:
        return ()
    own = ""
    if isinstance(answer, Mapping):
        if "missing" in answer:
            return tuple(extra.label[language] for extra in q.extras_of(item, variant) if extra.code == answer["missing"])
        own, answer = answer.get("text", ""), answer["value"]
    words = WORDS[item.type](q, item, answer, language, variant)
    return (*words, own) if own else words


def _option_words(q: Questionnaire, item: Item, answer: Any, language: str, variant: str) -> tuple[str, ...]:
    chosen = answer if isinstance(answer, list) else [answer]
    return tuple(option.label[language] for option in item.options if option.value in chosen)


def _point_words(q: Questionnaire, item: Item, answer: Any, language: str, variant: str) -> tuple[str, ...]:
    scale = q.scale_of(item, variant)
    points = [point for point in scale.points if point.value == answer] if scale else []
    return tuple(_point(point.value, point.label.get(language, ""), point.face) for point in points)


def _point(value: int, label: str, face: str | None) -> str:
    if face and label:
        return label
    return f"{value} – {label}" if label else str(value)


def _number_words(q: Questionnaire, item: Item, answer: Any, language: str, variant: str) -> tuple[str, ...]:
    number = format_decimal(answer, locale=LOCALES.get(language, language), decimal_quantization=False)
    unit = item.unit.get(language, "")
    return (f"{number} {unit}" if unit else number,)


def _date_words(q: Questionnaire, item: Item, answer: Any, language: str, variant: str) -> tuple[str, ...]:
    return (format_date(date.fromisoformat(answer), "long", locale=LOCALES.get(language, language)),)


def _text_words(q: Questionnaire, item: Item, answer: Any, language: str, variant: str) -> tuple[str, ...]:
    return (answer,)


def _consent_words(q: Questionnaire, item: Item, answer: Any, language: str, variant: str) -> tuple[str, ...]:
    return (consent_words(item, language)[0 if answer else 1],)


WORDS: dict[str, Callable[[Questionnaire, Item, Any, str, str], tuple[str, ...]]] = {
    "single": _option_words,
    "multiple": _option_words,
    "rating": _point_words,
    "number": _number_words,
    "text": _text_words,
    "date": _date_words,
    "consent": _consent_words,
}
"""Item type -> its answer in words."""
