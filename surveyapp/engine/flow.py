"""Where somebody is, from the answers alone: what is visible, what comes next, what is wrong, what is stored.

Answers are a mapping of item id to value. Two keys are reserved: ``preset`` holds what was known beforehand
(answers that are not asked for, and variables for rules), ``typed`` holds posted fields that could not be read.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from surveyapp.engine.answers import Raw, field_names, read
from surveyapp.engine.checks import Problem, check
from surveyapp.engine.definition import VARIABLES, Item, Page, Questionnaire
from surveyapp.engine.rules import holds, mentioned

Answers = Mapping[str, Any]
PRESET, TYPED = "preset", "typed"
SKIPPED = {"missing": "skipped"}
VIEWS = ("author", "single", "pages")


class Screen(NamedTuple):
    """What is shown at once: questions with the notes among them. ``first``: the page begins here."""

    id: str
    page: Page
    items: tuple[Item, ...]
    first: bool

    @property
    def questions(self) -> tuple[Item, ...]:
        """The items that take an answer."""
        return tuple(item for item in self.items if item.type != "note")


class Ask(NamedTuple):
    """The next screen that holds a question without an answer."""

    screen: Screen


class Finished(NamedTuple):
    """Nothing is left to ask."""


class Reading(NamedTuple):
    """Answers after a form was read, and what could not be read."""

    answers: dict[str, Any]
    problems: tuple[Problem, ...]


class Position(NamedTuple):
    """``number`` of ``total``; ``about``: the total is the longest path, and answers may shorten it."""

    number: int
    total: int
    about: bool


class Record(NamedTuple):
    """The response as it is stored, and what prevents storing it."""

    answers: dict[str, Any]
    problems: tuple[Problem, ...]


def _shown(q: Questionnaire, answers: Answers) -> Iterator[Item]:
    """Every item whose rule holds, preset ones included: one pass, in which hidden answers don't count."""
    known = dict(answers.get(PRESET) or {})
    simple = known.get("variant") == "easy" and q.offers_easy
    typed = answers.get(TYPED) or {}
    for item in q.items:
        key = item.id
        if item.show_if is not None and not holds(item.show_if, known):
            known.pop(key, None)
            continue
        if key in answers:
            if key not in known:
                known[key] = answers[key]
        elif simple and _left_out(item) and key not in known and key not in typed:
            continue
        yield item


def _left_out(item: Item) -> bool:
    """The simple version doesn't ask this, unless it was answered before."""
    return not (item.easy or item.required or item.type == "note")


