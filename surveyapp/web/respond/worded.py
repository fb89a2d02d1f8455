"""Problems with answers in the words of the person's language."""

from collections.abc import Sequence

from surveyapp.engine.checks import Problem
from surveyapp.engine.definition import Questionnaire
from surveyapp.languages import translations_for
from surveyapp.web.languages import spoken
from surveyapp.web.respond.texts import Worded
from surveyapp.wording import say, say_problem


def worded(q: Questionnaire, problems: Sequence[Problem]) -> tuple[Worded, ...]:
    """Each problem as a sentence that says what to do."""
    language = spoken()
    translations = translations_for(language)
    return tuple(
        Worded(problem.item, say_problem(q, problem, translations, language), problem.part) for problem in problems
    )


def sentence(code: str) -> str:
    """The sentence of a code that has nothing to fill in."""
    return say(code, {}, translations_for(spoken()))
