"""A questionnaire as a conversation: one event in, one step out. Total: whatever comes, there is a step.

What is shown is a function of the questionnaire, the talk and the answers (``showing.render``). Where somebody is,
is decided by ``flow`` from the answers; ``talk.at`` only says what is asked out of turn.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from surveyapp.engine import flow
from surveyapp.engine.answering import back, done, give, skip
from surveyapp.engine.answers import read
from surveyapp.engine.beside import BOUND, OFFERED, numbered, spoken
from surveyapp.engine.checks import Problem
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.places import OWN_TEXT, Now, item_at
from surveyapp.engine.prompt import Choice, Say
from surveyapp.engine.showing import hint
from surveyapp.engine.talks import (
    CONSENT,
    LANGUAGE,
    REVIEW,
    Blocked,
    Command,
    Edited,
    Event,
    Given,
    Kept,
    Media,
    Start,
    Step,
    Talk,
    Text,
)
from surveyapp.engine.taps import agree, decline, erase, send, simple, speak, tapped, to_consent
from surveyapp.engine.typed_answers import MOST_MATCHES, Matches, read_own_text, read_typed
from surveyapp.engine.typed_words import ANSWERS, COMMANDS, plain

Act = Callable[[Now, Command], Step]


def begin(q: Questionnaire, start: Start, variant: str = "standard") -> Step:
    """A conversation that has just been opened. The language is asked where the device's isn't offered."""
    language = start.language if start.language in q.languages else None
    talk = Talk(
        nonce=start.nonce,
        language=language or q.source_language,
        variant="easy" if variant == "easy" and q.offers_easy else "standard",
    )
    return to_consent(Now(q, talk, {})) if language else Step(talk, {})


def step(q: Questionnaire, talk: Talk, answers: Mapping[str, Any], event: Event) -> Step:
    """What follows from an event. Never raises; ``answers`` hold what is known beforehand under ``preset``."""
    return _EVENTS[type(event)](Now(q, talk, answers), event)


def corrected(q: Questionnaire, talk: Talk, answers: Mapping[str, Any], problems: Sequence[Problem]) -> Step:
    """Back to the first answer that can't be sent as it is."""
    return Now(q, talk, answers).moves(answers, problems[0], at=problems[0].item)


def _start(now: Now, event: Start) -> Step:
    """The link again, midway."""
    return now.stays(Say("midway") if now.talk.phase == "asking" else None)


def _given(now: Now, event: Given) -> Step:
    """A posted form: all fields of one question at once."""
    item = item_at(now.q, event.place)
    if event.nonce != now.talk.nonce:
        return now.only_says("earlier_questionnaire")
    if item is None or event.old or event.place != now.place:
        return now.only_says(_not_taken(now, item, event))
    reading = flow.read_page(now.q, now.answers, [item], event.raw)
    if reading.problems:
        return Step(now.talk, reading.answers, None, reading.problems[0])
    return now.moves(reading.answers)


def _not_taken(now: Now, item: Item | None, event: Given) -> str:
    """What is said about the form of a question that isn't asked any more, or has been answered since."""
    stored = now.answers.get(item.id) if item else None
    if item is None or stored is None:
        return "earlier_question"
    value = read(now.q, item, event.raw)
    same = stored == (flow.SKIPPED if value is None else value)
    return "already_recorded" if same else "answered_since"


def _kept(now: Now, event: Kept) -> Step:
    """What was entered stays in its fields, and the question stays, whatever the button does next."""
    item = item_at(now.q, event.place)
    if item is None or (event.nonce, event.place) != (now.talk.nonce, now.place):
        return Step(now.talk, dict(now.answers), quiet=True)
    kept = flow.keep_typed(now.q, now.answers, [item], event.raw)
    return Step(replace(now.talk, at=event.place), kept)


def _text(now: Now, event: Text) -> Step:
    if now.talk.beside:
        return _beside(now, event)
    if now.place in _TEXTS:
        return _TEXTS[now.place](now, event)
    word = COMMANDS.get(plain(event.body))
    item = now.item
    if item is None or item.type == "text" or now.place.endswith(OWN_TEXT):
        return _command(now, Command("skip", "", event.order)) if word == "skip" else _written(now, event)
    value = read_typed(now.q, item, now.voice, event.body)
    if word and (value is None or isinstance(value, Problem)):
        return _command(now, Command(word, "", event.order))
    return _early(now, event.order) or _read(now, value)


def _beside(now: Now, event: Text) -> Step:
    """Typed to a note that was shown alone: it is meant for what that offers, or for nothing."""
    wanted = plain(event.body)
    word = COMMANDS.get(wanted)
    made = OFFERED[now.talk.beside or ""](now, wanted, word)
    if made:
        return _early(now, event.order) or made
    if word in {"keep", "back"}:
        return now.stays()
    return _command(now, Command(word)) if word and word not in BOUND else now.stays(Say("too_early"))


