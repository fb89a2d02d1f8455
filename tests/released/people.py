"""Settled waves of people with known values, and what somebody holds who has the frozen files of their release."""

import random
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from surveyapp.anonymise.policy import Policy
from surveyapp.engine import sheet
from surveyapp.engine.definition import Questionnaire
from surveyapp.services import frozen, policies, questionnaires, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.services.waves import find_wave
from surveyapp.store.inserts import table_of
from surveyapp.store.models import Release, Settled
from surveyapp.store.sessions import Sessions
from tests.builders import open_wave, wave_of
from tests.engine.library import library

Q = library("client_satisfaction_10")
WAVE = "kuldiga/2010"
QUASI = {
    "service_group": {"home_care": 40, "day_centre": 20, "care_home": 10, "benefit": 20, "transport_assistant": 5},
    "age_band": {"a00_29": 6, "a30_49": 14, "a50_64": 22, "a65_79": 34, "a80_plus": 20, "pnts": 4},
    "gender": {"female": 66, "male": 31, "pnts": 3},
}
RATINGS = [f"r{number:02}" for number in range(1, 11)]
_AT_ONCE = 5000

Row = dict[str, str]


class Held(NamedTuple):
    """A release as an analyst or a journalist holds it: rows and tables as they stand in the files."""

    rows: list[Row]
    tables: list[Row]
    files: Mapping[str, bytes]


def person(chance: random.Random) -> dict[str, Any]:
    """What somebody answers; J-shaped, one in eight questions skipped, and in one service nearly all complain."""
    told: dict[str, Any] = {name: chance.choices(list(of), list(of.values()))[0] for name, of in QUASI.items()}
    told = {name: {"missing": "skipped"} if chance.random() < 0.02 else value for name, value in told.items()}
    good = (30, 40, 10, 5, 5) if told["service_group"] == "day_centre" else (3, 5, 12, 30, 50)
    for name in RATINGS:
        told[name] = {"missing": "dk"} if chance.random() < 0.12 else chance.choices((1, 2, 3, 4, 5), good)[0]
    offered = [option.value for option in Q.by_id["important"].options]
    told["important"] = chance.sample(offered, 3)
    told["effect"] = chance.choice((3, 4, 4, 5))
    told["knows_where"] = chance.choice(("yes", "yes", "partly", "no"))
    return told


def settle(sessions: Sessions, people: int, seed: int = 1, batch: int = 1, q: Questionnaire = Q) -> None:
    """Put settled answers of so many people into a wave, which is made if it isn't there."""
    chance = random.Random(seed)
    with sessions.begin() as session:
        if batch == 1:
            wave_of(session, open_wave(session, q, WAVE)).state = "settled"
        wave = find_wave(session, WAVE)
        shared = {"org_id": wave.org_id, "wave_id": wave.id, "batch": batch, "period": "2010", "columns": {}}
        for start in range(0, people, _AT_ONCE):
            rows = [
                shared | {"id": uuid4(), "version": wave.version, "answers": person(chance)}
                for _ in range(start, min(start + _AT_ONCE, people))
            ]
            session.connection().execute(insert(table_of(Settled)), rows)


def release(sessions: Sessions, profile: str | None = None) -> Release:
    """Release the next batch, without the pages of its report, which take longest."""
    return releasing.make(sessions, WAVE, OPERATOR, Shell(lambda report: {}), profile)


def rules(session: Session) -> Policy:
    """The policy that everybody can read."""
    return policies.of_batch(session, find_wave(session, WAVE), 1)


def register(session: Session, batch: int = 1) -> list[Row]:
    """What is true of everybody who answered, with their answers, as codes; an attacker has all but the answers."""
    wave = find_wave(session, WAVE)
    q = questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version)
    cells = sheet.columns([*(q.by_id[name] for name in QUASI), *sheet.released_items(q)])
    of_batch = select(Settled.answers).filter_by(org_id=wave.org_id, wave_id=wave.id, batch=batch)
    names = [cell.id for cell in cells]
    return [dict(zip(names, sheet.row(cells, answers), strict=True)) for answers in session.scalars(of_batch)]


def held(session: Session, batch: int = 1) -> Held:
    """The files of a release."""
    wave = find_wave(session, WAVE)
    found = next(each for each in frozen.releases_of(session, wave) if each.batch == batch)
    read = []
    for name in (frozen.RESPONSES, frozen.TABLES):
        header, *lines = frozen.lines(session, found, name)
        read.append([dict(zip(header, line, strict=True)) for line in lines])
    files = {name: frozen.content(session, found, name) for name in frozen.files_of(session, found)}
    return Held(read[0], read[1], files)
