"""What each tap does. A button of another question, or of another questionnaire, stores nothing."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from surveyapp.engine import flow
from surveyapp.engine.answering import back, clear, done, give, skip, tick
from surveyapp.engine.choices import value_at
from surveyapp.engine.definition import Item
from surveyapp.engine.flow import PRESET
from surveyapp.engine.personal import personal_items
from surveyapp.engine.places import OWN_TEXT, Now, may_be_asked, place_of
from surveyapp.engine.prompt import Answer, Choice, Say
from surveyapp.engine.rules import plain
from surveyapp.engine.talks import CONSENT, LANGUAGE, REVIEW, Effect, Step

Act = Callable[[Now, Choice], Step]


def tapped(now: Now, choice: Choice) -> Step:
    """What follows from a tap."""
    if choice.nonce != now.talk.nonce:
        return now.only_says("earlier_questionnaire")
    verb = VERBS.get(choice.verb)
    return verb(now, choice) if verb else now.only_says("older_message")


def _answer(now: Now, choice: Choice) -> Step:
    item, value = _offered(now, choice)
    if item is None:
        return now.only_says("older_message")
    if choice.item != now.place:
        return _stale(now, item, choice, value)
    return give(now, item, [value] if item.type == "multiple" and not isinstance(value, dict) else value)


def _offered(now: Now, choice: Choice) -> tuple[Item | None, Any]:
    """The item and the value a choice names; no item where there is no such choice."""
    item = now.q.by_id.get(choice.item or "")
    value = value_at(now.q, item, choice.option) if item else None
    return (item, value) if value is not None else (None, None)


def _stale(now: Now, item: Item, choice: Choice, value: Any) -> Step:
    """The question was answered before: the same again is no news, anything else has to be confirmed."""
    stored = now.answers.get(item.id)
    if stored is None or not may_be_asked(now.q, now.answers, item.id):
        return now.only_says("older_message")
    if value in (stored, plain(stored)):
        return now.only_says("already_recorded")
    if item.type == "multiple":
        return now.stays(Say("earlier_question", {"item": item.id}))
    return now.stays(Say("change_to", {"choice": choice._replace(verb="!"), "answer": Answer(item.id, value)}))


def _change_to(now: Now, choice: Choice) -> Step:
    item, value = _offered(now, choice)
    if item is None or item.type == "multiple" or item.id not in now.answers:
        return now.only_says("older_message")
    if not may_be_asked(now.q, now.answers, item.id):
        return now.only_says("older_message")
    at = now.talk.at
    changed = give(now, item, value, Say("changed", {"answer": Answer(item.id, value)}))
    elsewhere = at is not None and at.removesuffix(OWN_TEXT) != item.id and changed.talk.at is None
    return changed._replace(talk=replace(changed.talk, at=at)) if elsewhere else changed


def _here(act: Callable[[Now], Step]) -> Act:
    """Only for the question it was shown with: a second tap must not do a second thing."""

    def act_here(now: Now, choice: Choice) -> Step:
        return act(now) if choice.item == now.place else now.only_says(_old(now, choice))

    return act_here


def _old(now: Now, choice: Choice) -> str:
    """The same again is no news; anything else changes nothing any more."""
    stored = now.answers.get(choice.item or "")
    same = {"s": stored == flow.SKIPPED, "d": stored is not None}.get(choice.verb)
    return "already_recorded" if same else "earlier_question"


def _tick(*, on: bool) -> Act:
    def act(now: Now, choice: Choice) -> Step:
        multiple = now.item is not None and now.item.type == "multiple"
        if not multiple or choice.item != now.place or choice.option is None:
            return _old_tick(now, choice, on=on)
        return tick(now, choice.option, on=on)

    return act


def _old_tick(now: Now, choice: Choice, *, on: bool) -> Step:
    """A tick of a question that was answered before: the way to change that, unless it is as wanted."""
    item, value = _offered(now, choice)
    stored = now.answers.get(item.id) if item else None
    if item is None or item.type != "multiple" or stored is None or not may_be_asked(now.q, now.answers, item.id):
        return now.only_says("older_message")
    chosen = plain(stored)
    if (isinstance(chosen, list) and value in chosen) == on:
        return now.only_says("already_recorded")
    return now.stays(Say("earlier_question", {"item": item.id}))


def _go_on(now: Now, choice: Choice) -> Step:
    """Keep the answer that is shown again, or see once more where one is."""
    if choice.item is not None and choice.item == now.talk.at:
        return now.moves(now.answers)
    return now.stays()


def _change(now: Now, choice: Choice) -> Step:
    if now.talk.phase != "asking":
        return now.only_says("older_message")
    if choice.item is None:
        return now.stays(Say("changes"))
    if choice.item not in now.answers or not may_be_asked(now.q, now.answers, choice.item):
        return now.only_says("older_message")
    return now.moves(now.answers, at=choice.item)


def agree(now: Now) -> Step:
    """Somebody takes part: from now on answers are kept."""
    if now.place != CONSENT:
        return now.only_says("already_recorded")
    return now.moves(now.answers, effect="agree", phase="asking")


def decline(now: Now) -> Step:
    """Somebody would rather not."""
    return now.stays(effect="decline") if now.place == CONSENT else now.only_says("older_message")


def to_consent(now: Now) -> Step:
    """The language is known. Without a consent text there is nothing to agree to, and the questions begin."""
    asked = now.moves(now.answers, phase="consent")
    return asked if now.q.consent else agree(now._replace(talk=asked.talk))


def speak(now: Now, language: str) -> Step:
    """Go on in another language; nothing is lost by it."""
    spoken = now._replace(talk=replace(now.talk, language=language), answers=_preset(now, language=language))
    return to_consent(spoken) if now.place == LANGUAGE else _reworded(now, spoken.moves(spoken.answers, at=now.talk.at))


def _reworded(now: Now, made: Step) -> Step:
    """The same question in other words keeps what is ticked and not yet done."""
    same = place_of(now.q, made.talk, made.answers) == now.place
    return made._replace(talk=replace(made.talk, chosen=now.talk.chosen)) if same else made


def _preset(now: Now, **known: str) -> dict[str, Any]:
    return dict(now.answers) | {PRESET: dict(now.answers.get(PRESET) or {}) | known}


def _language(now: Now, choice: Choice) -> Step:
    known = choice.option is not None and 0 <= choice.option < len(now.q.languages)
    return speak(now, now.q.languages[choice.option or 0]) if known else now.only_says("older_message")


def simple(now: Now, *, on: bool) -> Step:
    """Change between the simple and the standard version."""
    if not now.q.offers_easy:
        return now.stays(Say("no_simple_version"))
    variant = "easy" if on else "standard"
    worded = now._replace(talk=replace(now.talk, variant=variant), answers=_preset(now, variant=variant))
    return _reworded(now, worded.moves(worded.answers, Say("simple_on" if on else "simple_off"), at=now.talk.at))


def _simple(now: Now, choice: Choice) -> Step:
    return simple(now, on=choice.option == 1)


def send(now: Now, *, confirmed: bool = False) -> Step:
    """Send at the review; a text that looks personal is asked about once."""
    if now.place != REVIEW:
        return now.stays()
    if not confirmed and personal_items(flow.visible(now.q, now.answers), now.answers):
        return now.stays(Say("looks_personal"))
    return now.stays(effect="submit")


def _send(now: Now, choice: Choice) -> Step:
    return send(now, confirmed=choice.option == 1) if now.place == REVIEW else now.only_says("older_message")


def erase(now: Now, *, confirmed: bool) -> Step:
    """Delete everything unsent, after asking once."""
    return now.stays(effect="erase") if confirmed else now.stays(Say("delete_sure"))


def _effect(effect: Effect) -> Act:
    return lambda now, choice: now.stays(effect=effect)


VERBS: dict[str, Act] = {
    "=": _answer,
    "+": _tick(on=True),
    "-": _tick(on=False),
    "d": _here(done),
    "s": _here(skip),
    "b": _here(back),
    "g": _go_on,
    "r": _effect("restart"),
    "y": lambda now, choice: agree(now),
    "n": lambda now, choice: decline(now),
    "l": _language,
    "e": _simple,
    "c": _change,
    "!": _change_to,
    "x": _here(clear),
    "f": _send,
    "k": lambda now, choice: erase(now, confirmed=choice.option == 1),
    "p": _effect("handover"),
    "z": _effect("remind"),
    "t": _effect("clear_chat"),
    "m": lambda now, choice: now.stays(Say("read_more")),
}
"""Verb of a choice -> what it does."""
