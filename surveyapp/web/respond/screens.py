"""Whole screens as templates show them: the consent page, a screen of questions, the review."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveyapp.engine.definition import Channel, Questionnaire
from surveyapp.engine.flow import Screen
from surveyapp.engine.passed_on import told
from surveyapp.engine.questions import question_words
from surveyapp.web.respond.entered import Answers
from surveyapp.web.respond.fields import FieldView, ask, field_view
from surveyapp.web.respond.texts import Voice, Worded, lines, linked, paragraphs
from surveyapp.web.respond.views import EntryView, SummaryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenView:
    """One screen. ``title`` begins the document title; ``heading`` is None when the one question is the heading."""

    title: str
    heading: str | None
    intro: tuple[str, ...]
    fields: tuple[FieldView, ...]
    errors: tuple[SummaryRow, ...]

    @property
    def untouched(self) -> bool:
        """Nobody has entered anything yet: the screen looks the same for everybody."""
        return all(field.untouched for field in self.fields)


def entry_view(
    q: Questionnaire,
    voice: Voice,
    *,
    minutes: int,
    channel: Channel = "web",
    easy: str | None = None,
) -> EntryView:
    """The first page of a form. ``easy``: None where there is no simple version, else "on" or "off"."""
    consent = q.consent
    said = [line.text for line in consent.lines if not line.channels or channel in line.channels] if consent else []
    short = lines(voice.say(consent.short)) if consent else ()
    return EntryView(
        title=voice.say(q.title),
        intro=paragraphs(voice.say(q.intro)),
        minutes=None if "{minutes}" in q.intro.get(voice.language, "") else minutes,
        short=tuple(linked(text) for text in short or map(voice.say, said)),
        full=tuple(linked(voice.say(text)) for text in said) if short else (),
        agree=voice.say(consent.agree) if consent else None,
        decline=voice.say(consent.decline) if consent else None,
        notices=tuple(linked(voice.say(notice)) for notice in q.notices.values()),
        easy=easy,
        passed_on=told(q, voice),
    )


def screen_view(
    q: Questionnaire, screen: Screen, answers: Answers, voice: Voice, problems: Sequence[Worded] = ()
) -> ScreenView:
    """One screen: a single question is the heading itself; several stand below the title of their page.

    ``problems``: what is wrong with what was posted, in words.
    """
    alone = len(screen.questions) == 1
    first_problem = {problem.item: problem for problem in reversed(problems)}
    fields = tuple(
        field_view(ask(q, item, answers, voice), level=1 if alone else 2, problem=first_problem.get(item.id))
        for item in screen.items
    )
    heading = voice.say(screen.page.title) or voice.say(q.title)
    return ScreenView(
        title=question_words(screen.questions[0], voice) if alone else heading,
        heading=None if alone else heading,
        intro=paragraphs(voice.say(screen.page.note)) if screen.first else (),
        fields=fields,
        errors=tuple(SummaryRow(error_target(problem), problem.text) for problem in problems),
    )


def error_target(problem: Worded) -> str:
    """The address inside the page of the field a problem is about."""
    apart = problem.part is not None and problem.part != "day"
    return f"#{problem.item}-{problem.part}" if apart else f"#{problem.item}"
