"""A wave that people of town and farm have answered, settled and released, in one line."""

from uuid import UUID

from surveyapp.reports_in_words import pages
from surveyapp.services import releasing, responses
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, open_wave

WAVE = "town/2010"


def answered(sessions: Sessions, people: int = 60, name: str = WAVE) -> UUID:
    """A third lives in town; the organisation whose wave it is."""
    with sessions.begin() as session:
        collecting = open_wave(session, name=name)
        for person in range(people):
            answers = {
                "how": 1 + person % 3 if person % 4 else 3,
                "what": ["help"] if person % 2 else ["help", "money"],
                "where": "farm" if person % 3 else "town",
            }
            submission = responses.Submission(key=person.to_bytes(16), answers=answers, language="lv")
            responses.accept_submission(session, collecting, submission)
    close_and_settle(sessions, collecting)
    return collecting.org_id


def released(sessions: Sessions, people: int = 60, profile: str | None = None, name: str = WAVE) -> Release:
    """The same, and its release."""
    answered(sessions, people, name)
    return releasing.make(sessions, name, OPERATOR, Shell(pages), profile)
