"""The radios and checkboxes of a question as a template shows them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from surveyapp.engine.choices import arranged, is_long
from surveyapp.engine.definition import Item, Media, Option, Questionnaire, Scale
from surveyapp.web.collation import sort_key
from surveyapp.web.respond.texts import Voice


class MediaView(NamedTuple):
    """Paths below /media/ of the files beside a wording in one language; empty where there is none."""

    audio: str = ""
    sign_video: str = ""
    captions: str = ""
    picture: str = ""
    picture_text: str = ""


class Choice(NamedTuple):
    """A radio or checkbox. ``own``: a text field stands below it; ``face`` names a picture beside the words."""

    id: str
    value: str
    text: str
    chosen: bool
    face: str | None = None
    own: bool = False
    media: MediaView | None = None


class Asked(NamedTuple):
    """A question with what stands in its fields: HTML field name -> values."""

    q: Questionnaire
    item: Item
    entered: Mapping[str, Sequence[str]]
    voice: Voice

    @property
    def given(self) -> Sequence[str]:
        """What stands in the question's main field."""
        return self.entered.get(self.item.id, ())

    def first(self, part: str) -> str:
        """What stands in a further field of the question ("text", "find", "day" …)."""
        return next(iter(self.entered.get(f"{self.item.id}__{part}", ())), "")


def numbered(item_id: str, number: int) -> str:
    """The id of a control; the first one has the item's, so that an error can lead to it."""
    return item_id if number == 1 else f"{item_id}-{number}"


def media_view(media: Media | None, language: str) -> MediaView | None:
    """The files of one language, or None when there is none at all."""
    if media is None:
        return None
    found = MediaView(*(getattr(media, kind).get(language, "") for kind in MediaView._fields))
    return found if any(found) else None


def _in_order(asked: Asked) -> Sequence[Option]:
    options, voice = asked.item.options, asked.voice
    if asked.item.shuffle:
        return arranged(options, voice.order)
    if is_long(asked.item):
        by_words = sorted(options, key=lambda option: sort_key(voice.say(option.label), voice.language))
        return arranged(by_words, 0)
    return options


def options_of(asked: Asked) -> tuple[Choice, ...]:
    """The options of a single or multiple choice."""
    return tuple(
        Choice(
            id=numbered(asked.item.id, number),
            value=option.value,
            text=asked.voice.say(option.label),
            chosen=option.value in asked.given,
            own=option.own_text,
            media=media_view(option.media, asked.voice.language),
        )
        for number, option in enumerate(_in_order(asked), 1)
    )


def points_of(asked: Asked, scale: Scale) -> tuple[Choice, ...]:
    """The points of a scale, lowest first."""
    return tuple(
        Choice(
            id=numbered(asked.item.id, number),
            value=str(point.value),
            text=asked.voice.say(point.label),
            chosen=str(point.value) in asked.given,
            face=point.face,
        )
        for number, point in enumerate(scale.points, 1)
    )


def extras_of(asked: Asked, after: int, given: Sequence[str] | None = None) -> tuple[Choice, ...]:
    """The ways of not answering; ``after``: how many controls stand before them."""
    chosen = asked.given if given is None else given
    return tuple(
        Choice(
            id=numbered(asked.item.id, number),
            value=f"missing:{extra.code}",
            text=asked.voice.say(extra.label),
            chosen=f"missing:{extra.code}" in chosen,
        )
        for number, extra in enumerate(asked.q.extras_of(asked.item, asked.voice.variant), after + 1)
    )
