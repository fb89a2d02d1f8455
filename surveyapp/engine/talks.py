"""A conversation's own state beside the answers, what can happen in it, and what a step leads to. Frozen values."""

from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from surveyapp.engine.answers import Raw
from surveyapp.engine.checks import Problem
from surveyapp.engine.prompt import Choice, Say

Phase = Literal["language", "consent", "asking"]
Effect = Literal["agree", "decline", "submit", "erase", "pause", "remind", "handover", "clear_chat", "restart"]

Note = Say | Problem
"""What is said beside the present question, or instead of it (``showing.SPECIAL``)."""

ALONE = frozenset({"languages", "changes", "paused", "delete_sure", "midway", "looks_personal"})
"""Notes after which the present question is not shown again: what is typed then is meant for the note."""

DAYS_KEPT = 30
"""Days for which unfinished answers are kept that nobody touches."""

LANGUAGE, CONSENT, REVIEW = "_language", "_consent", "_review"
"""Places that are no item."""


class Talk(Struct, frozen=True, omit_defaults=True):
    """All a conversation knows beside the answers. The review is where nothing is left to ask.

    ``nonce``: 8 hexadecimal digits, new at every start. ``at``: what is asked out of turn, an item's id or
    ``<id>__text`` for the own text of its option; None: what the flow asks next. ``chosen``: positions ticked in the
    multiple choice that is shown. ``shown``: order of the newest showing of the present place; while it is None,
    nothing typed counts. ``beside``: code of the note that is shown instead of the place, one of ALONE.
    """

    nonce: str
    language: str
    phase: Phase = "language"
    at: str | None = None
    chosen: tuple[int, ...] = ()
    shown: int | None = None
    variant: Literal["standard", "easy"] = "standard"
    beside: str | None = None


# msgspec learns a shape at its first use: threads that do so at the same moment crash the process.
msgspec.convert({"nonce": "", "language": ""}, Talk)


class Start(NamedTuple):
    """Somebody opened the collector's link. ``language``: of their device, where it is offered; None to ask."""

    nonce: str
    language: str | None


class Given(NamedTuple):
    """A posted form of the web chat: all fields of one question. ``place``: which one it showed.

    ``old``: the question has been answered since it was shown.
    """

    nonce: str
    place: str
    raw: Raw
    old: bool = False


class Kept(NamedTuple):
    """What stands in a form of the web chat when another button than Continue is pressed. It is kept unjudged."""

    nonce: str
    place: str
    raw: Raw


class Text(NamedTuple):
    """Something typed. ``order``: where it stands among the messages of the chat; rising."""

    body: str
    order: int


class Command(NamedTuple):
    """A command without its slash. ``order``: as for a text; None where a command can't come too early."""

    name: str
    argument: str = ""
    order: int | None = None


class Edited(NamedTuple):
    """Somebody edited a message they had sent."""


class Media(NamedTuple):
    """A file, voice message, sticker, contact or place. It is neither opened nor kept."""


class Blocked(NamedTuple):
    """The person blocked the channel or left it."""


Event = Start | Choice | Given | Kept | Text | Command | Edited | Media | Blocked


class Step(NamedTuple):
    """What follows from an event.

    ``effect``: what the service has to do in the same transaction. ``note``: what is said with the next showing.
    ``quiet``: nothing has changed, and the note alone answers a tap, without a new message.
    """

    talk: Talk
    answers: dict[str, Any]
    effect: Effect | None = None
    note: Note | None = None
    quiet: bool = False
