"""The shipped questionnaires."""

from functools import cache
from pathlib import Path

import surveyapp
from surveyapp.engine import documents
from surveyapp.engine.definition import Questionnaire

FOLDER = Path(surveyapp.__file__).parent / "library"
FILES = {file.stem: file.read_text("utf-8") for file in sorted(FOLDER.glob("*.yaml"))}
PUBLISHED = ("client_satisfaction_10", "client_satisfaction_short", "self_assessment_10", "site_poll_pension")


@cache
def library(name: str) -> Questionnaire:
    """A shipped questionnaire, read once."""
    return documents.load(FILES[name], FILES)
