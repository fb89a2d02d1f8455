"""Many people at once, and what the store must say to their notes afterwards."""

import asyncio
import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveyapp.engine.definition import Questionnaire

from .habits import LEAVING, STAYING
from .intents import same
from .people import Manner, Person
from .phones import Phone
from .telegram import Telegram

Stored = Mapping[str, Any]
_PATIENT = 0.3


@dataclass
class Crowd:
    """People who answer the same questionnaire; ``at_once``: how many of them at the same time."""

    people: list[Person]
    at_once: int

    @property
    def progress(self) -> float:
        """Share of all that is to be answered that has been."""
        wanted = sum(len(person.intents) for person in self.people)
        noted = sum(
            len(person.intents) if person.outcome != "answering" else len(person.noted) for person in self.people
        )
        return noted / wanted

    async def respond(self, seconds: float) -> None:
        """Until everybody has finished or left, or time is over."""
        room = asyncio.Semaphore(self.at_once)

        async def one(person: Person) -> None:
            async with room:
                await person.respond()

        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(one(person) for person in self.people))
        except TimeoutError:
            pass


PLAIN = Manner()


def crowd(
    telegram: Telegram,
    q: Questionnaire,
    code: str,
    count: int,
    seed: int = 0,
    manner: Manner = PLAIN,
    at_once: int = 50,
    habits: Collection[str] | None = None,
) -> Crowd:
    """People from a seed, a third of them patient and plain, the others with habits; ``habits``: everybody has these."""
    chance = random.Random(seed)
    people = []
    for number in range(count):
        own = random.Random(f"{seed}/{number}")
        language = chance.choice((*q.languages, "de", None))
        phone = Phone(telegram, language=language, first_name=chance.choice(("Ilze", "Мария", "Kersti", "Olena")))
        people.append(Person(phone, q, code, own, _habits(chance) if habits is None else habits, manner))
    return Crowd(people, at_once)


def _habits(chance: random.Random) -> set[str]:
    if chance.random() < _PATIENT:
        return set()
    chosen = set(chance.sample(STAYING, chance.randint(1, 3)))
    return chosen | {chance.choice(LEAVING)} if chance.random() < 0.1 else chosen


@dataclass
class Report:
    """What went wrong, which should be nothing, and how much was done.

    ``lost``: updates that were confirmed and never applied. ``missing``: people who finished and whose response isn't
    there. ``wrong``: responses that differ from the person's notes. ``twice``: people with more than one response.
    ``kept``: responses of people who left before sending. ``unfinished``: people who stayed and didn't get to the end.
    """

    lost: int = 0
    missing: int = 0
    wrong: int = 0
    twice: int = 0
    kept: int = 0
    unfinished: int = 0
    finished: int = 0
    left: int = 0
    answers: int = 0
    kills: int = 0
    moments: list[str] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)
    examples: list[Any] = field(default_factory=list)

    def told(self) -> str:
        """All of it, to be read when it isn't clean."""
        figures = {name: value for name, value in vars(self).items() if name not in {"examples", "counts", "moments"}}
        lines = [str(figures), str(self.counts), str(self.moments)]
        for habits, what, *chat in self.examples[:4]:
            lines += [f"--- {what} {', '.join(habits)}", *map(str, chat)]
        return "\n".join(lines)

    @property
    def clean(self) -> bool:
        """Nothing is lost, missing, wrong, twice or kept, and everybody who stayed has finished."""
        return not (self.lost or self.missing or self.wrong or self.twice or self.kept or self.unfinished)


def compare(
    people: Sequence[Person], stored: Iterable[Stored], confirmed: Iterable[int], applied: Iterable[int]
) -> Report:
    """Hold what is stored to people's notes; a response is found by the word its person wrote."""
    report = Report(lost=len(set(confirmed) - set(applied)))
    by_word = _by_word(people, stored)
    for person in people:
        responses = by_word.get(person.word, [])
        report.twice += len(responses) > 1
        _count(report, person, responses)
    return report


def _by_word(people: Sequence[Person], stored: Iterable[Stored]) -> dict[str, list[Stored]]:
    words = {person.word for person in people}
    found: dict[str, list[Stored]] = {}
    for response in stored:
        written = Counter(word for word in _words(response) if word in words)
        for word in written:
            found.setdefault(word, []).append(response)
    return found


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    if isinstance(value, Mapping):
        value = list(value.values())
    return [word for each in value for word in _words(each)] if isinstance(value, list | tuple) else []


def _count(report: Report, person: Person, responses: Sequence[Stored]) -> None:
    if person.outcome == "left":
        report.left += 1
        report.kept += len(responses) > 0
        return
    if person.outcome == "answering":
        report.unfinished += 1
        report.examples.append(_example(person, "unfinished"))
        return
    report.finished += 1
    report.missing += not responses
    report.answers += len(responses[0]) if responses else 0
    if not responses:
        report.examples.append(_example(person, "missing"))
    for response in responses[:1]:
        if not same(person.q, person.noted, response):
            report.wrong += 1
            report.examples.append(_example(person, f"wrong: {person.noted} stored as {response}"))


def _example(person: Person, what: str) -> tuple[object, ...]:
    """What the end of somebody's chat looks like."""
    lines = [
        f"{message.date % 1000:4} {message.id} {'bot' if message.from_bot else '  >'} {message.text[:300]!r}"
        f" {[str(each.get('callback_data', ''))[9:] for each in message.buttons]}"
        for message in person.phone.chat.messages.values()
    ]
    return (sorted(person.habits), what, *lines[-40:])
