"""The forms that people fill in: as many pages of five ratings as wished, and the shipped client form."""

from datetime import date

from surveyapp.config import Config
from surveyapp.engine.definition import Consent, ConsentLine, Item, Page, Point, Questionnaire, Scale
from surveyapp.services import library, questionnaires
from surveyapp.services.collecting import Wanted, collect
from surveyapp.store.sessions import make_sessions

FIFTEEN, THIRTY, CLIENT = "ratings3", "ratings6", "client_satisfaction_10"


def ratings(pages: int) -> Questionnaire:
    """Pages of five ratings, each page on one screen."""
    words = {"en": "How good is the help that you receive?"}
    label = {"en": "good quality"}
    return Questionnaire(
        schema="questionnaire/1",
        id=f"ratings{pages}",
        kind="survey",
        source_language="en",
        languages=("en",),
        title=words,
        scales={"five": Scale(points=tuple(Point(value=value, label=label) for value in range(1, 6)))},
        pages=tuple(_page(number, words) for number in range(pages)),
        consent=Consent(lines=(ConsentLine(id="voluntary", text=words),), agree=label, decline=words),
    )


def _page(number: int, words: dict[str, str]) -> Page:
    items = tuple(Item(id=f"q{number}{place}", type="rating", scale="five", text=words) for place in range(5))
    return Page(id=f"page{number}", title=words, together=True, items=items)


def collectors(config: Config) -> dict[str, str]:
    """Name -> path of an open form."""
    sessions = make_sessions(config)
    paths = {}
    with sessions.begin() as session:
        for q in (ratings(3), ratings(6), library.load(CLIENT)):
            questionnaires.publish(session, q)
            wave, day = f"bench/{q.id.replace('_', '-')}", date(2010, 12, 1)
            wanted = Wanted(questionnaire=q.id, wave=wave, unit="centre", public_url="http://127.0.0.1", settles=day)
            paths[q.id] = f"/r/{collect(session, wanted).code}"
    sessions.dispose()
    return paths
