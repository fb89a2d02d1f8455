"""A wave that people of town and farm have answered, settled and released, in one line."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from surveyapp.engine.definition import Questionnaire
from surveyapp.reports_in_words import pages
from surveyapp.services import releasing, responses
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.store.models import Settled
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, open_wave, tiny, wave_of

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


def of_settled(
    sessions: Sessions,
    people: Iterable[tuple[Mapping[str, str], Mapping[str, Any]]],
    profile: str | None = None,
    asked: Questionnaire | None = None,
) -> Release:
    """The release of people of whom is known what stands beside their answers, and what they answered."""
    with sessions.begin() as session:
        collecting = open_wave(session, asked or tiny(), WAVE)
        wave = wave_of(session, collecting)
        wave.state = "settled"
        shared = {"org_id": wave.org_id, "wave_id": wave.id, "batch": 1, "period": "2010", "version": wave.version}
        for beside, answers in people:
            session.add(Settled(**shared, id=uuid4(), columns=dict(beside), answers=dict(answers)))
    return releasing.make(sessions, WAVE, OPERATOR, Shell(pages), profile)