def _written(now: Now, event: Text) -> Step:
    """An open answer, or the own text of an option."""
    early, item = _early(now, event.order), now.item
    if early or item is None:
        return early or now.stays()
    if now.place.endswith(OWN_TEXT):
        return _read(now, read_own_text(now.q, item, now.answers.get(item.id), event.body))
    return _read(now, read_typed(now.q, item, now.voice, event.body))


def _read(now: Now, value: Any) -> Step:
    """What was typed, once it has been read."""
    item = now.item
    if item is None:
        return now.stays()
    if value is None:
        return now.stays(hint(now.q, item, now.voice))
    if isinstance(value, Problem):
        # A channel may split a long text: its tail must not become the answer.
        return now.stays(value, shown=None) if value.code == "too_long" else now.stays(value)
    if isinstance(value, Matches):
        few = len(value.positions) <= MOST_MATCHES
        return now.stays(Say("matches", {"positions": value.positions}) if few else Say("too_many_matches"))
    return give(now, item, value)


def _early(now: Now, order: int | None) -> Step | None:
    """Typed before the present question was on the screen, so that it can't be meant for it."""
    if order is None or (now.talk.shown is not None and order > now.talk.shown):
        return None
    return now.stays(Say("too_early"))


def _text_language(now: Now, event: Text) -> Step:
    """A language by its name, its code or its number in the list."""
    code = spoken(now, event.body)
    return speak(now, code) if code else now.stays()


def _text_consent(now: Now, event: Text) -> Step:
    consent, wanted = now.q.consent, plain(event.body)
    agreed = ANSWERS.get(wanted)
    if consent and wanted:
        agreed = True if wanted in map(plain, consent.agree.values()) else agreed
        agreed = False if wanted in map(plain, consent.decline.values()) else agreed
    word = COMMANDS.get(wanted)
    if agreed is None:
        code = None if wanted.isdecimal() else spoken(now, wanted)
        if code:
            return speak(now, code)
        return _command(now, Command(word)) if word and word not in BOUND else now.stays(Say("yes_or_no"))
    return _early(now, event.order) or (agree(now) if agreed else decline(now))


def _text_review(now: Now, event: Text) -> Step:
    """The number of an answer to change, or a word."""
    early, wanted = _early(now, event.order), plain(event.body)
    change = numbered(now, wanted)
    if change:
        return early or change
    word = COMMANDS.get(wanted)
    return _command(now, Command(word, "", event.order)) if word else now.stays(early.note if early else None)


_TEXTS: dict[str, Callable[[Now, Text], Step]] = {
    LANGUAGE: _text_language,
    CONSENT: _text_consent,
    REVIEW: _text_review,
}
"""Place that is no item -> what a typed message does there."""


def _command(now: Now, event: Command) -> Step:
    act = _COMMANDS.get(event.name)
    if act is None:
        return now.stays(Say("help"))
    early = _early(now, event.order) if event.name in BOUND else None
    return early or act(now, event)


def _delete(now: Now, event: Command) -> Step:
    return erase(now, confirmed=ANSWERS.get(plain(event.argument)) is True)


def _keep(now: Now, event: Command) -> Step:
    return now.moves(now.answers) if now.talk.at is not None else now.stays()


def _change(now: Now, event: Command) -> Step:
    """The list of answers, or at once the one whose number in it was written."""
    if now.talk.phase != "asking":
        return now.stays()
    return numbered(now, plain(event.argument)) or now.stays(Say("changes"))


def _language(now: Now, event: Command) -> Step:
    """The list of languages, or at once the one that was written."""
    code = spoken(now, event.argument)
    return speak(now, code) if code else now.stays(Say("languages"))


def _says(code: str) -> Act:
    return lambda now, event: now.stays(Say(code))


_COMMANDS: dict[str, Act] = {
    "start": lambda now, event: _start(now, Start(now.talk.nonce, None)),
    "skip": lambda now, event: skip(now),
    "back": lambda now, event: back(now),
    "done": lambda now, event: done(now),
    "send": lambda now, event: send(now),
    "keep": _keep,
    "change": _change,
    "stop": lambda now, event: now.stays(Say("paused"), "pause"),
    "delete": _delete,
    "language": _language,
    "erase": lambda now, event: erase(now, confirmed=False),
    "restart": lambda now, event: _start(now, Start(now.talk.nonce, None)),
    "remind": lambda now, event: now.stays(effect="remind" if now.talk.phase == "asking" else None),
    "more": _says("read_more"),
    "simple": lambda now, event: simple(now, on=now.talk.variant != "easy"),
    "web": lambda now, event: now.stays(effect="handover"),
    "help": _says("help"),
    "privacy": _says("privacy"),
}
"""Command -> what it does."""

_EVENTS: dict[type, Callable[[Now, Any], Step]] = {
    Start: _start,
    Choice: tapped,
    Given: _given,
    Kept: _kept,
    Text: _text,
    Command: _command,
    Edited: lambda now, event: now.stays(Say("edit_not_stored")),
    Media: lambda now, event: now.stays(Say("media")),
    Blocked: lambda now, event: now.stays(effect="erase"),
}
"""Kind of event -> what follows from it."""
