"""What the bot says of itself, outside of any conversation: descriptions, commands, a word to groups."""

from typing import NamedTuple

from surveyapp.languages import LANGUAGES, choose, translations_for
from surveyapp.wording import N_

ALONE_PLEASE = N_("Please write to me privately. I do not answer in groups, so that nobody reads along.")

DESCRIPTION = N_(
    "Here you can say what you think of a service you use. It takes a few minutes, by tapping or writing, and you can "
    "stop at any time. Open the link or the QR code you were given, then tap Start."
)
ABOUT = N_("Answer questions about a service you use, in five languages.")

COMMANDS = {
    "start": N_("begin, or go on"),
    "back": N_("one question back"),
    "skip": N_("skip this question"),
    "change": N_("change an answer"),
    "stop": N_("take a break"),
    "delete": N_("delete my answers"),
    "language": N_("choose the language"),
    "simple": N_("simple version, or the usual one"),
    "web": N_("continue on a web page"),
    "help": N_("help and contact"),
    "privacy": N_("what happens to my answers"),
}
"""Command -> what it does, in the order of the menu."""


class Profile(NamedTuple):
    """How the bot presents itself in a language; ``language`` "" is for all that have no words of their own."""

    language: str
    commands: tuple[tuple[str, str], ...]
    description: str
    about: str


def profiles() -> tuple[Profile, ...]:
    """A profile for each language, and the English one for all others."""
    return tuple(_profile(language, spoken) for language, spoken in (*((each, each) for each in LANGUAGES), ("", "en")))


def _profile(language: str, spoken: str) -> Profile:
    say = translations_for(spoken).gettext
    return Profile(language, tuple((name, say(text)) for name, text in COMMANDS.items()), say(DESCRIPTION), say(ABOUT))


def alone_please(language: str) -> str:
    """A polite word to a group."""
    sentence: str = translations_for(choose(None, language, LANGUAGES, "en")).gettext(ALONE_PLEASE)
    return sentence
