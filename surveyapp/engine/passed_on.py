"""What becomes of the answers to a questionnaire: coarsened, passed on as they are, read by a person first, or kept. Pure."""

from typing import NamedTuple

from surveyapp.engine import sheet
from surveyapp.engine.definition import Item, Questionnaire

_ASKS_NOTHING = frozenset({"note", "consent"})


class PassedOn(NamedTuple):
    """Items by what becomes of their answers, in the questionnaire's order.

    ``beside``: columns that nobody is asked for ("service", "unit" …), coarsened like ``coarsened``.
    """

    beside: tuple[str, ...]
    coarsened: tuple[Item, ...]
    answers: tuple[Item, ...]
    texts: tuple[Item, ...]
    left_out: tuple[Item, ...]


def passed_on(q: Questionnaire) -> PassedOn:
    """What the block ``release`` says; what it doesn't name is left out."""
    quasi = [each.column for each in q.release.quasi]
    answers = {item.id for item in sheet.released_items(q)}
    kept = {*quasi, *answers, *q.release.text}
    return PassedOn(
        beside=tuple(name for name in quasi if name not in q.by_id),
        coarsened=tuple(item for item in q.items if item.id in quasi),
        answers=tuple(item for item in q.items if item.id in answers),
        texts=tuple(item for item in q.items if item.id in q.release.text),
        left_out=tuple(item for item in q.items if item.id not in kept and item.type not in _ASKS_NOTHING),
    )
