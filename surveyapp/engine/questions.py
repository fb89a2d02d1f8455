"""One question as a message: its paragraphs and its rows of buttons. A row per item type in PROMPTS."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from surveyapp.engine import flow
from surveyapp.engine.choices import Offer, is_long, offers
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.flow import Answers, Position, Screen
from surveyapp.engine.places import OWN_TEXT, VIEW, voice_of
from surveyapp.engine.prompt import Answer, Button, Choice, Part, Prompt, Row, Say
from surveyapp.engine.talks import Talk
from surveyapp.engine.voices import Voice, paragraphs

IN_A_ROW = 4
ONE_A_ROW = 7
"""A scale of at most so many points has a row for each, with its words."""

LONG_NOTE = 1500
"""A note with more characters is a message of its own before the question."""


class Scene(NamedTuple):
    """Everything a showing is made of.

    ``voice`` brings the values of placeholders, {minutes}, {web_url}, {privacy_url} and {contact} among them; language,
    variant and order are the talk's. ``receipt``: the code that will be valid once everything is sent. ``channel``:
    whose lines of the consent text are shown.
    """

    q: Questionnaire
    talk: Talk
    answers: Answers
    voice: Voice
    receipt: str = ""
    channel: str = "telegram"

    def choice(self, verb: str, item: str | None = None, option: int | None = None) -> Choice:
        """A choice of this conversation."""
        return Choice(self.talk.nonce, item, verb, option)


def in_its_voice(scene: Scene) -> Scene:
    """The scene in the talk's own language, variant and order."""
    return scene._replace(voice=voice_of(scene.talk)._replace(values=scene.voice.values))


def question_words(item: Item, voice: Voice) -> str:
    """The question itself, in the simple version's words where it has any."""
    return voice.say(item.easy if voice.variant == "easy" and item.easy else item.text)


def question(scene: Scene, item: Item) -> tuple[Prompt, ...]:
    """The question, with the notes that belong to it; a long note comes first, as a message of its own."""
    screen = flow.screen_of(scene.q, scene.answers, VIEW, item.id)
    notes = [each for each in screen.items if each.type == "note"] if screen else []
    words = [question_words(note, scene.voice) for note in notes]
    long = tuple(Prompt(paragraphs(text), kind="note") for text in words if len(text) > LONG_NOTE)
    short = [part for text in words if len(text) <= LONG_NOTE for part in paragraphs(text)]
    place = flow.progress(scene.q, scene.answers, VIEW, screen) if screen else None
    text = (*_above(scene, screen, place), *short, *_asking(scene, item))
    picture = item.media.picture.get(scene.voice.language) if item.media else None
    return (*long, Prompt(text, rows(scene, item), item.id, progress=place, picture=picture))


def own_text(scene: Scene, item: Item) -> Prompt:
    """The second question to an option that takes a text of the person's own."""
    asked = Say("write_own_text", {"answer": Answer(item.id, _chosen_value(scene, item))})
    place = f"{item.id}{OWN_TEXT}"
    buttons = (
        Button(Say("back"), scene.choice("b", place)),
        Button(Say("without_text"), scene.choice("s", place)),
    )
    return Prompt((question_words(item, scene.voice), asked, Say("no_names")), (buttons,), place)


def matches(scene: Scene, item: Item, positions: tuple[int, ...]) -> tuple[Row, ...]:
    """The options of a long list that fit what was typed."""
    found = [offer for offer in offers(scene.q, item, scene.voice) if offer.position in positions]
    return (*_one_each(scene, item, found), *_way_on(scene, item))


def hint(q: Questionnaire, item: Item, voice: Voice) -> Say:
    """How to answer, in one sentence."""
    numbers = [offer.number for offer in offers(q, item, voice) if offer.number]
    if item.type == "rating" or (item.type == "number" and numbers):
        return Say("tap_or_write_range", {"first": numbers[0], "last": numbers[-1]})
    if is_long(item):
        return Say("write_first_letters")
    if item.type == "number":
        return _number_hint(item, voice)
    return Say(_HINTS[item.type])


_HINTS = {
    "single": "tap_or_write_number",
    "multiple": "tap_or_write_several",
    "text": "write_text",
    "date": "write_date",
    "consent": "tap_or_write_yes_no",
    "note": "tap_or_write_number",
}


def _number_hint(item: Item, voice: Voice) -> Say:
    unit = voice.say(item.unit)
    if item.minimum is not None and item.maximum is not None:
        bounds = {"minimum": item.minimum, "maximum": item.maximum, "unit": unit}
        return Say("write_number_between_unit" if unit else "write_number_between", bounds)
    return Say("write_number_unit", {"unit": unit}) if unit else Say("write_number")


def _above(scene: Scene, screen: Screen | None, place: Position | None) -> Iterator[Part]:
    """How far along, and the title of a page before its first question."""
    if screen is None or place is None:
        return
    code = "question_of_about" if place.about else "question_of"
    yield Say(code, {"number": place.number, "total": place.total})
    if screen.first:
        yield from filter(None, (scene.voice.say(screen.page.title), *paragraphs(scene.voice.say(screen.page.note))))


