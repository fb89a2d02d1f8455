"""What is typed to a note that is shown alone: the same as its buttons do."""

from collections.abc import Callable

from surveyapp.engine.places import Now
from surveyapp.engine.showing import reviewed
from surveyapp.engine.talks import Step
from surveyapp.engine.taps import erase, send, speak
from surveyapp.engine.typed_words import ANSWERS, COMMANDS, plain
from surveyapp.engine.voices import own_names

BOUND = frozenset({"skip", "back", "done", "send", "keep"})
"""Commands that mean the question on the screen, so that they may come too early."""


def spoken(now: Now, typed: str) -> str | None:
    """The language that was written: by its name, its code or its number in the list."""
    wanted = plain(typed)
    for number, (code, name) in enumerate(own_names(now.q.languages), 1):
        if wanted in {plain(name), code, str(number)}:
            return code
    return None


def numbered(now: Now, wanted: str) -> Step | None:
    """To the answer whose number in the list was written, alone or as on its button."""
    words, _, number = wanted.rpartition(" ")
    rows, known = reviewed(now.q, now.answers), not words or COMMANDS.get(plain(words)) == "change"
    if known and number.isdecimal() and len(number) < 4 and 0 < int(number) <= len(rows):
        return now.moves(now.answers, at=rows[int(number) - 1].id)
    return None


def _offered_paused(now: Now, wanted: str, word: str | None) -> Step | None:
    """Whatever is no command means going on."""
    return None if word and word not in BOUND else now.stays()


def _offered_sure(now: Now, wanted: str, word: str | None) -> Step | None:
    agreed = True if word == "erase" else ANSWERS.get(wanted)
    if agreed is None:
        return None
    return erase(now, confirmed=True) if agreed else now.stays()


def _offered_languages(now: Now, wanted: str, word: str | None) -> Step | None:
    code = spoken(now, wanted)
    return speak(now, code) if code else None


OFFERED: dict[str, Callable[[Now, str, str | None], Step | None]] = {
    "languages": _offered_languages,
    "changes": lambda now, wanted, word: numbered(now, wanted),
    "paused": _offered_paused,
    "delete_sure": _offered_sure,
    "midway": lambda now, wanted, word: now.stays(effect="restart") if word == "restart" else None,
    "looks_personal": lambda now, wanted, word: send(now, confirmed=True) if word == "send" else numbered(now, wanted),
}
"""Note that is shown alone -> what is typed to it: the text, and the command it is a word for."""
