"""What a conversation shows, as a function of questionnaire, talk and answers. Nothing else is remembered."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from surveyapp.engine import flow
from surveyapp.engine.definition import Item, Questionnaire
from surveyapp.engine.flow import Answers
from surveyapp.engine.passed_on import told
from surveyapp.engine.personal import own_words, personal_items
from surveyapp.engine.places import OWN_TEXT, item_at, place_of
from surveyapp.engine.prompt import Answer, Button, Part, Prompt, Row, Say
from surveyapp.engine.questions import Scene, hint, in_its_voice, matches, own_text, question, question_words
from surveyapp.engine.talks import ALONE, CONSENT, DAYS_KEPT, LANGUAGE, REVIEW, Note
from surveyapp.engine.voices import own_names, paragraphs

__all__ = ("Scene", "ending", "hint", "recorded", "render", "reviewed")

IN_A_ROW = 3
MOST_CHANGES = 60
"""With more answers than this the review has no button for each: a keyboard holds 100. Numbers can be written."""


def render(scene: Scene, note: Note | None = None) -> tuple[Prompt, ...]:
    """The messages that show where the conversation is, with what is said about the last event."""
    scene = in_its_voice(scene)
    if note is None and scene.talk.beside:
        note = Say(scene.talk.beside)
    special = SPECIAL.get(note.code) if isinstance(note, Say) else None
    if isinstance(note, Say) and special:
        shown = special(scene, note)
        if note.code not in ALONE:
            return (*shown, *_present(scene))
        place = place_of(scene.q, scene.talk, scene.answers)
        return (*shown[:-1], shown[-1]._replace(place=place))
    prompts = _present(scene)
    return (*prompts[:-1], _noted(scene, prompts[-1], note)) if note is not None else prompts


def recorded(scene: Scene, item: Item) -> Prompt:
    """A question once it has been answered: its words and what was recorded, without buttons."""
    said = Say("recorded", {"answer": Answer(item.id, scene.answers.get(item.id))})
    return Prompt((question_words(item, in_its_voice(scene).voice), said), kind="recorded")


def reviewed(q: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """The questions a review lists, in order; a number typed there counts them from 1."""
    return tuple(item for item in flow.visible(q, answers) if item.type != "note")


def ending(code: str, values: Mapping[str, Any], *, more: tuple[Part, ...] = (), rows: tuple[Row, ...] = ()) -> Prompt:
    """A last message, after which nothing of the conversation is kept."""
    return Prompt((Say(code, values), *more), rows, kind="end")


def _present(scene: Scene) -> tuple[Prompt, ...]:
    place = place_of(scene.q, scene.talk, scene.answers)
    if place == LANGUAGE:
        return (_language(scene),)
    if place == CONSENT:
        return (_consent(scene),)
    if place == REVIEW:
        return (_review(scene),)
    item = scene.q.by_id[place.removesuffix(OWN_TEXT)]
    return (own_text(scene, item),) if place.endswith(OWN_TEXT) else question(scene, item)


def _noted(scene: Scene, prompt: Prompt, note: Note) -> Prompt:
    """The note above the question; what was found, or may be changed, as buttons."""
    item = item_at(scene.q, prompt.place or "")
    if isinstance(note, Say) and note.code == "matches" and item:
        return prompt._replace(text=(note, *prompt.text), rows=matches(scene, item, note.values["positions"]))
    if isinstance(note, Say) and note.code == "change_to":
        change = Button(note, note.values["choice"])
        return prompt._replace(text=(Say("earlier_question"), *prompt.text), rows=((change,), *prompt.rows))
    if isinstance(note, Say) and note.code == "earlier_question" and note.values:
        change = _change_button(scene, scene.q.by_id[note.values["item"]])
        return prompt._replace(text=(note, *prompt.text), rows=((change,), *prompt.rows))
    if isinstance(note, Say) and note.code == "edit_not_stored":
        return prompt._replace(text=(note, *prompt.text), rows=(*_changes_row(scene), *prompt.rows))
    return prompt._replace(text=(note, *(part for part in prompt.text if part != note)))


def _changes_row(scene: Scene) -> tuple[Row, ...]:
    there = scene.talk.phase == "asking" and any(item.id in scene.answers for item in scene.q.items)
    return ((Button(Say("change_an_answer"), scene.choice("c")),),) if there else ()


def _languages(scene: Scene) -> tuple[Row, ...]:
    """Every language in its own words."""
    buttons = [
        Button(name, scene.choice("l", None, scene.q.languages.index(code)))
        for code, name in own_names(scene.q.languages)
    ]
    return tuple(tuple(buttons[at : at + IN_A_ROW]) for at in range(0, len(buttons), IN_A_ROW))


def _language(scene: Scene) -> Prompt:
    """The first message where nobody knows the language: the title in each of them."""
    titles = tuple(scene.voice._replace(language=code).say(scene.q.title) for code, _ in own_names(scene.q.languages))
    return Prompt(titles, _languages(scene), LANGUAGE, "language")


def _consent(scene: Scene) -> Prompt:
    """The channel's own lines and the way to the website come first; then what is agreed to."""
    q, voice, consent = scene.q, scene.voice, scene.q.consent
    lines = consent.lines if consent else ()
    own = [voice.say(line.text) for line in lines if scene.channel in line.channels]
    short = paragraphs(voice.say(consent.short)) if consent and consent.short else ()
    full = [voice.say(line.text) for line in lines if not line.channels]
    number = len(flow.screens(q, scene.answers, "single"))
    timed = "{minutes}" in q.intro.get(voice.language, "")
    values = {"questions": number, "minutes": voice.values.get("minutes", "")}
    facts = Say("questions", values) if timed else Say("questions_and_minutes", values)
    text = (
        *own,
        voice.say(q.title),
        *paragraphs(voice.say(q.intro)),
        *(short or full),
        facts,
        *(voice.say(notice) for notice in q.notices.values()),
    )
    return Prompt(tuple(part for part in text if part), _consent_rows(scene, short=bool(short)), CONSENT, "consent")


