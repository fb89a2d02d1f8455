"""People who write to a bot, without a network: every update is a transaction, and every reply is shown."""

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import select

from surveyapp.engine.prompt import Button, Choice, Part, Prompt, Say
from surveyapp.engine.talks import Command, Text
from surveyapp.services import conversations
from surveyapp.services.chats import Chat, Home, Incoming, Reply, StartCode
from surveyapp.services.wave_keys import Keys
from surveyapp.store.models import Conversation, Door, Draft, Inbox, Reminder
from surveyapp.store.sessions import Sessions
from tests.builders import count, inside, tiny
from tests.conftest import SECRET

WITH_CONSENT = (
    "scales:",
    """consent:
  lines: [{id: free, en: "It is up to you.", lv: "Tas ir brīvprātīgi."}]
  agree: {en: "I agree", lv: "Piekrītu"}
  decline: {en: "I decline", lv: "Nepiekrītu"}
thanks: {en: "Thank you.", lv: "Paldies."}
scales:""",
)
CONSENTED = tiny("tiny", WITH_CONSENT)
"""The tiny questionnaire, with something to agree to."""

BOT = 7_100_200_300
HOME = Home(Keys([SECRET]), "http://127.0.0.1:8000")
NOW = 1_800_000_000.0
_numbers = itertools.count(500_000)


@dataclass
class Person:
    """Somebody with a chat of their own. ``now``: Unix seconds, moved on by ``pace`` with everything they do."""

    sessions: Sessions
    chat: Chat = field(default_factory=lambda: Chat(BOT, 5_000_000_000 + next(_numbers), "lv"))
    home: Home = HOME
    now: float = NOW
    pace: float = 60
    order: int = 0
    last: Reply = conversations.SILENCE
    updates: list[tuple[Incoming, int]] = field(default_factory=list)
    seen: list[Reply] = field(default_factory=list)

    def does(self, event: Incoming, update_id: int | None = None) -> Reply:
        """Let an update arrive, then show the reply."""
        number = next(_numbers) if update_id is None else update_id
        self.updates.append((event, number))
        self.now += self.pace
        with self.sessions.begin() as session:
            reply = conversations.reply(session, self.home, self.chat, event, number, self.now)
        if reply.prompts:
            self.order += len(reply.prompts)
            self.last = reply
        if reply.binding:
            with self.sessions.begin() as session:
                conversations.showed(session, reply.binding, self.order)
        return reply

    def again(self) -> Reply:
        """The channel delivers the last update once more."""
        return self.does(*self.updates[-1])

    def starts(self, code: str = "") -> Reply:
        """Open the bot's link."""
        return self.does(StartCode(code))

    def types(self, body: str) -> Reply:
        """Write something, after what was shown last."""
        self.order += 1
        return self.does(Text(body, self.order))

    def commands(self, name: str, argument: str = "") -> Reply:
        """Write a command."""
        self.order += 1
        return self.does(Command(name, argument, self.order))

    def taps(self, verb: str, option: int | None = None, *, reply: Reply | None = None) -> Reply:
        """Tap the button with this verb, and option if it matters, of what was shown last."""
        return self.does(self.button(verb, option, reply=reply))

    def button(self, verb: str, option: int | None = None, *, reply: Reply | None = None) -> Choice:
        """What the button would send."""
        for button in buttons(reply or self.last):
            choice = button.choice
            if choice and choice.verb == verb and option in {None, choice.option}:
                return choice
        raise AssertionError([button.choice for button in buttons(reply or self.last)])

    def agrees(self, code: str) -> Reply:
        """Open the link and agree."""
        self.starts(code)
        return self.taps("y")

    def answers(self, code: str, words: str = "Paldies!") -> Reply:
        """Answer the tiny questionnaire up to the review."""
        self.agrees(code)
        self.taps("=", 2)
        self.taps("+", 0)
        self.taps("d")
        self.taps("=", 0)
        return self.types(words)

    def finishes(self, code: str, words: str = "Paldies!") -> str:
        """From the link to the receipt."""
        self.answers(code, words)
        return str(values_of(self.taps("f"), "sent")["receipt"])


def buttons(reply: Reply) -> Iterator[Button]:
    return (button for prompt in reply.prompts for row in prompt.rows for button in row)


def parts(reply: Reply) -> list[Part]:
    return [*(part for prompt in reply.prompts for part in prompt.text), *([reply.toast] if reply.toast else [])]


def said(reply: Reply) -> set[str]:
    """Codes of the phrases in a reply, its toast included."""
    return {part.code for part in parts(reply) if not isinstance(part, str) and hasattr(part, "code")}


def values_of(reply: Reply, code: str) -> dict[str, object]:
    """What fills the phrase with this code."""
    return next(dict(part.values) for part in parts(reply) if isinstance(part, Say) and part.code == code)


def place(reply: Reply) -> str | None:
    """Which place of the conversation a reply shows."""
    last: Prompt | None = reply.prompts[-1] if reply.prompts else None
    return last.place if last else None


def left(sessions: Sessions) -> dict[str, int]:
    """Rows of people who are still answering; the door that is always there is the collector's."""
    with sessions.reading() as session:
        return {row.__tablename__: count(session, row) for row in (Conversation, Draft, Door, Reminder)}


NOTHING = {"conversation": 0, "draft": 0, "door": 1, "reminder": 0}


def stored(sessions: Sessions) -> Inbox:
    """The one response there is."""
    with sessions.reading() as session:
        return inside(session).scalars(select(Inbox)).one()


def together(many: int, work: Callable[[int], Reply]) -> list[Reply]:
    """The same work in several threads at once."""
    start = threading.Barrier(many)

    def one(number: int) -> Reply:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))
