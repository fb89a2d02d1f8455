"""The export of a settled wave: 40 columns, ten times the rows, and what that adds in time and memory."""

import random
import resource
import time
from datetime import date
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.rows import Row
from surveyapp.config import Config
from surveyapp.engine.definition import Item, Option, Page, Point, Questionnaire, Release, Scale, Sensitive
from surveyapp.services import questionnaires, releases, waves
from surveyapp.services.collecting import Wanted, collect
from surveyapp.store.inserts import table_of
from surveyapp.store.migrating import upgrade
from surveyapp.store.responses import Settled
from surveyapp.store.sessions import Sessions, make_sessions
from surveyapp.store.waves import Wave

COLUMNS = 40
_AT_ONCE = 5000


def wide_questionnaire() -> Questionnaire:
    """Thirty ratings and a choice of ten: forty columns."""
    words = {"en": "Words"}
    ratings = tuple(Item(id=f"r{number}", type="rating", scale="five", text=words) for number in range(COLUMNS - 10))
    options = tuple(Option(value=f"o{number}", label=words) for number in range(10))
    many = Item(id="many", type="multiple", text=words, options=options)
    return Questionnaire(
        schema="questionnaire/1",
        id="wide",
        kind="survey",
        source_language="en",
        languages=("en",),
        title=words,
        scales={
            "five": Scale(points=tuple(Point(value=value, label=words) for value in range(1, 6)), bottom_box=(1, 2))
        },
        pages=(Page(id="page", items=(*ratings, many)),),
        release=Release(sensitive=Sensitive(low=tuple(item.id for item in ratings)), answers=("many",)),
    )


def rows(folder: Path, *, quick: bool) -> list[Row]:
    """Seconds of a file with few and with ten times as many rows, their ratio, and the memory the larger one adds."""
    few = 2_000 if quick else 10_000
    config = _config(folder / "exports.db")
    sessions = make_sessions(config)
    seconds = {}
    for people in (few, few * 10):
        wave = _settled_wave(sessions, f"wide/{people}", people)
        before = _peak_mb()
        begun = time.perf_counter()
        with sessions.reading() as session:
            releases.write(session, session.merge(wave, load=False), folder / f"{people}.csv")
        seconds[people] = time.perf_counter() - begun
        grown = _peak_mb() - before
    sessions.dispose()
    many = few * 10
    return [
        Row(f"export: {many:,} × {COLUMNS}", seconds[many], "s", 3 if not quick else None),
        Row(f"export: {many:,} rows against {few:,}", seconds[many] / seconds[few], "times", 11),
        Row(f"export: memory that {many:,} rows add", grown, "MB", 20),
    ]


def _config(file: Path) -> Config:
    url = f"sqlite:///{file}"
    upgrade(url)
    return Config.from_env({"DATABASE_URL": url, "INSTANCE_DIR": str(file.parent)})


def _settled_wave(sessions: Sessions, name: str, people: int) -> Wave:
    with sessions.begin() as session:
        questionnaires.publish(session, wide_questionnaire())
        wanted = Wanted(
            questionnaire="wide", wave=name, unit="centre", public_url="http://127.0.0.1", settles=date(2010, 12, 1)
        )
        collect(session, wanted)
        wave = waves.find_wave(session, name)
        wave.state = "settled"
        _fill(session, wave, people)
        return wave


def _fill(session: Session, wave: Wave, people: int) -> None:
    chance = random.Random(1)
    shared = {"org_id": wave.org_id, "wave_id": wave.id, "batch": 1, "period": wave.slug, "version": 1, "columns": {}}
    for at in range(0, people, _AT_ONCE):
        values = [shared | {"id": uuid4(), "answers": _answers(chance)} for _ in range(min(_AT_ONCE, people - at))]
        session.connection().execute(insert(table_of(Settled)), values)


def _answers(chance: random.Random) -> dict[str, object]:
    ratings = {f"r{number}": chance.randint(1, 5) for number in range(COLUMNS - 10)}
    return {**ratings, "many": [f"o{number}" for number in sorted(chance.sample(range(10), 3))]}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
