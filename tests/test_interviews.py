"""Random interviews over plain HTTP: what each person noted is what is stored, and what the export may hold of it.

The person's own note is made from what was chosen on the page; nothing of the engine is asked.
"""

import csv
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from surveyapp.engine.documents import load
from surveyapp.services import library
from surveyapp.services.codes import digest, read_receipt
from surveyapp.services.collectors import Collecting
from surveyapp.store.responses import Inbox
from surveyapp.store.sessions import Sessions
from surveyapp.web import create_app
from tests.builders import close_and_settle, inside, open_wave
from tests.conftest import Database
from tests.page_forms import Question
from tests.pages import Page, Pages
from tests.released_files import release_to

LANGUAGES = ("et", "lv", "ru", "en", "uk")
WORDS = ("Viss labi, paldies!", "Всё хорошо", "Kõik on hästi – aitäh", "It’s late 🚌", "Дуже добре, дякую", "a\nb")
SKIPPED = {"missing": "skipped"}
RECEIPT = re.compile(r"(?:[0-9A-Z]{4} ){5}[0-9A-Z]")


def said(english: str) -> str:
    """The same words in five languages; what they say doesn't matter to a program."""
    return "{" + ", ".join(f'{language}: "{english} ({language})"' for language in LANGUAGES) + "}"


def option(value: str, more: str = "") -> str:
    words = ", ".join(f'{language}: "{value} {language}"' for language in LANGUAGES)
    return f"{{value: {value}, {more}{words}}}"


def extra(code: str) -> str:
    words = ", ".join(f'{language}: "{code} {language}"' for language in LANGUAGES)
    return f"{{code: {code}, {words}}}"


PLACES = ", ".join(option(f"p{place}") for place in range(22))
EVERYTHING = load(
    f"""
schema: questionnaire/1
id: everything
kind: survey
source_language: en
languages: [{", ".join(LANGUAGES)}]
title: {said("Everything")}
consent:
  lines: [{{id: free, text: {said("Free")}}}]
  agree: {said("I agree")}
  decline: {said("I do not")}
scales:
  five:
    points: [{", ".join(f"{{value: {value}, label: {said(str(value) + ' quality')}}}" for value in range(1, 6))}]
    extra: [{extra("dk")}, {extra("na")}]
    bottom_box: [1, 2]
pages:
  - id: first
    together: true
    title: {said("First")}
    items:
      - {{id: rating, type: rating, scale: five, text: {said("How good?")}}}
      - {{id: who, type: single, text: {said("Who?")}, options: [{option("nurse")}, {option("son")}, {option("other", "own_text: true, ")}], extra: [{extra("na")}]}}
      - {{id: uses, type: multiple, text: {said("What?")}, options: [{option("care")}, {option("centre")}, {option("other", "own_text: true, ")}, {option("none", "exclusive: true, ")}]}}
  - id: second
    items:
      - {{id: hello, type: note, text: {said("A note.")}}}
      - {{id: often, type: number, text: {said("How often?")}, show_if: ["has", "uses", "care"], extra: [{extra("refused")}]}}
      - {{id: why, type: text, long: true, text: {said("Why?")}, show_if: ["<=", "rating", 2]}}
      - {{id: since, type: date, text: {said("Since when?")}, extra: [{extra("dk")}]}}
      - {{id: quote, type: consent, required: true, text: {said("May we count you?")}}}
      - {{id: place, type: single, text: {said("Where?")}, options: [{PLACES}]}}
      - {{id: again, type: single, required: true, text: {said("Would you come again?")}, options: [{option("yes1")}, {option("no1")}]}}
release:
  sensitive: {{low: [rating]}}
  answers: [who, uses, again]
  text: [why]
"""
)


