"""Whole interviews over HTTP: processor time, waiting, bytes and memory, beside the least programs on the same machine.

What an interview may cost is told in times of the plainest program on the same libraries, measured in the same run
(docs/decisions/0029). People and service share the processors, so interviews a second are fewer than with people elsewhere;
processor time is the service's alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks import first_view, plain
from benchmarks.forms import CLIENT, FIFTEEN, THIRTY, collectors
from benchmarks.interviews import Person, Tally, crowd
from benchmarks.processes import cpu_ms, memory_mb
from benchmarks.rows import Row
from benchmarks.servers import Server, free_port, granian, gunicorn, running
from benchmarks.stacks import Store, stores
from surveyapp.config import Config

_APP, _FLOOR, _PLAIN = "surveyapp.web.wsgi:app", "benchmarks.floor:app", "benchmarks.plain:create()"
_WARM = 10
_REQUESTS = 1 + 2 * plain.FORMS
"""Of an interview of fifteen questions: forms posted, the pages they lead to, and the first."""
_TIMES, _RATE, _MEMORY = 2, 0.5, 1.75
"""How many times the plainest program's processor time, interviews a second and memory the product may take."""


@dataclass(frozen=True)
class Floor:
    """Bare Flask under gunicorn: milliseconds of an interview's requests, of a page with an INSERT; megabytes."""

    requests: float
    insert: float
    memory: float


class Plain(NamedTuple):
    """The plainest program under one server: idle megabytes; of people at once, milliseconds an interview and interviews a second."""

    memory: float
    cpu: dict[int, float]
    rate: dict[int, float]


def rows(folder: Path, *, quick: bool) -> list[Row]:
    """Interviews of fifteen questions and of the shipped client form, on each database and under each server."""
    many, crowds = (40, (1, 8)) if quick else (400, (1, 8, 32))
    found: list[Row] = []
    with stores(folder) as there:
        for store in there:
            floor = _floor(store, many * 2)
            found += _told(store, floor)
            paths = collectors(Config.from_env(store.environ))
            for name in ("gunicorn", "granian") if quick else ("gunicorn", "gunicorn, 8 threads", "granian"):
                with _serving(name, _PLAIN, store) as server:
                    least = _plain(server, many, crowds)
                with _serving(name, _APP, store) as server:
                    found += _interviews(server, paths, f"{store.name}, {name}", many, least)
            if store is there[0]:
                with _serving("gunicorn", _APP, store) as server:
                    found += _first_view(f"{server.url}{paths[CLIENT]}?lang=lv")
    return found


@contextmanager
def _serving(name: str, app: str, store: Store) -> Iterator[Server]:
    port = free_port()
    command = granian(app, port) if name == "granian" else gunicorn(app, 8 if "8" in name else 2)
    with running(command, port, store.environ) as server:
        yield server


def _told(store: Store, floor: Floor) -> list[Row]:
    return [
        Row(f"floor: bare Flask on {store.name}, a page and an INSERT, CPU", floor.insert, "ms"),
        Row(f"floor: bare Flask on {store.name}, {_REQUESTS} pages, CPU", floor.requests, "ms"),
        Row(f"floor: bare Flask on {store.name}, idle memory of two workers", floor.memory, "MB"),
    ]


def _plain(server: Server, many: int, crowds: tuple[int, ...]) -> Plain:
    crowd(server.url, "", 8, _WARM * 2, plain.interview)
    found = Plain(memory_mb(server.pid), {}, {})
    for people in crowds:
        before = cpu_ms(server.pid)
        _, seconds = crowd(server.url, "", people, many, plain.interview)
        found.cpu[people], found.rate[people] = (cpu_ms(server.pid) - before) / many, many / seconds
    return found


def _interviews(server: Server, paths: dict[str, str], stack: str, many: int, least: Plain) -> list[Row]:
    crowd(server.url, paths[FIFTEEN], 8, _WARM * 2)
    memory = memory_mb(server.pid)
    found = [
        Row(f"{stack}: idle memory of the web processes", memory, "MB", floor=least.memory),
        Row(f"{stack}: the same against the plainest program", memory / least.memory, "times", _MEMORY),
    ]
    short = 0.0
    for people, plainest in least.cpu.items():
        cpu, tally, seconds = _run(server, paths[FIFTEEN], people, many)
        short = cpu if people == 8 else short
        name, rate = f"{stack}, 15 questions, {people} at once", tally.finished / seconds
        found += [
            Row(f"{name}: CPU an interview", cpu, "ms", floor=plainest),
            Row(f"{name}: the same against the plainest program", cpu / plainest, "times", _TIMES),
            Row(f"{name}: CPU a request", cpu / _REQUESTS, "ms", floor=plainest / _REQUESTS),
            Row(f"{name}: interviews a second", rate, "1/s", floor=least.rate[people]),
            Row(
                f"{name}: the same against the plainest program",
                rate / least.rate[people],
                "times",
                least=_RATE if people > 1 else None,
            ),
            Row(f"{name}: p50 of a request", tally.at(0.5), "ms"),
            Row(f"{name}: p95 of a request", tally.at(0.95), "ms"),
            Row(f"{name}: p99 of a request", tally.at(0.99), "ms", 100 if people == 8 else None),
        ]
    longer, _, _ = _run(server, paths[THIRTY], 8, many)
    form, tally, _ = _run(server, paths[CLIENT], 8, many // 4)
    further, plainly = (longer - short) / 3, least.cpu[8] * 2 / _REQUESTS
    return [
        *found,
        Row(f"{stack}: CPU of each further page", further, "ms", floor=plainly),
        Row(f"{stack}: the same against the plainest program", further / plainly, "times", _TIMES),
        Row(f"{stack}, the client form, 8 at once: CPU an interview", form, "ms"),
        Row(f"{stack}, the client form: bytes an interview", tally.received / max(1, tally.finished), "bytes"),
    ]


def _run(server: Server, path: str, people: int, many: int) -> tuple[float, Tally, float]:
    """Processor time of an interview, what the people saw, and the seconds it took."""
    before = cpu_ms(server.pid)
    tally, seconds = crowd(server.url, path, people, many)
    return (cpu_ms(server.pid) - before) / many, tally, seconds


def _floor(store: Store, many: int) -> Floor:
    """The least program that could do it, under the same server."""

    def act(person: Person, path: str) -> None:
        person.ask("GET", path)
        person.ask("POST", path, "a=1")

    def look(person: Person, path: str) -> None:
        for _ in range(_REQUESTS):
            person.ask("GET", path)

    with _serving("gunicorn", _FLOOR, store) as server:
        crowd(server.url, "/", 8, _WARM * 2, act)
        memory = memory_mb(server.pid)
        took = []
        for each in (act, look):
            before = cpu_ms(server.pid)
            crowd(server.url, "/", 8, many, each)
            took.append((cpu_ms(server.pid) - before) / many)
    return Floor(took[1], took[0], memory)


def _first_view(address: str) -> list[Row]:
    if not first_view.PROGRAM.exists():
        return []
    view = first_view.measure(address)
    return [
        Row("first words on a slow phone (FCP)", view.paint, "ms", 2500),
        Row("requests of the first view", len(view.requests), "", 4),
        Row("HTML and style of the first view, over the wire", view.bytes["Document"], "bytes", 15_000),
        Row("JavaScript of the first view, over the wire", view.bytes.get("Script", 0), "bytes", 4_000),
        Row("nodes of the first view", view.nodes, "", 350),
        Row("how far things move in the first view (CLS)", view.shift, "", 0),
    ]
