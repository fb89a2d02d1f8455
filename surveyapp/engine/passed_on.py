"""What becomes of the answers to a questionnaire: coarsened, passed on as they are, read by a person first, or kept. Pure."""

from typing import NamedTuple

from surveyapp.engine import sheet
from surveyapp.engine.column_words import COLUMNS
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.voices import Voice

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


class Told(NamedTuple):
    """The same as it is told before anybody answers. ``analyst``, ``public``: the fewest people behind a row or a figure.

    ``coarsened``, ``left_out``: questions, and what nobody is asked for, in words. ``texts``: some are passed on.
    """

    analyst: int
    public: int
    coarsened: tuple[str, ...]
    left_out: tuple[str, ...]
    texts: bool


def told(q: Questionnaire, voice: Voice) -> Told | None:
    """What becomes of the answers in somebody's language; None where none are passed on."""
    found, k = passed_on(q), q.release.k
    if not (found.answers or found.coarsened):
        return None
    beside = (voice.say(COLUMNS[name]) for name in found.beside)
    coarsened, left_out = ((voice.say(item.text) for item in part) for part in (found.coarsened, found.left_out))
    return Told(k.analyst, k.public, (*beside, *coarsened), tuple(left_out), bool(found.texts))
