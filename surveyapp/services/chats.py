"""What goes in and comes out of a conversation: who writes, what they did, what is sent back."""

from typing import NamedTuple

from surveyapp.engine.definition import Questionnaire
from surveyapp.engine.prompt import Part, Prompt
from surveyapp.engine.talks import Event
from surveyapp.engine.voices import Voice
from surveyapp.services.wave_keys import Keys


class Home(NamedTuple):
    """What a bot's process brings: the keys that open chats, and the address below which the pages are."""

    keys: Keys
    public_url: str


class Chat(NamedTuple):
    """Who writes, as their channel knows them. Never stored and never logged.

    ``bot``, ``chat``: ids of the bot and of the private chat. ``language``: of the person's profile, "" when unknown.
    """

    bot: int
    chat: int
    language: str = ""


class StartCode(NamedTuple):
    """Somebody opened the bot: ``code`` is what came with the link.

    A collector's code; ``r_`` and a one-time code, to go on with what was begun elsewhere; "" for the bare bot.
    """

    code: str


class Binding(NamedTuple):
    """Which showing was sent. ``key``: of the conversation; ``place``: where in it."""

    key: bytes
    nonce: str
    place: str


class Reply(NamedTuple):
    """What a channel sends back, once the transaction is committed.

    ``prompts``: to be sent in this order; empty: silence. ``toast``: the answer to a tap. ``recorded``: what the
    message of the answered question becomes afterwards, the question with its answer and no buttons; that is the
    tapped message or, after a typed answer, the one with the order ``was_shown``. ``in_place``: the first prompt
    replaces the tapped message. ``voice``: how the person is spoken to, None where only the chat's own language is
    known; ``q``: None outside a conversation. ``binding``: what ``showed`` needs once the last prompt was sent; None
    where nothing can be typed. ``clear``: delete what came before the tapped message, as far as the channel lets a bot do
    so, and answer the tap with what became of it.
    """

    prompts: tuple[Prompt, ...] = ()
    toast: Part | None = None
    recorded: Prompt | None = None
    was_shown: int | None = None
    in_place: bool = False
    voice: Voice | None = None
    q: Questionnaire | None = None
    binding: Binding | None = None
    clear: bool = False


Incoming = Event | StartCode
SILENCE = Reply()