def _consent_rows(scene: Scene, *, short: bool) -> tuple[Row, ...]:
    voice, consent = scene.voice, scene.q.consent
    web = voice.values.get("web_url")
    return (
        *(((Button(Say("on_the_website"), url=web),),) if web else ()),
        *(((Button(Say("read_more"), scene.choice("m")),),) if short else ()),
        (Button(voice.say(consent.agree) if consent else Say("go_on"), scene.choice("y")),),
        (Button(voice.say(consent.decline) if consent else Say("decline"), scene.choice("n")),),
        *_simple_row(scene),
        *_languages(scene),
    )


def _simple_row(scene: Scene) -> tuple[Row, ...]:
    if not scene.q.offers_easy:
        return ()
    easy = scene.talk.variant == "easy"
    code = "use_standard_version" if easy else "use_simple_version"
    return ((Button(Say(code), scene.choice("e", None, 0 if easy else 1)),),)


def _listed(scene: Scene) -> Iterator[Part]:
    for number, item in enumerate(reviewed(scene.q, scene.answers), 1):
        answer = Answer(item.id, scene.answers.get(item.id))
        yield Say("reviewed", {"number": number, "question": question_words(item, scene.voice), "answer": answer})


def _change_rows(scene: Scene) -> tuple[Row, ...]:
    items = reviewed(scene.q, scene.answers)
    buttons = [
        Button(Say("change_number", {"number": number}), scene.choice("c", item.id))
        for number, item in enumerate(items, 1)
        if item.id in scene.answers
    ]
    shown = buttons if len(items) <= MOST_CHANGES else []
    return tuple(tuple(shown[at : at + IN_A_ROW]) for at in range(0, len(shown), IN_A_ROW))


def _change_button(scene: Scene, item: Item) -> Button:
    """The way to one answer; its number may be written where the review is open."""
    number = reviewed(scene.q, scene.answers).index(item) + 1
    said = Say("change_question", {"number": number, "question": question_words(item, scene.voice)})
    return Button(said, scene.choice("c", item.id))


def _review(scene: Scene) -> Prompt:
    """Every answer, and only here the button that sends."""
    ahead = (Say("receipt_ahead", {"receipt": scene.receipt}),) if scene.receipt else ()
    rows = (
        (Button(Say("send"), scene.choice("f")),),
        *_change_rows(scene),
        (Button(Say("delete_answers"), scene.choice("k")),),
    )
    return Prompt((Say("review"), *_listed(scene), *ahead, Say("send_or_change")), rows, REVIEW, "review")


