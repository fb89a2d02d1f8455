"""Whole interviews over HTTP: processor time, waiting, bytes and memory, beside a bare Flask app on the same machine."""

import gzip
import http.client
import os
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import first_view
from benchmarks.interviews import Person, crowd
from benchmarks.processes import cpu_ms, memory_mb
from benchmarks.rows import Row
from benchmarks.servers import Server, free_port, gunicorn, running
from surveyapp.config import Config
from surveyapp.engine.definition import Consent, ConsentLine, Item, Page, Point, Questionnaire, Scale
from surveyapp.services import library, questionnaires
from surveyapp.services.collecting import Wanted, collect
from surveyapp.store.migrating import upgrade
from surveyapp.store.sessions import make_sessions

THREADS = (2, 8)
_WARM = 10


def fifteen_questions() -> Questionnaire:
    """Three pages of five ratings, each page on one screen."""
    words = {"en": "How good is the help that you receive?"}
    label = {"en": "good quality"}
    pages = tuple(
        Page(
            id=f"page{page}",
            title=words,
            together=True,
            items=tuple(Item(id=f"q{page}{number}", type="rating", scale="five", text=words) for number in range(5)),
        )
        for page in range(3)
    )
    return Questionnaire(
        schema="questionnaire/1",
        id="fifteen",
        kind="survey",
        source_language="en",
        languages=("en",),
        title=words,
        scales={"five": Scale(points=tuple(Point(value=value, label=label) for value in range(1, 6)))},
        pages=pages,
        consent=Consent(lines=(ConsentLine(id="voluntary", text=words),), agree=label, decline=words),
    )


def rows(folder: Path, *, quick: bool) -> list[Row]:
    """Interviews of fifteen questions and of the shipped client form, with 2 and with 8 threads a worker."""
    many = 40 if quick else 400
    url = f"sqlite:///{folder / 'web.db'}"
    upgrade(url)
    environ = {"DATABASE_URL": url, "INSTANCE_DIR": str(folder), "LOG_LEVEL": "error"}
    own = {**os.environ, **environ, "FLOOR_DATABASE": str(folder / "floor.db")}
    with running(gunicorn("benchmarks.floor:app"), free_port(), own) as server:
        floor = _floor(server, many * 5)
    found = [Row("floor: bare Flask, page and INSERT, CPU", floor, "ms")]
    paths = _collectors(Config.from_env(environ))
    for threads in THREADS:
        with running(gunicorn("surveyapp.web.wsgi:app", threads), free_port(), {**os.environ, **environ}) as server:
            found += _interviews(server, paths, threads, many, floor)
    return found


def _collectors(config: Config) -> dict[str, str]:
    """Name -> path of an open form."""
    sessions = make_sessions(config)
    paths = {}
    with sessions.begin() as session:
        for q in (fifteen_questions(), library.load("client_satisfaction_10")):
            questionnaires.publish(session, q)
            wave, day = f"bench/{q.id.replace('_', '-')}", date(2010, 12, 1)
            wanted = Wanted(questionnaire=q.id, wave=wave, unit="centre", public_url="http://127.0.0.1", settles=day)
            paths[q.id] = f"/r/{collect(session, wanted).code}"
    sessions.dispose()
    return paths


def _interviews(server: Server, paths: dict[str, str], threads: int, many: int, floor: float) -> list[Row]:
    crowd(server.url, paths["fifteen"], 2, _WARM)
    idle = memory_mb(server.pid)
    found = [Row(f"{threads} threads: idle memory of the web processes", idle, "MB", 110)]
    for people in (1, 8, 32):
        before = cpu_ms(server.pid)
        tally, seconds = crowd(server.url, paths["fifteen"], people, many)
        name = f"{threads} threads, 15 questions, {people} at once"
        found += [
            Row(f"{name}: CPU an interview", (cpu_ms(server.pid) - before) / many, "ms", 12, floor),
            Row(f"{name}: interviews a second", tally.finished / seconds, "1/s"),
            Row(f"{name}: p50 of a request", tally.at(0.5), "ms"),
            Row(f"{name}: p99 of a request", tally.at(0.99), "ms", 100 if people == 8 else None),
        ]
    before = cpu_ms(server.pid)
    tally, _ = crowd(server.url, paths["client_satisfaction_10"], 8, many // 4)
    form = f"{threads} threads, the client form, 8 at once"
    found += [
        Row(f"{form}: CPU an interview", (cpu_ms(server.pid) - before) / (many // 4), "ms"),
        Row(f"{form}: bytes an interview", tally.received / max(1, tally.finished), "bytes"),
        Row(
            "first page of the client form, compressed",
            _first_page(server, paths["client_satisfaction_10"]),
            "bytes",
            15_000,
        ),
    ]
    if threads == THREADS[0]:
        found += _first_view(f"{server.url}{paths['client_satisfaction_10']}?lang=lv")
    return found


def _first_view(address: str) -> list[Row]:
    if not first_view.PROGRAM.exists():
        return []
    view = first_view.measure(address)
    return [
        Row("first words on a slow phone (FCP)", view.paint, "ms", 2500),
        Row("requests of the first view", len(view.requests), "", 4),
        Row("HTML and style of the first view, over the wire", view.bytes["Document"], "bytes", 15_000),
    ]


def _first_page(server: Server, path: str) -> float:
    parts = urlsplit(server.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("GET", path, headers={"Accept-Language": "lv"})
    body = connection.getresponse().read()
    connection.close()
    return float(len(gzip.compress(body)))


def _floor(server: Server, many: int) -> float:
    """Processor time of one page and one INSERT in the least program that could do it."""

    def act(person: Person, path: str) -> None:
        person._ask("GET", path)  # noqa: SLF001 - the floor has no interview, only its two requests
        person._ask("POST", path, "a=1")  # noqa: SLF001

    crowd(server.url, "/", 2, _WARM, act)
    before = cpu_ms(server.pid)
    tally, _ = crowd(server.url, "/", 8, many, act)
    return (cpu_ms(server.pid) - before) / (len(tally.seconds) / 2)
