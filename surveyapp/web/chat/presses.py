"""What the buttons of a chat do: each is an event of the conversation, and the conversation decides."""

import time
from collections.abc import Callable
from typing import NamedTuple

from flask import request
from sqlalchemy.orm import Session

from surveyapp.engine.checks import Problem
from surveyapp.engine.places import revision
from surveyapp.engine.prompt import Choice, Say
from surveyapp.engine.talks import Event, Given, Kept, Note
from surveyapp.services import drafts, web_chats
from surveyapp.services.collectors import Collecting
from surveyapp.services.refusals import Refusal
from surveyapp.services.standings import Standing
from surveyapp.services.web_chats import Answered
from surveyapp.web.limited import count_form
from surveyapp.web.respond.addresses import form_address, saved_address
from surveyapp.web.respond.views import SIZES
from surveyapp.web.site import site

NONCE, PLACE, REV, CONFIRMED = "nonce", "item", "rev", "confirmed"
"""Hidden fields of the question that is shown, and of the one that is asked before sending."""


class Pressed(NamedTuple):
    """A pressed button with everything it may need. ``value``: what follows the first hyphen of its own."""

    session: Session
    collecting: Collecting
    standing: Standing
    token: str
    value: str

    @property
    def place(self) -> str:
        """The question whose form was posted; none where it has been answered since it was shown."""
        place = _posted(PLACE)
        return place if request.form.get(REV) in {None, revision(self.standing.answers, place)} else ""

    def does(self, event: Event) -> Answered:
        """Let the conversation take an event."""
        return web_chats.take(self.session, self.standing, event)

    def taps(self, verb: str, item: str | None = None, option: int | None = None) -> Answered:
        """Let the conversation take a choice."""
        return self.does(Choice(_posted(NONCE), item, verb, option))

    def kept(self) -> "Pressed":
        """The same, once the conversation has kept what stands in the fields, unjudged."""
        event = Kept(_posted(NONCE), self.place, request.form.to_dict(flat=False))
        return self._replace(standing=self.does(event).standing)


class Moved(NamedTuple):
    """What a button led to: where the chat stands, what is said about it, how it ended.

    ``elsewhere``: the address of another page. ``link``: leads to the bot, with which the answers go on.
    """

    standing: Standing
    problem: Problem | None = None
    said: str = ""
    ended: str | None = None
    elsewhere: str | None = None
    link: str = ""


def _posted(name: str) -> str:
    return request.form.get(name, "")


def _after(answered: Answered) -> Moved:
    problem, said = _note(answered.note)
    return Moved(answered.standing, problem, said, answered.ended)


def _note(note: Note | None) -> tuple[Problem | None, str]:
    if isinstance(note, Say):
        return None, note.code
    return note, ""


def _next(p: Pressed) -> Moved:
    """The answer to the question; where none is asked, back to the one that is."""
    if not _posted(PLACE):
        return _after(p.taps("g"))
    fields = request.form.to_dict(flat=False)
    return _after(p.does(Given(_posted(NONCE), _posted(PLACE), fields, old=not p.place)))


def _skip(p: Pressed) -> Moved:
    return _after(p.taps("s", p.place))


def _back(p: Pressed) -> Moved:
    return _after(p.kept().taps("b", p.place))


def _change(p: Pressed) -> Moved:
    return _after(p.taps("c", p.value))


def _clear(p: Pressed) -> Moved:
    return _after(p.taps("x", p.value))


def _send(p: Pressed) -> Moved:
    count_form(p.session)
    return _after(p.taps("f", None, 1 if CONFIRMED in request.form else None))


def _delete(p: Pressed) -> Moved:
    return _after(p.kept().taps("k", None, 1 if p.value == "sure" else None))


def _speak(p: Pressed) -> Moved:
    languages = p.standing.collecting.questionnaire.languages
    return _after(p.kept().taps("l", None, languages.index(p.value) if p.value in languages else None))


def _reword(p: Pressed) -> Moved:
    return _after(p.kept().taps("e", None, 1 if p.value == "on" else 0))


def _resize(p: Pressed) -> Moved:
    kept = p.kept().standing
    if kept.draft and p.value in map(str, SIZES):
        drafts.save(p.session, kept.collecting, kept.draft, size=int(p.value))
    return Moved(kept)


def _save(p: Pressed) -> Moved:
    kept = p.kept().standing
    web_chats.short_code(p.session, kept, p.token)
    return Moved(kept, elsewhere=saved_address(p.collecting.code, p.token))


def _page(p: Pressed) -> Moved:
    kept = p.kept().standing
    web_chats.to_form(p.session, kept, p.token)
    return Moved(kept, elsewhere=form_address(p.collecting.code, p.token))


def _telegram(p: Pressed) -> Moved:
    draft = p.standing.draft
    if draft is None:
        raise Refusal("closed")
    link = web_chats.telegram_link(p.session, site().config.bot_id, p.collecting, draft, time.time())
    return Moved(p.standing, link=link)


PRESSES: dict[str, Callable[[Pressed], Moved]] = {
    "next": _next,
    "skip": _skip,
    "back": _back,
    "change": _change,
    "clear": _clear,
    "send": _send,
    "delete": _delete,
    "lang": _speak,
    "easy": _reword,
    "size": _resize,
    "save": _save,
    "page": _page,
    "telegram": _telegram,
}
"""First part of a button's value -> what it does."""