def _go_on(scene: Scene) -> Row:
    return (Button(Say("go_on"), scene.choice("g")),)


def _choose_language(scene: Scene, note: Say) -> tuple[Prompt, ...]:
    return (Prompt((note,), (*_languages(scene), _go_on(scene)), kind="note"),)


def _changes(scene: Scene, note: Say) -> tuple[Prompt, ...]:
    return (Prompt((note, *_listed(scene)), (*_change_rows(scene), _go_on(scene)), kind="note"),)


def _delete(scene: Scene) -> Row:
    return (Button(Say("delete_answers"), scene.choice("k")),)


def _paused(scene: Scene, note: Say) -> tuple[Prompt, ...]:
    remind = (Button(Say("remind_tomorrow"), scene.choice("z")),)
    asking = scene.talk.phase == "asking"
    said = Say(note.code, {"days": DAYS_KEPT})
    return (Prompt((said,), (_go_on(scene), *((remind,) if asking else ()), _delete(scene)), kind="note"),)


def _delete_sure(scene: Scene, note: Say) -> tuple[Prompt, ...]:
    sure = (Button(Say("delete_for_good"), scene.choice("k", None, 1)),)
    return (Prompt((note,), (_go_on(scene), sure), kind="note"),)


def _midway(scene: Scene, note: Say) -> tuple[Prompt, ...]:
    place = place_of(scene.q, scene.talk, scene.answers).removesuffix(OWN_TEXT)
    screen = flow.screen_of(scene.q, scene.answers, "single", place)
    said = Say("midway_review")
    if screen is not None:
        position = flow.progress(scene.q, scene.answers, "single", screen)
        said = Say("midway", {"number": position.number, "total": position.total})
    again = (Button(Say("start_again"), scene.choice("r")),)
    return (Prompt((said,), (_go_on(scene), again), kind="note"),)


def _help(scene: Scene, note: Say) -> tuple[Prompt, ...]:
    contact = scene.voice.values.get("contact")
    notices = tuple(scene.voice.say(notice) for notice in scene.q.notices.values())
    return (Prompt((note, *((Say("contact", {"contact": contact}),) if contact else ()), *notices), kind="note"),)


def _privacy(scene: Scene, note: Say) -> tuple[Prompt, ...]:
    url = scene.voice.values.get("privacy_url")
    rows: tuple[Row, ...] = ((Button(Say("privacy_page"), url=url),),) if url else ()
    return (Prompt((note,), rows, kind="note"),)


def _read_more(scene: Scene, note: Say) -> tuple[Prompt, ...]:
    lines = scene.q.consent.lines if scene.q.consent else ()
    text = tuple(scene.voice.say(line.text) for line in lines if not line.channels)
    return (Prompt((*text, *_passed_on(scene)), kind="note"),) if text else ()


def _passed_on(scene: Scene) -> Iterator[Say]:
    found = told(scene.q, scene.voice)
    if found is None:
        return
    yield Say("passed_on")
    yield Say("passed_on_to", {"analyst": found.analyst, "public": found.public})
    if found.coarsened:
        yield Say("passed_on_coarser", {"questions": " · ".join(found.coarsened)})
    if found.left_out:
        yield Say("not_passed_on", {"questions": " · ".join(found.left_out)})
    if found.texts:
        yield Say("texts_read_first")
    yield Say("watched")


def _looks_personal(scene: Scene, note: Say) -> tuple[Prompt, ...]:
    """The texts that may tell who somebody is, with the way to change each."""
    found = personal_items(reviewed(scene.q, scene.answers), scene.answers)
    rows = tuple((_change_button(scene, item),) for item in found)
    send = (Button(Say("send_as_it_is"), scene.choice("f", None, 1)),)
    return (
        Prompt((note, *(own_words(item, scene.answers.get(item.id)) for item in found)), (*rows, send), kind="note"),
    )


SPECIAL: dict[str, Callable[[Scene, Say], tuple[Prompt, ...]]] = {
    "languages": _choose_language,
    "changes": _changes,
    "paused": _paused,
    "delete_sure": _delete_sure,
    "midway": _midway,
    "help": _help,
    "privacy": _privacy,
    "read_more": _read_more,
    "looks_personal": _looks_personal,
}
"""Code of a note that has messages of its own -> these."""
