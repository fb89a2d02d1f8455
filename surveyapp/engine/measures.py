"""How long a questionnaire takes a person: words to read, taps and pages, and the minutes they add up to."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from surveyapp.engine import flow
from surveyapp.engine.definition import Item, Questionnaire, Wording

WORDS_A_MINUTE = 130
"""A careful reader's speed, below the usual 180 to 240, because many readers here are old or read a second language."""

SECONDS_A_TAP = 1.0
SECONDS_A_PAGE = 0.5
_CHOICES = frozenset({"single", "multiple", "rating", "consent"})


class Effort(NamedTuple):
    """Words read, taps made and pages seen, from the first page to the receipt; minutes are rounded up."""

    words: int
    taps: int
    pages: int
    minutes: int

    @property
    def seconds(self) -> float:
        """The time before it is rounded."""
        return self.words / WORDS_A_MINUTE * 60 + self.taps * SECONDS_A_TAP + self.pages * SECONDS_A_PAGE


def effort(q: Questionnaire, variant: str, language: str) -> Effort:
    """The effort of somebody who answers every choice, leaves the open texts empty and knows a scale once it was read."""
    answers = {flow.PRESET: {"variant": variant}}
    shown = flow.screens(q, answers, "author")
    items = [item for screen in shown for item in screen.items]
    words = sum(len(text.split()) for text in _texts(q, shown, variant, language))
    choices = sum(1 for item in items if item.type in _CHOICES)
    before = 1 if q.consent else 0
    pages = len(shown) + before + 2
    taps = choices + before + len(shown) + before + 1
    measured = Effort(words, taps, pages, 0)
    return measured._replace(minutes=max(1, math.ceil(measured.seconds / 60)))


def _texts(q: Questionnaire, shown: Sequence[flow.Screen], variant: str, language: str) -> Iterator[str]:
    yield from _spoken(language, q.title, q.intro)
    if q.consent:
        short = q.consent.short or {}
        yield from _spoken(language, short, q.consent.agree, q.consent.decline)
    seen: set[str] = set()
    for screen in shown:
        if screen.first:
            yield from _spoken(language, screen.page.title, screen.page.note)
        for item in screen.items:
            easy = variant == "easy" and item.easy
            yield from _spoken(language, item.easy if easy else item.text, item.help)
            yield from _option_texts(q, item, variant, language, seen)


def _option_texts(q: Questionnaire, item: Item, variant: str, language: str, seen: set[str]) -> Iterator[str]:
    yield from _spoken(language, *(option.label for option in item.options), *(extra.label for extra in item.extra))
    scale = q.scale_of(item, variant)
    if scale and item.scale and item.scale not in seen:
        seen.add(item.scale)
        yield from _spoken(language, *(point.label for point in scale.points), *(extra.label for extra in scale.extra))


def _spoken(language: str, *wordings: Wording) -> Iterator[str]:
    for wording in wordings:
        yield wording.get(language, "")
