"""The export of a release: 40 columns and ten times the rows; as wide as the widest survey known; a million rows."""

import hashlib
import json
import random
import subprocess
import sys
from datetime import date
from pathlib import Path
from uuid import uuid4

from benchmarks.rows import Row
from surveyapp.config import Config
from surveyapp.engine import sheet
from surveyapp.engine.definition import Item, Option, Page, Point, Questionnaire, Release, Scale, Sensitive
from surveyapp.services import frozen, questionnaires, waves
from surveyapp.services.collecting import Wanted, collect
from surveyapp.store.migrating import upgrade
from surveyapp.store.releases import Release as Frozen
from surveyapp.store.releases import ReleaseFile, ReleasePart
from surveyapp.store.sessions import Sessions, make_sessions

NARROW, WIDE = 40, 510
WIDE_ROWS = 132_229
"""What Kobo did not finish in half an hour."""

MILLION = 1_000_000

_ANSWERS = 500
"""Different rows that are frozen over and over: making 510 answers takes longer than storing them."""

_PIECE = 2**20


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
    """Seconds, their ratio, and the memory that rows add to a process of its own; a million and the widest at the end."""
    few = 2_000 if quick else 10_000
    many, widest, most = few * 10, WIDE_ROWS // 100 if quick else WIDE_ROWS, MILLION // 20 if quick else MILLION
    small, large = (_measured(folder, people, NARROW) for people in (few, many))
    few_in_excel, in_excel = (_measured(folder, people, NARROW, ".xlsx") for people in (few, many))
    wide, long = _measured(folder, widest, WIDE), _measured(folder, most, NARROW)
    return [
        Row(f"export: {many:,} × {NARROW}", large["seconds"], "s", 3 if not quick else None),
        Row(f"export: {many:,} × {NARROW}, CPU", large["cpu"], "s"),
        Row(f"export: {many:,} rows against {few:,}, CPU", large["cpu"] / small["cpu"], "times", 11),
        Row(f"export: memory that {many:,} rows add", large["grown"], "MB", 20),
        Row(f"export: {many:,} × {NARROW} as XLSX, CPU", in_excel["cpu"], "s"),
        Row(f"export: {many:,} rows against {few:,} as XLSX, CPU", in_excel["cpu"] / few_in_excel["cpu"], "times", 11),
        Row(f"export: memory that {many:,} rows add as XLSX", in_excel["grown"], "MB", 50),
        Row(f"export: {widest:,} × {WIDE}", wide["seconds"], "s", 120),
        Row(f"export: {widest:,} × {WIDE}, CPU", wide["cpu"], "s"),
        Row(f"export: {widest:,} × {WIDE}, memory of the process", wide["peak"], "MB", 300),
        Row(f"export: {most:,} × {NARROW}, CPU", long["cpu"], "s"),
        Row(f"export: {most:,} × {NARROW}, memory of the process", long["peak"], "MB", 500),
    ]


def _measured(folder: Path, people: int, columns: int, ending: str = ".csv") -> dict[str, float]:
    """What an export in a process of its own took: seconds, MB at its most, and MB more than before it."""
    file = folder / f"export-{people}-{columns}.db"
    url = f"sqlite:///{file}"
    upgrade(url)
    sessions = make_sessions(Config.from_env({"DATABASE_URL": url, "INSTANCE_DIR": str(folder)}))
    _freeze(sessions, people, questionnaire(columns))
    sessions.dispose()
    command = [sys.executable, "-m", "benchmarks.one_export", url, "wide/2010", str(file.with_suffix(ending))]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for made in folder.glob(f"{file.stem}*"):
        made.unlink()
    found: dict[str, float] = json.loads(told)
    return found


def _freeze(sessions: Sessions, people: int, q: Questionnaire) -> None:
    """A release as it lies in the database. How one is made is measured elsewhere."""
    with sessions.begin() as session:
        questionnaires.publish(session, q)
        day = date(2010, 12, 1)
        collect(
            session, Wanted(questionnaire=q.id, wave="wide/2010", unit="centre", public_url="http://x", settles=day)
        )
        wave = waves.find_wave(session, "wide/2010")
        release = Frozen(org_id=wave.org_id, id=uuid4(), wave_id=wave.id, batch=1, made=day, n=people)
        release.withheld, release.policy_sha256, release.state = 0, b"x" * 32, "made"
        session.add(release)
        session.flush()
        report = json.dumps({"title": q.title, "synthetic": True, "labels": {}}).encode()
        for name, content in ((frozen.REPORT, report), (frozen.RESPONSES, _content(q, people))):
            key = {"org_id": wave.org_id, "release_id": release.id, "name": name}
            session.add(ReleaseFile(**key, sha256=hashlib.sha256(content).digest(), size=len(content)))
            session.flush()
            for at in range(0, len(content), _PIECE):
                session.add(ReleasePart(**key, number=at // _PIECE, data=content[at : at + _PIECE]))
                session.flush()


def _content(q: Questionnaire, people: int) -> bytes:
    chance = random.Random(1)
    columns = sheet.columns(sheet.released_items(q))
    different = [",".join(sheet.row(columns, _answers(q, chance))).encode() for _ in range(min(people, _ANSWERS))]
    header = ",".join(["id", *(column.id for column in columns)]).encode()
    return b"\n".join([header, *(b"%d,%s" % (n, chance.choice(different)) for n in range(1, people + 1)), b""])


def _answers(q: Questionnaire, chance: random.Random) -> dict[str, object]:
    return {
        item.id: chance.randint(1, 5)
        if item.type == "rating"
        else [f"o{number}" for number in sorted(chance.sample(range(10), 3))]
        for item in q.items
    }
