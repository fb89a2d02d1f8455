"""The export of a settled wave: 40 columns and ten times the rows; as wide as the widest survey known; what it adds."""

import json
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.rows import Row
from surveyapp.config import Config
from surveyapp.engine.definition import Item, Option, Page, Point, Questionnaire, Release, Scale, Sensitive
from surveyapp.services import questionnaires, waves
from surveyapp.services.collecting import Wanted, collect
from surveyapp.store.inserts import table_of
from surveyapp.store.migrating import upgrade
from surveyapp.store.responses import Settled
from surveyapp.store.sessions import Sessions, make_sessions
from surveyapp.store.waves import Wave

NARROW, WIDE = 40, 510
WIDE_ROWS = 132_229
"""What Kobo did not finish in half an hour."""

_AT_ONCE = 1000
_ANSWERS = 500
"""Different responses that are stored over and over: making 510 answers takes longer than storing them."""


def questionnaire(columns: int) -> Questionnaire:
    """A quarter of the columns are the options of choices of ten, the rest ratings."""
    words = {"en": "Words"}
    choices = columns // 40
    options = tuple(Option(value=f"o{number}", label=words) for number in range(10))
    many = tuple(Item(id=f"many{n}", type="multiple", text=words, options=options) for n in range(choices))
    ratings = tuple(
        Item(id=f"r{number}", type="rating", scale="five", text=words) for number in range(columns - 10 * choices)
    )
    return Questionnaire(
        schema="questionnaire/1",
        id=f"wide{columns}",
        kind="survey",
        source_language="en",
        languages=("en",),
        title=words,
        scales={
            "five": Scale(points=tuple(Point(value=value, label=words) for value in range(1, 6)), bottom_box=(1, 2))
        },
        pages=(Page(id="page", items=(*ratings, *many)),),
        release=Release(
            sensitive=Sensitive(low=tuple(item.id for item in ratings)), answers=tuple(item.id for item in many)
        ),
    )


def rows(folder: Path, *, quick: bool) -> list[Row]:
    """Seconds, their ratio, and the memory that rows add to a process of its own; the widest at the end."""
    few = 2_000 if quick else 10_000
    many, widest = few * 10, WIDE_ROWS // 100 if quick else WIDE_ROWS
    small, large = (_measured(folder, people, NARROW) for people in (few, many))
    wide = _measured(folder, widest, WIDE)
    return [
        Row(f"export: {many:,} × {NARROW}", large["seconds"], "s", 3 if not quick else None),
        Row(f"export: {many:,} × {NARROW}, CPU", large["cpu"], "s"),
        Row(f"export: {many:,} rows against {few:,}, CPU", large["cpu"] / small["cpu"], "times", 11),
        Row(f"export: memory that {many:,} rows add", large["grown"], "MB", 20),
        Row(f"export: {widest:,} × {WIDE}", wide["seconds"], "s", 120),
        Row(f"export: {widest:,} × {WIDE}, CPU", wide["cpu"], "s"),
        Row(f"export: {widest:,} × {WIDE}, memory of the process", wide["peak"], "MB", 300),
    ]


def _measured(folder: Path, people: int, columns: int) -> dict[str, float]:
    """What an export in a process of its own took: seconds, MB at its most, and MB more than before it."""
    file = folder / f"export-{people}-{columns}.db"
    url = f"sqlite:///{file}"
    upgrade(url)
    sessions = make_sessions(Config.from_env({"DATABASE_URL": url, "INSTANCE_DIR": str(folder)}))
    _settle(sessions, people, questionnaire(columns))
    sessions.dispose()
    command = [sys.executable, "-m", "benchmarks.one_export", url, "wide/2010", str(file.with_suffix(".csv"))]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for made in folder.glob(f"{file.stem}*"):
        made.unlink()
    found: dict[str, float] = json.loads(told)
    return found


def _settle(sessions: Sessions, people: int, q: Questionnaire) -> None:
    with sessions.begin() as session:
        questionnaires.publish(session, q)
        wanted = Wanted(
            questionnaire=q.id,
            wave="wide/2010",
            unit="centre",
            public_url="http://127.0.0.1",
            settles=date(2010, 12, 1),
        )
        collect(session, wanted)
        wave = waves.find_wave(session, "wide/2010")
        wave.state = "settled"
        session.flush()
        _fill(session, wave, q, people)


def _fill(session: Session, wave: Wave, q: Questionnaire, people: int) -> None:
    chance = random.Random(1)
    different = [_answers(q, chance) for _ in range(min(people, _ANSWERS))]
    shared = {"org_id": wave.org_id, "wave_id": wave.id, "batch": 1, "period": wave.slug, "version": 1, "columns": {}}
    ids = sorted(uuid4() for _ in range(people))  # in order, the table grows at its end
    for at in range(0, people, _AT_ONCE):
        values = [shared | {"id": each, "answers": chance.choice(different)} for each in ids[at : at + _AT_ONCE]]
        session.connection().execute(insert(table_of(Settled)), values)


def _answers(q: Questionnaire, chance: random.Random) -> dict[str, object]:
    return {
        item.id: chance.randint(1, 5)
        if item.type == "rating"
        else [f"o{number}" for number in sorted(chance.sample(range(10), 3))]
        for item in q.items
    }
