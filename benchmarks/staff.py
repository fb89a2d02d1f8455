"""Every page of staff that is only looked at, as everybody meets it: the service's processor time for one view.

There are other organisations beside theirs; the tests hold that statements don't grow with them.
"""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.processes import cpu_ms
from benchmarks.rows import Row
from benchmarks.servers import Server, free_port, gunicorn, running
from benchmarks.stacks import Store, stores
from surveyapp.config import Config
from surveyapp.store.sessions import Sessions, make_sessions
from tests.browser.staff_states import Desk, StaffState, desk, keep_fresh, states
from tests.staff import employed, office

BUDGET = 15
"""Milliseconds of processor time."""

_READS_ALL = "verify=1"
"""Counts every entry of the log again: it takes as long as the log is, and no page of it has that in it unasked."""

_OTHERS, _PEOPLE = 20, 5
_WARM = 20
"""Looks before it is measured, so that each worker has compiled the templates."""
_SHOWN = frozenset({200, 403, 422})


def rows(folder: Path, *, quick: bool) -> list[Row]:
    """Each page on each database."""
    place = folder / "staff"
    place.mkdir()
    with stores(place) as there:
        return [row for store in there for row in _rows(store, 20 if quick else 100)]


def _rows(store: Store, many: int) -> Iterator[Row]:
    sessions = make_sessions(Config.from_env(store.environ))
    people = _filled(sessions)
    port = free_port()
    with running(gunicorn("surveyapp.web.wsgi:app", 2), port, store.environ) as server:
        looked = {_name(state): state for state in states(people, "lv") if not state.posted}
        for state in looked.values():
            _look(server, people, state, _WARM)
        for name, state in looked.items():
            keep_fresh(sessions)
            before = cpu_ms(server.pid)
            _look(server, people, state, many)
            budget = None if _READS_ALL in name else BUDGET
            yield Row(f"{store.name}, staff: {name}, CPU", (cpu_ms(server.pid) - before) / many, "ms", budget)
    sessions.dispose()


def _name(state: StaffState) -> str:
    """Which page, for whom, and what else the address asks for apart from the language."""
    asked = "".join(f" {part}" for part in urlsplit(state.path).query.split("&")[1:])
    return f"{state.endpoint} for {state.who}{asked}"


def _filled(sessions: Sessions) -> Desk:
    """People in every situation, and other organisations with people of their own."""
    people = desk(sessions)
    for number in range(_OTHERS):
        with sessions.begin() as session:
            elsewhere = office(session, f"place_{number}")
            for person in range(_PEOPLE):
                employed(session, elsewhere, f"p{number}.{person}@example.org")
    return people


def _look(server: Server, people: Desk, state: StaffState, many: int) -> None:
    parts = urlsplit(server.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    cookies = "; ".join(f"{name}={value}" for name, value in people.cookies[state.who].items())
    for _ in range(many):
        connection.request("GET", state.path, headers={"Cookie": cookies, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        if answer.status not in _SHOWN:
            message = f"{state.name} was answered with {answer.status}"
            raise RuntimeError(message)
    connection.close()
