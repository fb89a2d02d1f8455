"""What a person sees of the chat: the newest message that has buttons, and what these are for."""

import re
from typing import NamedTuple

from .chats import Chat, Message

_DATA = re.compile(r"([0-9a-f]{8})\|([a-z0-9_]+)\|(.)\|([0-9]*)")
_NUMBER = re.compile(r"\W*([0-9]+)")
_OF_THE_ITEM = frozenset("=+-dsbg")
OWN_TEXT = "__text"


class Button(NamedTuple):
    """A button of the bot's: ``item`` None where it means none."""

    label: str
    data: str
    item: str | None
    verb: str
    option: int | None

    @property
    def typed(self) -> str:
        """What somebody types who doesn't tap: the number in front, else the words."""
        found = _NUMBER.match(self.label)
        return found[1] if found else self.label.removeprefix("✓ ")


class Screen(NamedTuple):
    """A message with buttons."""

    message: Message
    buttons: tuple[Button, ...]

    @property
    def place(self) -> tuple[str, ...]:
        """What is asked and how far it has been answered, however often it is shown."""
        return tuple(button.data for button in self.buttons if button.verb != "!")

    @property
    def signature(self) -> tuple[object, ...]:
        """Differs when something on it has changed."""
        return (self.message.id, self.message.text, tuple(button.data for button in self.buttons))

    @property
    def item(self) -> str | None:
        """The question it asks; ends in ``__text`` for the own text of an option."""
        return next((each.item for each in self.buttons if each.item and each.verb in _OF_THE_ITEM), None)

    @property
    def kind(self) -> str:
        """ "review", "consent", "question", "languages" midway, "language" at the beginning, "aside"."""
        verbs = {each.verb for each in self.buttons}
        if "f" in verbs:
            return "review"
        if "y" in verbs and self.item is None:
            return "consent"
        if self.item is not None:
            return "question"
        if "l" in verbs:
            return "languages" if "g" in verbs else "language"
        return "aside"

    def find(self, verb: str, option: int | None = None) -> Button | None:
        """The button that does this; any option when none is named."""
        fitting = (each for each in self.buttons if each.verb == verb)
        return next((each for each in fitting if option is None or each.option == option), None)

    def options(self) -> dict[int, Button]:
        """What can be chosen, by its place in the questionnaire."""
        return {each.option: each for each in self.buttons if each.verb in "=+-" and each.option is not None}


def buttons_of(message: Message) -> tuple[Button, ...]:
    """The buttons of a message that send something back."""
    found = ((str(each["text"]), _DATA.fullmatch(str(each.get("callback_data", "")))) for each in message.buttons)
    return tuple(
        Button(label, data[0], None if data[2] == "_" else data[2], data[3], int(data[4]) if data[4] else None)
        for label, data in found
        if data
    )


def look(chat: Chat) -> Screen | None:
    """The newest message with buttons; None when there is none."""
    for message in reversed(chat.from_bot()):
        if buttons := buttons_of(message):
            return Screen(message, buttons)
    return None


def is_over(chat: Chat, since: int) -> bool:
    """The newest message of the bot came after the one with this id and asks nothing more."""
    said = chat.from_bot()
    return bool(said) and said[-1].id > since and not {each.verb for each in buttons_of(said[-1])} - set("tpz")