def _asking(scene: Scene, item: Item) -> Iterator[Part]:
    """The question and what helps to answer it."""
    voice, media = scene.voice, item.media
    yield question_words(item, voice)
    yield from filter(None, (voice.say(item.help), voice.say(item.consider)))
    if media and voice.say(media.picture_text):
        yield voice.say(media.picture_text)
    yield from _limits(scene, item)
    first = flow.before(scene.q, scene.answers, VIEW, item.id) is None
    if first or not _has_buttons(scene, item):
        yield hint(scene.q, item, voice)
    if item.type == "text":
        yield Say("no_names")


def _has_buttons(scene: Scene, item: Item) -> bool:
    return not is_long(item) and any(not offer.extra for offer in offers(scene.q, item, scene.voice))


def _limits(scene: Scene, item: Item) -> Iterator[Part]:
    if item.type == "multiple" and item.max_choices is not None:
        yield Say("choose_at_most", {"limit": item.max_choices})
    points = [offer for offer in offers(scene.q, item, scene.voice) if offer.number] if item.type == "rating" else []
    if len(points) > ONE_A_ROW:
        yield Say("scale_ends", {"low": label(scene, item, points[0]), "high": label(scene, item, points[-1])})


def rows(scene: Scene, item: Item) -> tuple[Row, ...]:
    """All buttons of a question."""
    offered = offers(scene.q, item, scene.voice)
    extras = [offer for offer in offered if offer.extra]
    own = PROMPTS[item.type](scene, item, [offer for offer in offered if not offer.extra])
    return (*_keep(scene, item), *own, *_one_each(scene, item, extras), *_links(scene, item), *_way_on(scene, item))


def label(scene: Scene, item: Item, offer: Offer) -> Part:
    """What stands on a button."""
    words = scene.voice.say(offer.label)
    if item.type == "consent" and not words:
        return Answer(item.id, offer.value)
    if not offer.number:
        return words
    between = " – " if item.type in {"rating", "number"} else ". "
    return f"{offer.number}{between}{words}" if words else offer.number


def _one_each(scene: Scene, item: Item, offered: list[Offer]) -> tuple[Row, ...]:
    return tuple((Button(label(scene, item, offer), scene.choice("=", item.id, offer.position)),) for offer in offered)


def _scale(scene: Scene, item: Item, offered: list[Offer]) -> tuple[Row, ...]:
    """A row for each point; of a longer scale the ends have a row with their words, the others stand in fours."""
    if len(offered) <= ONE_A_ROW:
        return _one_each(scene, item, offered)
    return (
        *_one_each(scene, item, offered[:1]),
        *_in_rows(scene, item, offered[1:-1]),
        *_one_each(scene, item, offered[-1:]),
    )


def _in_rows(scene: Scene, item: Item, offered: list[Offer]) -> tuple[Row, ...]:
    buttons = [Button(offer.number, scene.choice("=", item.id, offer.position)) for offer in offered]
    return tuple(tuple(buttons[at : at + IN_A_ROW]) for at in range(0, len(buttons), IN_A_ROW))


def _single(scene: Scene, item: Item, offered: list[Offer]) -> tuple[Row, ...]:
    return () if is_long(item) else _one_each(scene, item, offered)


def _multiple(scene: Scene, item: Item, offered: list[Offer]) -> tuple[Row, ...]:
    """Every button names the state it leads to, so that a double tap can't undo itself."""
    chosen = scene.talk.chosen
    ticks = tuple(
        (
            Button(
                f"{'✓ ' if offer.position in chosen else ''}{label(scene, item, offer)}",
                scene.choice("-" if offer.position in chosen else "+", item.id, offer.position),
            ),
        )
        for offer in offered
    )
    return (*ticks, (Button(Say("done_chosen", {"num": len(chosen)}), scene.choice("d", item.id)),))


def _written(scene: Scene, item: Item, offered: list[Offer]) -> tuple[Row, ...]:
    return ()


PROMPTS: dict[str, Callable[[Scene, Item, list[Offer]], tuple[Row, ...]]] = {
    "single": _single,
    "multiple": _multiple,
    "rating": _scale,
    "number": _in_rows,
    "text": _written,
    "date": _written,
    "consent": _one_each,
    "note": _written,
}
"""Item type -> its own rows of buttons, before the ways of not answering."""


def _chosen_value(scene: Scene, item: Item) -> object:
    stored = scene.answers.get(item.id)
    return stored["value"] if isinstance(stored, dict) and "value" in stored else stored


def _keep(scene: Scene, item: Item) -> tuple[Row, ...]:
    """The way past a question that is shown again."""
    stored = scene.answers.get(item.id)
    if stored is None or flow.is_open(scene.answers, item):
        return ()
    return ((Button(Say("keep", {"answer": Answer(item.id, stored)}), scene.choice("g", item.id)),),)


def _links(scene: Scene, item: Item) -> tuple[Row, ...]:
    """Sound and sign language, to be opened."""
    if item.media is None:
        return ()
    found = (
        ("listen", item.media.audio.get(scene.voice.language)),
        ("sign_language", item.media.sign_video.get(scene.voice.language)),
    )
    return tuple((Button(Say(code), url=f"/media/{path}"),) for code, path in found if path)


def _way_on(scene: Scene, item: Item) -> tuple[Row, ...]:
    buttons = []
    if flow.before(scene.q, scene.answers, VIEW, item.id) is not None:
        buttons.append(Button(Say("back"), scene.choice("b", item.id)))
    if not item.required:
        buttons.append(Button(Say("skip"), scene.choice("s", item.id)))
    return (tuple(buttons),) if buttons else ()
