"""People who answer in a chat. They know what they mean, see only what the bot sent, and note what they answered."""

import asyncio
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from surveyapp.engine.definition import Questionnaire

from .habits import HABITS
from .intents import Intent, Intents, intent, intents, own_word
from .phones import Phone
from .screens import OWN_TEXT, Button, Screen, is_over, look


@dataclass(frozen=True)
class Manner:
    """How people behave. ``think``: seconds before each answer, from to; ``patience``: seconds they wait for a reply.

    ``in_order``: texts and taps reach the bot in the order they were made, as they do without a webhook.
    """

    think: tuple[float, float] = (0.0, 0.02)
    patience: float = 2.0
    in_order: bool = True

    def wait(self, stuck: int) -> float:
        """Seconds somebody waits who has been at the same place so many times: people get used to a slow bot."""
        return min(self.patience * 1.5 ** max(0, stuck - 1), 15 * self.patience)

    def hesitate(self, stuck: int) -> float:
        """Seconds somebody looks before they try the same for the third time and more."""
        return min(0.25 * 2.0 ** (stuck - 1), 2 * self.patience) if stuck > 1 else 0.0


class Person:
    """Somebody with a phone, an opinion and habits; ``noted``: what they answered last to each question."""

    def __init__(
        self, phone: Phone, q: Questionnaire, code: str, chance: random.Random, habits: Collection[str], manner: Manner
    ) -> None:
        self.phone, self.q, self.code, self.chance, self.manner = phone, q, code, chance, manner
        self.habits = frozenset(habits)
        self.word = own_word(chance)
        self.intents: Intents = intents(q, chance, self.word)
        self.language = chance.choice(q.languages)
        self.noted: dict[str, Any] = {}
        self.seen: dict[str, Screen] = {}
        self.done: dict[str, int] = {}
        self.sent_at: int | None = None
        self.wants_to_change: str | None = None
        self.has_changed = False
        self.outcome = "answering"

    def has(self, habit: str) -> bool:
        return habit in self.habits

    def happens(self, habit: str, share: float, most: int = 2) -> bool:
        """It is time for a habit, which nobody follows more than ``most`` times."""
        if not self.has(habit) or self.done.get(habit, 0) >= most or self.chance.random() >= share:
            return False
        self.done[habit] = self.done.get(habit, 0) + 1
        return True

    async def respond(self) -> None:
        """From the link to the thanks, or as far as it goes; ``outcome`` says how it ended."""
        self.phone.write(f"/start {self.code}")
        quiet, stuck, place, screen = 0, 0, None, None
        await self._wait(None, self.manner.patience)
        while self.outcome == "answering":
            await asyncio.sleep(self.chance.uniform(*self.manner.think) + self.manner.hesitate(stuck))
            before, screen, aside = screen, look(self.phone.chat), False
            if self._is_over():
                break
            if screen and (before is None or screen.signature != before.signature):
                quiet = 0
            here = screen.place if screen else None
            stuck, place = (stuck + 1 if here == place else 0), here
            if quiet > 1 or screen is None:
                self.nudge(screen, quiet)
            else:
                aside = self._act(screen)
            news = await self._wait(screen, self.manner.wait(stuck) * (0.2 if aside else 1.0))
            quiet = 0 if aside or news else quiet + 1

    def _is_over(self) -> bool:
        if self.sent_at is None or not is_over(self.phone.chat, self.sent_at):
            return False
        self.outcome = "finished"
        return True

    async def _wait(self, screen: Screen | None, seconds: float) -> bool:
        """Until something else is on the screen; False when there was nothing new in this time."""
        loop, chat = asyncio.get_running_loop(), self.phone.chat
        last = loop.time() + seconds
        while True:
            since, now = chat.changes, look(chat)
            over = self.sent_at is not None and is_over(chat, self.sent_at)
            if over or self.outcome != "answering" or (now and (screen is None or now.signature != screen.signature)):
                return True
            if not await chat.changed(since, last - loop.time()):
                return False

    def nudge(self, screen: Screen | None, quiet: int) -> None:
        """Nothing has come for a while: say something, then begin again."""
        asked = screen.item or "" if screen else ""
        writes = asked.endswith(OWN_TEXT) or (asked in self.q.by_id and self.q.by_id[asked].type == "text")
        self.phone.write(f"/start {self.code}" if screen is None or writes or quiet % 2 else "hallo")

    def _act(self, screen: Screen) -> bool:
        """Answer, or do something else; True for the latter, which may change nothing on the screen."""
        self.seen[screen.item or screen.kind] = screen
        if self.has_changed and screen.kind in {"question", "review"} and screen.item != self.wants_to_change:
            # Had it been refused, it would have been asked again.
            self.wants_to_change, self.has_changed = None, False
        if any(habit(self, screen) for habit in HABITS):
            return True
        _ACTS[screen.kind](self, screen)
        return False

    def tap(self, screen: Screen, button: Button | None) -> None:
        """Press a button; some press twice."""
        if button is None:
            return
        for _ in range(2 if self.has("double") else 1):
            self.phone.tap(screen.message, button.data)

    def language_at(self, screen: Screen) -> None:
        """Choose the language meant, in a list of languages."""
        self.tap(screen, screen.find("l", self.q.languages.index(self.language)))

    def consent(self, screen: Screen) -> None:
        self.tap(screen, screen.find("y"))

    def review(self, screen: Screen) -> None:
        """Send; where the bot asks whether a text should go as it is, it should."""
        self.sent_at = screen.message.id
        self.tap(screen, screen.find("f", 1) or screen.find("f"))

    def aside(self, screen: Screen) -> None:
        self.tap(screen, screen.find("g"))

    def answer(self, screen: Screen) -> None:
        """Answer the question that is shown as it is meant."""
        place = screen.item or ""
        meant = self.intents[place.removesuffix(OWN_TEXT)]
        if place.endswith(OWN_TEXT):
            self._write(meant.words)
            return
        if meant.skips:
            self.note(place, meant)
            self._press_or_type(screen.find("s"), screen, "/skip")
        elif len(meant.positions) > 0 and self.q.by_id[place].type == "multiple":
            self._several(screen, place, meant)
        elif meant.positions:
            self._one(screen, place, meant)
        else:
            self._typed(screen, place, meant)

    def note(self, place: str, meant: Intent) -> None:
        self.noted[place] = meant.value
        self.has_changed = self.has_changed or place == self.wants_to_change

    def means_now(self, item: str) -> None:
        """Mean something else."""
        self.wants_to_change, self.has_changed = item, False
        self.intents[item] = intent(self.q, self.q.by_id[item], self.chance, self.word)

    def _one(self, screen: Screen, place: str, meant: Intent) -> None:
        button = screen.options().get(meant.positions[0])
        self.note(place, meant)
        if button is None:
            option = self.q.by_id[place].options[meant.positions[0]]
            self.phone.write(option.label[self.language])
            return
        self._press_or_type(button, screen, button.typed)

    def _several(self, screen: Screen, place: str, meant: Intent) -> None:
        """Tick what is meant, one after the other, then Done; or type all of it."""
        options, wanted = screen.options(), set(meant.positions)
        answer = next((each for each in screen.buttons if each.verb == "=" and each.option in wanted), None)
        if answer is not None:
            self.note(place, meant)
            self._press_or_type(answer, screen, answer.typed)
        elif self.types():
            self.note(place, meant)
            self._write(", ".join(options[each].typed for each in meant.positions))
        else:
            wrong = [
                each for each in options.values() if each.verb in "+-" and (each.verb == "+") == (each.option in wanted)
            ]
            if wrong:
                self.tap(screen, wrong[0])
                return
            self.note(place, meant)
            self.tap(screen, screen.find("d"))
            self.hurry(tapped=True)

    def _typed(self, screen: Screen, place: str, meant: Intent) -> None:
        self.note(place, meant)
        button = next((each for each in screen.options().values() if each.typed == meant.words), None)
        self._press_or_type(button, screen, meant.words)

    def types(self) -> bool:
        return self.has("typing") and self.chance.random() < 0.7

    def _press_or_type(self, button: Button | None, screen: Screen, words: str) -> None:
        if button is None or self.types():
            self._write(words)
            return
        self.tap(screen, button)
        self.hurry(tapped=True)

    def _write(self, words: str) -> None:
        self.phone.write(words)
        self.hurry()

    def hurry(self, *, tapped: bool = False) -> None:
        """Some type on before the next question has come; that is meant for no question they have seen.

        Where a text may overtake a tap, nobody could tell what it is meant for.
        """
        overtakes = tapped and not self.manner.in_order
        if self.has("early") and not overtakes and self.chance.random() < 0.4:
            self.phone.write(str(self.chance.randint(1, 5)))


_ACTS: dict[str, Callable[[Person, Screen], None]] = {
    "language": Person.language_at,
    "languages": Person.language_at,
    "consent": Person.consent,
    "question": Person.answer,
    "review": Person.review,
    "aside": Person.aside,
}
"""Kind of screen -> what somebody does who has no other idea."""
