"""Where a conversation is, and the two ways to go on from there: stay, or move to what comes next. Pure."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from zlib import crc32

from msgspec.structs import replace

from surveyapp.engine import flow
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.prompt import Say
from surveyapp.engine.talks import ALONE, CONSENT, LANGUAGE, REVIEW, Effect, Note, Step, Talk
from surveyapp.engine.voices import Voice

OWN_TEXT = "__text"
VIEW = "single"


class Now(NamedTuple):
    """A conversation at one moment."""

    q: Questionnaire
    talk: Talk
    answers: Mapping[str, Any]

    @property
    def voice(self) -> Voice:
        """How the person is spoken to, as far as choosing needs it."""
        return voice_of(self.talk)

    @property
    def place(self) -> str:
        """Where the conversation is: see ``place_of``."""
        return place_of(self.q, self.talk, self.answers)

    @property
    def item(self) -> Item | None:
        """The item that is asked, None where none is."""
        return item_at(self.q, self.place)

    def stays(self, note: Note | None = None, effect: Effect | None = None, **talk: Any) -> Step:
        """Nothing moves; the present question is shown again with the note, or the note instead of it."""
        alone = note.code if isinstance(note, Say) and note.code in ALONE else None
        if alone or self.talk.beside:
            talk |= {"shown": None, "beside": alone}
        return Step(replace(self.talk, **talk), dict(self.answers), effect, note)

    def only_says(self, code: str) -> Step:
        """A tap is answered, and nothing else happens."""
        return Step(self.talk, dict(self.answers), None, Say(code), quiet=True)

    def moves(
        self, answers: Mapping[str, Any], note: Note | None = None, effect: Effect | None = None, **talk: Any
    ) -> Step:
        """On to what comes next, or to ``at``; nothing typed counts until that has been shown."""
        kept = flow.prune(self.q, answers)
        changed = replace(self.talk, **({"at": None, "chosen": (), "beside": None} | talk), shown=None)
        return Step(replace(changed, chosen=_ticks(Now(self.q, changed, kept))), kept, effect, note)


def voice_of(talk: Talk) -> Voice:
    """The voice of a talk without placeholders; options are shuffled by its nonce."""
    return Voice(talk.language, talk.variant, {}, int(talk.nonce[:1] or "0", 16) & 3)


def place_of(q: Questionnaire, talk: Talk, answers: Mapping[str, Any]) -> str:
    """Where a conversation is: LANGUAGE, CONSENT, an item's id, ``<id>__text`` for an option's own text, or REVIEW."""
    if talk.phase != "asking":
        return LANGUAGE if talk.phase == "language" else CONSENT
    if talk.at is not None and may_be_asked(q, answers, talk.at):
        return talk.at
    step = flow.next_step(q, answers, VIEW)
    if isinstance(step, flow.Finished):
        return REVIEW
    return step.screen.id


def item_at(q: Questionnaire, place: str) -> Item | None:
    """The item a place belongs to."""
    return q.by_id.get(place.removesuffix(OWN_TEXT))


def revision(answers: Mapping[str, Any], place: str) -> str:
    """Another one for every answer to the place's question: an older form of it can be told by it."""
    stored = json.dumps(answers.get(place.removesuffix(OWN_TEXT)), sort_keys=True)
    return f"{crc32(stored.encode()):08x}"


def may_be_asked(q: Questionnaire, answers: Mapping[str, Any], place: str) -> bool:
    """The place is a question of this person's, in whatever order it is asked."""
    item = item_at(q, place)
    if item is None or item.type == "note" or item not in flow.visible(q, answers):
        return False
    return not place.endswith(OWN_TEXT) or takes_own_text(item, answers.get(item.id))


def takes_own_text(item: Item, stored: Any) -> bool:
    """What is chosen takes a text of the person's own."""
    chosen = stored.get("value") if isinstance(stored, dict) else stored
    values = chosen if isinstance(chosen, list) else [chosen]
    return any(option.own_text and option.value in values for option in item.options)


def _ticks(now: Now) -> tuple[int, ...]:
    """What is ticked when a multiple choice is shown: the stored answer."""
    item = now.item
    if item is None or item.type != "multiple" or now.place != item.id:
        return ()
    stored = now.answers.get(item.id)
    values = stored.get("value", ()) if isinstance(stored, dict) else stored or ()
    return tuple(position for position, option in enumerate(item.options) if option.value in values)
