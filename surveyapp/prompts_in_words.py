"""A conversation's messages as a person reads them: parts put into words of one language. The same in every chat."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from surveyapp.answers_in_words import answer_words
from surveyapp.engine.checks import Problem
from surveyapp.engine.definition import Questionnaire
from surveyapp.engine.prompt import Answer, Choice, Part, Prompt, Say
from surveyapp.engine.voices import Voice
from surveyapp.languages import translations_for
from surveyapp.phrases import PHRASES
from surveyapp.wording import REFUSALS, say_problem, shown_value

CODES = frozenset({"receipt", "code"})
"""Values that are codes, to be read aloud and copied by hand."""


class WordedButton(NamedTuple):
    """A button to tap, or with an address to open; an address that begins with / is below the installation's own."""

    label: str
    choice: Choice | None
    url: str | None


class WordedPrompt(NamedTuple):
    """A message in words: its paragraphs, its rows of buttons, and the prompt it was."""

    paragraphs: tuple[str, ...]
    rows: tuple[tuple[WordedButton, ...], ...]
    prompt: Prompt

    @property
    def text(self) -> str:
        """All paragraphs, with blank lines between them."""
        return "\n\n".join(self.paragraphs)


def in_words(prompt: Prompt, q: Questionnaire | None, voice: Voice) -> WordedPrompt:
    """A prompt in the voice's language. ``q``: None where nothing of a questionnaire is said."""
    rows = tuple(
        tuple(WordedButton(words(button.label, q, voice), button.choice, button.url) for button in row)
        for row in prompt.rows
    )
    return WordedPrompt(tuple(words(part, q, voice) for part in prompt.text), rows, prompt)


def words(part: Part, q: Questionnaire | None, voice: Voice) -> str:
    """One part in words."""
    if isinstance(part, str):
        return part
    if isinstance(part, Answer):
        return _answer(part, q, voice)
    if isinstance(part, Problem):
        return say_problem(q, part, translations_for(voice.language), voice.language) if q else ""
    return _say(part, q, voice)


def _answer(part: Answer, q: Questionnaire | None, voice: Voice) -> str:
    """An answer as on the review page; several choices with commas between them."""
    said = answer_words(q, q.by_id[part.item], part.value, voice) if q else ()
    return ", ".join(said) or _say(Say("not_answered"), q, voice)


def _say(part: Say, q: Questionnaire | None, voice: Voice) -> str:
    sentence: str = translations_for(voice.language).gettext(PHRASES.get(part.code) or REFUSALS[part.code])
    return sentence % _filled(part.values, q, voice) if part.values else sentence.replace("%%", "%")


def _filled(values: Mapping[str, Any], q: Questionnaire | None, voice: Voice) -> dict[str, str]:
    return {
        name: words(value, q, voice)
        if isinstance(value, Say | Answer | Problem)
        else shown_value(value, voice.language)
        for name, value in values.items()
        if not isinstance(value, Choice)
    }