def visible(q: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """The items this person is shown, in order; what was known beforehand is not asked again."""
    preset = answers.get(PRESET) or {}
    return tuple(item for item in _shown(q, answers) if item.id not in preset)


def prune(q: Questionnaire, answers: Answers) -> dict[str, Any]:
    """The answers without those to items that are not visible."""
    seen = {item.id for item in visible(q, answers)}
    kept = {key: value for key, value in answers.items() if key in seen or key == PRESET}
    typed = {key: fields for key, fields in (answers.get(TYPED) or {}).items() if key in seen}
    return kept | {TYPED: typed} if typed else kept


def screens(q: Questionnaire, answers: Answers, view: str) -> tuple[Screen, ...]:
    """The screens in order. The simple version and the view "single" show one question at a time."""
    return tuple(_arranged(q, visible(q, answers), view, single=_one_by_one(answers, view)))


def _one_by_one(answers: Answers, view: str) -> bool:
    return view == "single" or (answers.get(PRESET) or {}).get("variant") == "easy"


def _arranged(q: Questionnaire, items: Sequence[Item], view: str, *, single: bool) -> Iterator[Screen]:
    seen = {item.id for item in items}
    for page in q.pages:
        shown = tuple(item for item in page.items if item.id in seen)
        if all(item.type == "note" for item in shown):
            continue
        if not single and (page.together or view == "pages"):
            yield Screen(page.id, page, shown, first=True)
        else:
            yield from _apart(page, shown)


def _apart(page: Page, shown: tuple[Item, ...]) -> Iterator[Screen]:
    """One screen a question; notes go with the question after them, the last ones with the question before."""
    last = max(place for place, item in enumerate(shown) if item.type != "note")
    first, notes = True, []
    for place, item in enumerate(shown[: last + 1]):
        if item.type == "note":
            notes.append(item)
            continue
        after = shown[last + 1 :] if place == last else ()
        yield Screen(item.id, page, (*notes, item, *after), first)
        first, notes = False, []


def screen_of(q: Questionnaire, answers: Answers, view: str, screen_id: str) -> Screen | None:
    """The screen with this id, or the one that holds the item with this id; None when there is none now."""
    there = screens(q, answers, view)
    exact = next((screen for screen in there if screen.id == screen_id), None)
    return exact or next((screen for screen in there if any(item.id == screen_id for item in screen.questions)), None)


def is_open(answers: Answers, item: Item) -> bool:
    """The item takes an answer and has none that could be read."""
    return item.type != "note" and (item.id not in answers or item.id in (answers.get(TYPED) or {}))


def touched(answers: Answers, screen: Screen) -> bool:
    """Something was entered for one of its questions, or one of them was skipped."""
    typed = answers.get(TYPED) or {}
    return any(item.id in answers or item.id in typed for item in screen.items)


def next_step(q: Questionnaire, answers: Answers, view: str) -> Ask | Finished:
    """The first screen with an open question. What was answered or skipped is never asked again."""
    for screen in screens(q, answers, view):
        if any(is_open(answers, item) for item in screen.items):
            return Ask(screen)
    return Finished()


def before(q: Questionnaire, answers: Answers, view: str, screen_id: str) -> str | None:
    """Id of the screen before this one; of the last one, for an id that is no screen; None at the beginning."""
    ids = [screen.id for screen in screens(q, answers, view)]
    place = ids.index(screen_id) if screen_id in ids else len(ids)
    return ids[place - 1] if place else None


def progress(q: Questionnaire, answers: Answers, view: str, screen: Screen) -> Position:
    """How far along a screen is on the longest path; the total doesn't change with the answers."""
    preset = answers.get(PRESET) or {}
    simple = preset.get("variant") == "easy" and q.offers_easy
    possible = [item for item in q.items if item.id not in preset and _possible(item, preset)]
    if simple:
        possible = [item for item in possible if not _left_out(item)]
    ids = [each.id for each in _arranged(q, possible, view, single=_one_by_one(answers, view))]
    about = any(item.show_if is not None and not _decided(item) for item in possible)
    number = ids.index(screen.id) + 1 if screen.id in ids else len(ids)
    return Position(number, len(ids), about)


def _decided(item: Item) -> bool:
    """The item's rule asks only about what was known beforehand."""
    return mentioned(item.show_if) <= VARIABLES.keys()


def _possible(item: Item, preset: Answers) -> bool:
    return item.show_if is None or not _decided(item) or holds(item.show_if, preset)


def read_page(q: Questionnaire, answers: Answers, items: Sequence[Item], raw: Raw) -> Reading:
    """Read the posted fields of these items. What can't be read stays as typed; an optional gap is stored as skipped."""
    return _read(q, answers, items, raw, judging=True)


def keep_typed(q: Questionnaire, answers: Answers, items: Sequence[Item], raw: Raw) -> dict[str, Any]:
    """Keep everything that was entered without judging it; a question left alone stays open."""
    return _read(q, answers, items, raw, judging=False).answers


def _read(q: Questionnaire, answers: Answers, items: Sequence[Item], raw: Raw, *, judging: bool) -> Reading:
    read_so_far, typed = dict(answers), dict(answers.get(TYPED) or {})
    problems = []
    for item in items:
        if item.type == "note":
            continue
        value = read(q, item, raw)
        if value is None:
            value = _nothing(item, read_so_far, judging=judging)
        typed.pop(item.id, None)
        if isinstance(value, Problem):
            problems.append(value)
            typed[item.id] = posted_fields(item, raw)
            read_so_far.pop(item.id, None)
        elif value is None:
            read_so_far.pop(item.id, None)
        else:
            read_so_far[item.id] = value
    read_so_far.pop(TYPED, None)
    if typed:
        read_so_far[TYPED] = typed
    return Reading(prune(q, read_so_far), tuple(problems))


def _nothing(item: Item, answers: Answers, *, judging: bool) -> Any:
    """What an empty field means: a gap, a mistake, or no more than that nobody has answered yet."""
    if judging:
        return Problem(item.id, "required", {}) if item.required else SKIPPED
    return SKIPPED if answers.get(item.id) == SKIPPED else None


def posted_fields(item: Item, raw: Raw) -> dict[str, list[str]]:
    """The fields of an item as they were posted."""
    return {name: list(raw[name]) for name in field_names(item) if name in raw}


def clear(answers: Answers, item_id: str) -> dict[str, Any]:
    """The answers without the one to this item: it is open again."""
    kept = {key: value for key, value in answers.items() if key not in {item_id, TYPED}}
    typed = {key: fields for key, fields in (answers.get(TYPED) or {}).items() if key != item_id}
    return kept | {TYPED: typed} if typed else kept


def record(q: Questionnaire, answers: Answers) -> Record:
    """The response as stored: visible items in order, gaps as skipped; with every problem that stands in its way."""
    preset, typed = answers.get(PRESET) or {}, answers.get(TYPED) or {}
    stored, problems = {}, []
    for item in _shown(q, answers):
        if item.type == "note":
            continue
        value = preset.get(item.id, answers.get(item.id, SKIPPED))
        problem = Problem(item.id, "not_offered", {}) if item.id in typed else check(q, item, value)
        if problem:
            problems.append(problem)
        stored[item.id] = value
    return Record(stored, tuple(problems))
