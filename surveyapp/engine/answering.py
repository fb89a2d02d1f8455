"""What a conversation does with an answer to the question that is asked: give, tick, skip, go back."""

from collections.abc import Sequence
from typing import Any

from surveyapp.engine import flow
from surveyapp.engine.checks import Problem, check
from surveyapp.engine.definition import Item
from surveyapp.engine.flow import SKIPPED
from surveyapp.engine.places import OWN_TEXT, VIEW, Now, takes_own_text
from surveyapp.engine.prompt import Say
from surveyapp.engine.talks import Note, Step


def give(now: Now, item: Item, value: Any, note: Note | None = None) -> Step:
    """Store a value for the item that is asked, or say why not."""
    problem = check(now.q, item, value)
    if problem is not None:
        return now.stays(problem)
    answers = flow.clear(now.answers, item.id) | {item.id: _with_text(item, now.answers.get(item.id), value)}
    asks_text = takes_own_text(item, value) and not isinstance(value, dict)
    return now.moves(answers, note, at=f"{item.id}{OWN_TEXT}" if asks_text else None)


def _with_text(item: Item, before: Any, value: Any) -> Any:
    """The same choice again keeps the text that was written to it."""
    same = isinstance(before, dict) and before.get("value") == value
    return before if same else value


def skip(now: Now) -> Step:
    """Leave the question without an answer, or the option without its text."""
    place, item = now.place, now.item
    if item is None:
        return now.stays()
    if place.endswith(OWN_TEXT):
        return now.moves(now.answers)
    if item.required:
        return now.stays(Problem(item.id, "required", {}))
    return now.moves(flow.clear(now.answers, item.id) | {item.id: SKIPPED})


def clear(now: Now) -> Step:
    """Ask again as if nothing had been answered."""
    item = now.item
    return now.moves(flow.clear(now.answers, item.id), at=item.id) if item else now.stays()


def done(now: Now) -> Step:
    """Take what is ticked; nothing ticked is a gap."""
    item = now.item
    if item is None or item.type != "multiple":
        return now.stays()
    chosen = [option.value for position, option in enumerate(item.options) if position in now.talk.chosen]
    return give(now, item, chosen) if chosen else skip(now)


def back(now: Now) -> Step:
    """To the question before this one."""
    place, item = now.place, now.item
    if now.talk.phase != "asking":
        return now.stays()
    if item is not None and place.endswith(OWN_TEXT):
        return now.moves(now.answers, at=item.id)
    earlier = flow.before(now.q, now.answers, VIEW, place)
    return now.moves(now.answers, at=earlier) if earlier else now.stays(Say("first_question"))


def tick(now: Now, position: int, *, on: bool) -> Step:
    """Tick or untick an option of the multiple choice that is shown. The wanted state is named, never toggled."""
    item = now.item
    if item is None or not 0 <= position < len(item.options):
        return now.only_says("older_message")
    chosen = _with(item, now.talk.chosen, position) if on else set(now.talk.chosen) - {position}
    if item.max_choices is not None and len(chosen) > item.max_choices:
        return now.stays(Problem(item.id, "too_many_choices", {"limit": item.max_choices, "chosen": len(chosen)}))
    return now.stays(chosen=tuple(sorted(chosen)))


def _with(item: Item, chosen: Sequence[int], position: int) -> set[int]:
    """One more tick; what excludes the others goes or makes them go."""
    if item.options[position].exclusive:
        return {position}
    return {each for each in chosen if not item.options[each].exclusive} | {position}
