"""Replies made from where a conversation stands, and those that belong to none."""

from surveyapp.engine import showing
from surveyapp.engine.places import item_at, voice_of
from surveyapp.engine.prompt import Button, Choice, Part, Prompt, Row, Say
from surveyapp.engine.showing import Scene
from surveyapp.engine.talks import Command, Event, Note, Step, Text
from surveyapp.engine.voices import grouped, paragraphs
from surveyapp.services import responses
from surveyapp.services.chats import Binding, Home, Reply
from surveyapp.services.placeholders import placeholders
from surveyapp.services.refusals import Refusal
from surveyapp.services.standings import Standing

_ANSWERING = frozenset("=ds")
_TICKING = frozenset("+-")
_ANSWERING_WORDS = frozenset({"skip", "done", "keep"})


def scene_of(home: Home, standing: Standing) -> Scene:
    """Everything a showing of the conversation is made of."""
    collecting, talk, draft = standing.collecting, standing.talk, standing.draft
    values = placeholders(collecting, talk.language, talk.variant, home.public_url)
    return Scene(
        q=collecting.questionnaire,
        talk=talk,
        answers=standing.answers,
        voice=voice_of(talk)._replace(values=values),
        receipt=grouped(responses.receipt_ahead(collecting, draft.token)) if draft else "",
        channel=collecting.channel,
    )


def present(home: Home, standing: Standing, note: Note | None = None) -> Reply:
    """The conversation as it stands, with what is said about the last event."""
    scene = scene_of(home, standing)
    prompts = showing.render(scene, note)
    place = prompts[-1].place if prompts else None
    binding = Binding(standing.found.key, standing.talk.nonce, place) if place else None
    return Reply(prompts, voice=scene.voice, q=scene.q, binding=binding)


def after(home: Home, before: Standing, standing: Standing, event: Event, step: Step) -> Reply:
    """What follows from an event: the present showing, and what the question that was answered becomes."""
    if step.quiet:
        scene = scene_of(home, standing)
        return Reply(toast=step.note, voice=scene.voice, q=scene.q)
    reply = present(home, standing, step.note)
    item = item_at(standing.collecting.questionnaire, before.place)
    if item and before.place != standing.place and item.id in standing.answers and _answers(event, before.place):
        recorded = showing.recorded(scene_of(home, standing), item)
        typed = None if isinstance(event, Choice) else before.talk.shown
        return reply._replace(recorded=recorded, was_shown=typed)
    ticked = isinstance(event, Choice) and event.verb in _TICKING and before.place == standing.place
    return reply._replace(in_place=ticked)


def _answers(event: Event, place: str) -> bool:
    """The event answers the question of the place."""
    if isinstance(event, Choice):
        return event.item == place and event.verb in _ANSWERING
    return isinstance(event, Text) or (isinstance(event, Command) and event.name in _ANSWERING_WORDS)


def beside(home: Home, standing: Standing, *text: Part, rows: tuple[Row, ...] = ()) -> Reply:
    """Something said beside the questions; the way on is a button."""
    scene = scene_of(home, standing)
    go_on = (Button(Say("go_on"), scene.choice("g")),)
    return Reply((Prompt(text, (*rows, go_on), kind="note"),), voice=scene.voice, q=scene.q)


def thanks(home: Home, standing: Standing, receipt: str) -> Reply:
    """The end of a conversation that was sent: the receipt, what happens next, and how to clear the chat."""
    scene, collecting = scene_of(home, standing), standing.collecting
    text: list[Part] = [Say("sent", {"receipt": grouped(receipt)}), *paragraphs(scene.voice.say(scene.q.thanks))]
    rows: list[Row] = []
    if collecting.offers_withdrawal:
        text.append(Say("withdraw_until", {"settle_date": scene.voice.values["settle_date"]}))
        rows.append((Button(Say("withdraw_page"), url=f"{home.public_url}/withdraw"),))
    rows.append((Button(Say("clear_chat"), scene.choice("t")),))
    return Reply((Prompt(tuple(text), tuple(rows), kind="thanks"),), voice=scene.voice, q=scene.q)


def ended(home: Home, standing: Standing, code: str) -> Reply:
    """The end of a conversation that was not sent."""
    scene = scene_of(home, standing)
    return Reply((showing.ending(code, {}),), voice=scene.voice, q=scene.q)


def outside(code: str, *, rows: tuple[Row, ...] = (), **values: object) -> Reply:
    """A sentence where there is no conversation."""
    return Reply((showing.ending(code, values, rows=rows),))


def declined(refusal: Refusal) -> Reply:
    """Why something is not done, where there is no conversation."""
    return Reply((showing.ending(refusal.code, refusal.values),))