class Somebody:
    """One person's way through the form, with a note of their own of everything they entered.

    ``pages``: the page client over HTTP, or somebody in a browser.
    """

    def __init__(self, pages: Any, chance: random.Random) -> None:
        self.pages, self.chance = pages, chance
        self.note: dict[str, Any] = {}

    def respond(self, code: str, language: str, way: str = "r") -> str:
        """From the address to the receipt; returns the receipt without blanks. ``way``: "chat" for one on a page."""
        self.pages.language = language
        self.pages.get(f"/{way}/{code}?lang={language}")
        if self.pages.page.questions:
            self.pages.choose("consent", "agree")
        self.pages.submit()
        switch = self.chance.randrange(1, 4)
        for step in range(80):
            page = self.pages.page
            if page.onward is None:
                return read_receipt(self.receipt(page)) or ""
            self.answer(page.questions)
            if step == switch and page.onward == "next":
                self.pages.press(
                    f"lang-{self.chance.choice([each for each in LANGUAGES if each != self.pages.language])}"
                )
            self.pages.submit()
        raise AssertionError("no receipt after 80 pages")

    def receipt(self, page: Page) -> str:
        """The code in its groups of four."""
        found = RECEIPT.search(page.text)
        assert found, page.text
        return found[0]

    def answer(self, questions: Sequence[Question]) -> None:
        """Enter something, or nothing, in everything the page asks."""
        names = {question.name.partition("__")[0] for question in questions}
        for name in sorted(names):
            choices = next((each for each in questions if each.key == (name, True)), None)
            fields = [each for each in questions if not each.choices and each.name.partition("__")[0] == name]
            self.note[name] = self.enter(name, choices, fields)

    def enter(self, name: str, choices: Question | None, fields: Sequence[Question]) -> Any:
        if name not in {"quote", "again"} and self.chance.random() < 0.2:
            return SKIPPED
        values = [value for value, _ in choices.choices] if choices else []
        if any(each.name == f"{name}__day" for each in fields):
            return self.enter_date(name, values)
        typed = next((each for each in fields if each.name == name), None)
        if typed is not None:
            return self.enter_typed(typed, name, values)
        if choices is not None and choices.kind == "checkbox":
            return self.enter_several(name, values)
        return self.enter_one(name, values)

    def enter_one(self, name: str, values: Sequence[str]) -> Any:
        value = "yes" if name == "quote" else self.chance.choice(values)
        self.pages.choose(name, value)
        if value == "other" and self.asks(f"{name}__text") and self.chance.random() < 0.7:
            return {"value": value, "text": self.write(f"{name}__text")}
        if value.startswith("missing:"):
            return {"missing": value.removeprefix("missing:")}
        if name == "quote":
            return True
        return int(value) if value.isdigit() else value

    def enter_several(self, name: str, values: Sequence[str]) -> Any:
        alone = [value for value in values if value == "none" or value.startswith("missing:")]
        if alone and self.chance.random() < 0.2:
            self.pages.choose(name, "none")
            return ["none"]
        free = [value for value in values if value not in alone]
        picked = self.chance.sample(free, self.chance.randint(1, min(3, len(free))))
        self.pages.choose(name, *picked)
        chosen = sorted(picked, key=self.order(name, free))
        if "other" in picked and self.chance.random() < 0.7:
            return {"value": chosen, "text": self.write(f"{name}__text")}
        return chosen

    def order(self, name: str, shown: Sequence[str]) -> Callable[[str], int]:
        """Stored choices stand in the questionnaire's order, whatever order they were shown in."""
        written = ["care", "centre", "other", "none"] if name == "uses" else sorted(shown)
        return written.index

    def enter_typed(self, field: Question, name: str, values: Sequence[str]) -> Any:
        if values and self.chance.random() < 0.3:
            self.pages.choose(name, values[0])
            return {"missing": values[0].removeprefix("missing:")}
        if name == "often":
            number = self.chance.randint(0, 5000)
            self.pages.fill(name, self.chance.choice([str(number), f" {number} ", f"{number},0"]))
            return number
        return self.write(name)

    def enter_date(self, name: str, values: Sequence[str]) -> Any:
        if values and self.chance.random() < 0.3:
            self.pages.choose(name, values[0])
            return {"missing": values[0].removeprefix("missing:")}
        year, month, day = self.chance.randint(1950, 2025), self.chance.randint(1, 12), self.chance.randint(1, 28)
        for part, number in (("day", day), ("month", month), ("year", year)):
            self.pages.fill(f"{name}__{part}", str(number))
        return f"{year}-{month:02}-{day:02}"

    def asks(self, field: str) -> bool:
        """The page has a field of that name: not every "other" has room for own words."""
        return any(each.name == field for each in self.pages.page.questions)

    def write(self, field: str) -> str:
        words = self.chance.choice(WORDS)
        one_line = next(each for each in self.pages.page.questions if each.name == field).kind == "text"
        words = words.replace("\n", " ") if one_line else words
        self.pages.fill(field, words)
        return words


