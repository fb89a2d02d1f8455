"""From somebody's chat to an analyst's file: every command a process of its own, and a file that tells no channel apart."""

import csv
import io
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from surveyapp.store.responses import Settled, SettledText
from surveyapp.store.sessions import Sessions
from tests.builders import ANSWERS, inside, open_wave, respond, tiny
from tests.chats import WITH_CONSENT
from tests.conftest import Database
from tests.faults.servers import Server, gunicorn
from tests.page_forms import Question
from tests.pages import Pages

from .processes import COMMAND, Answering, bot_on, environ_of, hooked
from .serving import Served

DECLARED = tiny("tiny", WITH_CONSENT, ("quasi: [{column: where}]", "quasi: [{column: where}, {column: channel}]"))
"""The tiny questionnaire, of which a file may tell the channel."""

Way = Callable[[Database, Served], AbstractContextManager[Server]]
OTHERS = 9
"""People who answer the same on the form: a file is written of ten and more."""


@contextmanager
def polled(database: Database, served: Served) -> Iterator[Server]:
    """The web application, and the bot that fetches its updates."""
    with gunicorn(database) as server, bot_on(database, served, command=COMMAND, PUBLIC_URL=server.address):
        yield server


def entered(question: Question) -> Sequence[str]:
    """What everybody answers."""
    return ("agree",) if any(value == "agree" for value, _ in question.choices) else ANSWERS.get(question.name, ())


def surveyapp(database: Database, served: Served, *words: str) -> None:
    subprocess.run([*COMMAND[:-1], *words], env=environ_of(database, served), check=True, stdout=subprocess.DEVNULL)


def rows_of(file: Path) -> list[dict[str, str]]:
    with ZipFile(file) as archive:
        return list(csv.DictReader(io.StringIO(archive.read("data/responses.csv").decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("database", "way"),
    [
        pytest.param("sqlite", polled, marks=pytest.mark.soak),
        ("postgresql", hooked),
        pytest.param("sqlite", hooked, marks=pytest.mark.soak),
        pytest.param("postgresql", polled, marks=pytest.mark.soak),
    ],
    indirect=["database"],
)
def test_an_interview_in_telegram_reaches_the_file_as_those_on_pages_do(
    database: Database, sessions: Sessions, served: Served, way: Way, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session, DECLARED)
        for _ in range(OTHERS):
            respond(session, collecting)
    with way(database, served) as server:
        for address in ("r", "chat"):
            pages = Pages(server.address, "en")
            pages.get(f"/{address}/{collecting.code}?lang=en")
            pages.interview(entered)
            pages.close()
        Answering(served, collecting.code).finishes(ANSWERS["words"][0])
        surveyapp(database, served, "settle", "town/2010")
    surveyapp(database, served, "release", "town/2010")
    surveyapp(database, served, "export", "town/2010", "--out", str(tmp_path / "out.zip"))
    with sessions.reading() as session:
        settled = list(inside(session).scalars(select(Settled)))
        texts = list(inside(session).scalars(select(SettledText)))
    assert Counter(each.columns["channel"] for each in settled) == {"web": OTHERS + 1, "chat": 1, "telegram": 1}
    alike = {"how": 3, "what": ["help", "money"], "where": "town"}
    assert [each.answers for each in settled] == [alike] * len(settled)
    assert len({(each.wave_id, each.batch, each.period, each.version, len(each.columns)) for each in settled}) == 1
    assert Counter(each.text for each in texts) == {ANSWERS["words"][0]: len(settled)}
    row = {"where": "town", "channel": "*", "how": "3", "what__help": "1", "what__money": "1", "what__other": "0"}
    rows = rows_of(tmp_path / "out.zip")
    assert [each.pop("id") for each in rows] == [str(number) for number in range(1, len(settled) + 1)]
    assert rows == [row] * len(settled)
