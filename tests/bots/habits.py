"""What people do beside answering. Each habit may act instead of an answer; it says whether it did."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from .intents import Intent
from .screens import OWN_TEXT, Screen

if TYPE_CHECKING:
    from .people import Person

_STORING = "=+-ds"
_MEDIA = ("photo", "voice", "sticker", "contact", "location")


def _asked(screen: Screen) -> bool:
    return screen.kind == "question"


def block(person: "Person", screen: Screen) -> bool:
    """Block the bot midway, for good."""
    if not _asked(screen) or not person.happens("blocking", 0.3):
        return False
    person.phone.block()
    person.outcome = "left"
    return True


def decline(person: "Person", screen: Screen) -> bool:
    if screen.kind != "consent" or not person.has("declining"):
        return False
    person.tap(screen, screen.find("n"))
    person.outcome = "left"
    return True


def delete(person: "Person", screen: Screen) -> bool:
    """Have everything deleted midway."""
    if screen.kind == "aside" and screen.find("k", 1) and person.has("deleting"):
        person.tap(screen, screen.find("k", 1))
        person.outcome = "left"
        return True
    if not _asked(screen) or not person.happens("deleting", 0.3, most=5):
        return False
    person.phone.write("/delete")
    return True


def repeat_start(person: "Person", screen: Screen) -> bool:
    if not _asked(screen) or not person.happens("starting", 0.2):
        return False
    person.phone.write(f"/start {person.code}")
    return True


def restart(person: "Person", screen: Screen) -> bool:
    """Begin again from nothing."""
    if screen.kind == "aside" and screen.find("r") and person.happens("restarting", 1.0, most=1):
        person.tap(screen, screen.find("r"))
        person.noted.clear()
        person.seen.clear()
        person.wants_to_change = None
        return True
    if not _asked(screen) or not person.has("restarting") or person.done.get("restarting") or len(person.noted) < 3:
        return False
    person.phone.write(f"/start {person.code}")
    return True


def pause(person: "Person", screen: Screen) -> bool:
    """Stop; the next screen offers to go on."""
    if not _asked(screen) or not person.happens("pausing", 0.2):
        return False
    person.phone.write("/stop")
    return True


def switch(person: "Person", screen: Screen) -> bool:
    """Go on in another language."""
    if not _asked(screen) or not person.happens("switching", 0.3):
        return False
    person.language = person.chance.choice(person.q.languages)
    person.phone.write("/language")
    return True


def send_media(person: "Person", screen: Screen) -> bool:
    if not _asked(screen) or not person.happens("media", 0.3):
        return False
    person.phone.send(person.chance.choice(_MEDIA))
    return True


def edit(person: "Person", screen: Screen) -> bool:
    """Change an earlier message, which changes no answer."""
    mine = [each for each in person.phone.chat.messages.values() if not each.from_bot and each.text]
    if not _asked(screen) or len(mine) < 2 or not person.happens("editing", 0.4):
        return False
    person.phone.edit(person.chance.choice(mine[1:]), "something else 2")
    return True


def tap_old(person: "Person", screen: Screen) -> bool:
    """Tap another option of a question that was answered before; the answer stays as it was."""
    if screen.kind == "question" and (change := screen.find("!")) and person.has("old"):
        return _confirm(person, screen, change.item or "", change.option)
    old = [each for each in person.seen.values() if each.kind == "question" and each.item != screen.item]
    if person.has("changing"):
        return False  # where they go back, too, the old buttons of a question may be its new answer by now
    if not _asked(screen) or not old or not person.happens("old", 0.4):
        return False
    earlier = person.chance.choice(old)
    buttons = [each for each in earlier.buttons if each.verb in _STORING]
    if buttons:
        person.phone.tap(earlier.message, person.chance.choice(buttons).data)
    return bool(buttons)


def _confirm(person: "Person", screen: Screen, item: str, option: int | None) -> bool:
    """The bot offers to change the old answer: some do, where they know what it would mean."""
    meant = intent_at(person, item, option)
    if meant is None or person.chance.random() < 0.5:
        return False
    person.intents[item] = meant
    person.note(item, meant)
    person.tap(screen, screen.find("!"))
    return True


def intent_at(person: "Person", item: str, option: int | None) -> Intent | None:
    """What choosing this option would mean, where it is one value without further words."""
    found, q = person.q.by_id[item], person.q
    scale = q.scale_of(found)
    if found.type == "rating" and scale and option is not None and option < len(scale.points):
        return Intent(scale.points[option].value, (option,))
    if found.type == "single" and option is not None and option < len(found.options):
        chosen = found.options[option]
        return None if chosen.own_text else Intent(chosen.value, (option,))
    return None


def go_back(person: "Person", screen: Screen) -> bool:
    """To the question before, whose answer stays as it is meant; not from a text that belongs to an answer given."""
    back = None if (screen.item or "").endswith(OWN_TEXT) else screen.find("b")
    if not _asked(screen) or back is None or person.wants_to_change or not person.happens("changing", 0.15):
        return False
    person.tap(screen, back)
    return True


def change(person: "Person", screen: Screen) -> bool:
    """Before sending, mean something else after all; one thing at a time, until it has been asked again."""
    if screen.kind != "review" or not person.has("changing"):
        return False
    buttons = [each for each in screen.buttons if each.verb == "c" and each.item in person.intents]
    asked = next((each for each in buttons if each.item == person.wants_to_change), None)
    if asked is None:
        if not buttons or person.done.get("changed", 0) > 1:
            return False
        person.done["changed"] = person.done.get("changed", 0) + 1
        asked = person.chance.choice(buttons)
        person.means_now(asked.item or "")
    person.tap(screen, asked)
    return True


HABITS: tuple[Callable[["Person", Screen], bool], ...] = (
    decline,
    block,
    delete,
    restart,
    repeat_start,
    pause,
    switch,
    send_media,
    edit,
    tap_old,
    go_back,
    change,
)
STAYING = (
    "double",
    "typing",
    "early",
    "starting",
    "restarting",
    "old",
    "editing",
    "media",
    "changing",
    "switching",
    "pausing",
)
LEAVING = ("blocking", "declining", "deleting")