@pytest.fixture
def app_of(database: Database, sessions: Sessions) -> Iterator[Callable[[], Pages]]:
    app = create_app(database.config())
    yield lambda: Pages(app.test_client(use_cookies=False))
    app.extensions["surveyapp"].sessions.dispose()


def interviews(
    sessions: Sessions, made: Callable[[], Pages], code: str, people: int, way: str = "r"
) -> list[dict[str, Any]]:
    """So many people answer; each one's note must be what is stored under their receipt."""
    notes = []
    for person in range(people):
        somebody = Somebody(made(), random.Random(person))
        receipt = somebody.respond(code, LANGUAGES[person % len(LANGUAGES)], way)
        with sessions.reading() as session:
            stored = inside(session).scalars(select(Inbox.answers).filter_by(receipt_hash=digest(receipt))).one()
        assert stored == somebody.note, f"person {person}"
        notes.append(somebody.note)
    return notes


FEW = pytest.param(30, id="30")
ALL = pytest.param(200, id="200", marks=pytest.mark.soak)


def exported(sessions: Sessions, collecting: Collecting, notes: Sequence[dict[str, Any]], folder: Path) -> None:
    """Settle, release and export: the rows of the file must be those of the notes."""
    close_and_settle(sessions, collecting)
    release_to(sessions, folder / "out.csv")
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["id", "rating", "who", "uses__care", "uses__centre", "uses__other", "uses__none", "again"]
    assert all(cell for row in rows for cell in row), "whatever language somebody answers in"
    assert Counter(tuple(row[1:]) for row in rows) == Counter(map(coded, notes))


@pytest.mark.parametrize("people", [FEW, ALL])
def test_what_each_person_noted_is_stored_and_exported(
    sessions: Sessions, app_of: Callable[[], Pages], people: int, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session, EVERYTHING)
    notes = interviews(sessions, app_of, collecting.code, people)
    assert {kind for note in notes for kind in note} == {item.id for item in EVERYTHING.items if item.type != "note"}
    exported(sessions, collecting, notes, tmp_path)


MISSING = {"skipped": "-9", "dk": "-8", "na": "-7", "refused": "-5"}


def coded(note: dict[str, Any]) -> tuple[str, ...]:
    """A note as a row of the export."""
    uses = note["uses"]
    if uses == SKIPPED:
        ticks = ["-9"] * 4
    else:
        chosen = uses["value"] if isinstance(uses, dict) else uses
        ticks = [str(int(value in chosen)) for value in ("care", "centre", "other", "none")]
    return (_coded(note["rating"]), _coded(note["who"]), *ticks, _coded(note["again"]))


def _coded(answer: Any) -> str:
    if isinstance(answer, dict):
        return MISSING[answer["missing"]] if "missing" in answer else str(answer["value"])
    return str(answer)


@pytest.mark.parametrize("people", [FEW, ALL])
def test_what_each_person_noted_in_a_chat_is_stored_and_exported(
    sessions: Sessions, app_of: Callable[[], Pages], people: int, tmp_path: Path
) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session, EVERYTHING)
    exported(sessions, collecting, interviews(sessions, app_of, collecting.code, people, "chat"), tmp_path)


@pytest.mark.parametrize("people", [pytest.param(10, id="10"), ALL])
def test_the_client_form_keeps_what_each_person_noted(
    sessions: Sessions, app_of: Callable[[], Pages], people: int
) -> None:
    with sessions.begin() as session:
        code = open_wave(session, library.load("client_satisfaction_10")).code
    interviews(sessions, app_of, code, people)
