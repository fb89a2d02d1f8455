"""The people themselves: with a bot that does nothing wrong all they mean is stored; with one that errs it shows."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from surveyapp.engine.definition import Item, Page
from tests.test_interviews import EVERYTHING

from . import updater_bot
from .crowds import Report, compare, crowd
from .intents import expected
from .kill_runs import BotProcess, Moment, Run
from .people import Manner, Person
from .serving import TOKEN, Served

CODE = "K7MQ2XPA"
ASKED = Item(id="words", type="text", text=dict.fromkeys(EVERYTHING.languages, "Anything else?"))
Q = structs.replace(EVERYTHING, pages=(*EVERYTHING.pages, Page(id="third", items=(ASKED,))))
"""Every type of item, and a text that everybody is asked for."""
ALL_FAULTS = dict.fromkeys(("error", "refused", "dropped", "delay"), 0.03) | {"flood": 0.02, "twice": 0.05}


def measured(served: Served, folder: Path, how: str, people: dict[str, Any], *more: str, **run: Any) -> Report:
    """Let people talk to the measuring bot, on python-telegram-bot's Updater or on a loop of its own."""
    q, journal = folder / "questionnaire.json", folder / "journal.db"
    q.write_bytes(msgspec.json.encode(Q))
    updater_bot.Journal(journal)
    command = [sys.executable, "-m", "tests.bots.updater_bot", how, str(q), str(journal), *more]
    environ = {"TELEGRAM_API_URL": served.url, "TELEGRAM_BOT_TOKEN": TOKEN}
    bot = BotProcess(command, environ, folder / "bot.log")
    gathered = served.do(crowd, served.telegram, Q, CODE, **people)
    stored, applied = (lambda: updater_bot.responses(journal)), (lambda: updater_bot.applied(journal))
    return Run(served, gathered, bot, stored, applied, **run).go()


def test_everybody_is_understood(served: Served, tmp_path: Path) -> None:
    report = measured(served, tmp_path, "loop", {"count": 10, "seed": 3}, seconds=240)
    assert report.clean, report.told()
    assert report.finished >= 7
    assert served.telegram.calls["getFile"] == 0


def test_kills_cost_nothing_where_updates_are_confirmed_after_they_are_kept(served: Served, tmp_path: Path) -> None:
    report = measured(served, tmp_path, "loop", {"count": 8, "seed": 5}, seconds=240, kills=2)
    assert report.clean, report.told()
    assert report.kills == 2


def test_kills_lose_what_the_updater_holds_in_memory(served: Served, tmp_path: Path) -> None:
    people = {"count": 10, "seed": 5, "manner": Manner(patience=5)}
    run = {"kills": 3, "share": 0.3, "moments": (Moment(),), "to_the_end": False}
    report = measured(served, tmp_path, "updater", people, "--work", "0.02", **run)
    assert report.kills == 3
    assert report.lost > 0


@pytest.mark.parametrize("unbound", [False, True])
def test_what_is_typed_counts_only_for_what_was_on_the_screen(served: Served, tmp_path: Path, *, unbound: bool) -> None:
    """People who type on before the next question has come mean none they have seen."""
    people = {"count": 6, "seed": 9, "habits": {"typing", "early"}}
    report = measured(served, tmp_path, "loop", people, *(["--unbound"] if unbound else []), seconds=120)
    assert (report.wrong > 0) == unbound, report.told()
    assert report.clean != unbound, report.told()


@pytest.mark.soak
def test_many_kills_and_faults_cost_nothing(served: Served, tmp_path: Path) -> None:
    served.telegram.faults.set(ALL_FAULTS)
    report = measured(served, tmp_path, "loop", {"count": 100, "seed": 1}, seconds=500, kills=6)
    assert report.clean, report.told()
    assert report.kills == 6
    assert all(report.counts["faults"].get(kind) for kind in ALL_FAULTS)


@pytest.fixture
def finished(served: Served) -> list[Person]:
    """People who have answered everything, if only in their heads."""
    people = served.do(crowd, served.telegram, Q, CODE, 5).people
    for person in people:
        person.noted = {item: meant.value for item, meant in person.intents.items()}
        person.outcome = "finished"
    return people


def told(people: list[Person]) -> list[dict[str, Any]]:
    return [expected(Q, person.noted) for person in people]


def test_what_people_noted_is_clean(finished: list[Person]) -> None:
    report = compare(finished, told(finished), [1, 2], [1, 2, 3])
    assert report.clean
    assert (report.finished, report.answers) == (5, sum(map(len, told(finished))))


Spoil = Callable[[list[dict[str, Any]], list[Person]], object]
MISTAKES: dict[str, Spoil] = {
    "missing": lambda stored, people: stored.pop(),
    "twice": lambda stored, people: stored.append(stored[0]),
    "wrong": lambda stored, people: stored[0].update(again="another"),
    "kept": lambda stored, people: setattr(people[0], "outcome", "left"),
    "unfinished": lambda stored, people: setattr(people[0], "outcome", "answering"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_is_counted_as_what_it_is(finished: list[Person], mistake: str) -> None:
    stored = told(finished)
    MISTAKES[mistake](stored, finished)
    report = compare(finished, stored, [], [])
    counts = {name: getattr(report, name) for name in ("lost", *MISTAKES)}
    assert counts == {name: int(name == mistake) for name in counts}
    assert not report.clean


def test_what_is_confirmed_and_never_applied_is_lost(finished: list[Person]) -> None:
    assert compare(finished, told(finished), [1, 2, 3], [1]).lost == 2


def test_an_answer_too_many_or_too_few_is_wrong(finished: list[Person]) -> None:
    stored = told(finished)
    stored[0].pop("again")
    stored[1]["surplus"] = "x"
    assert compare(finished, stored, [], []).wrong == 2
