"""Replies on their way: one at a time for each chat, always the newest, and none forgotten while the process lives."""

import asyncio
from collections.abc import Callable

from bots.calls import Failure
from bots.deliveries import Deliveries
from bots.sending import Outcome, Owed
from surveyapp.engine.prompt import Prompt
from surveyapp.services.chats import SILENCE, Chat, Reply

from .desks import asks

ILZE, JANIS = Chat(1, 41, "lv"), Chat(1, 42, "lv")


class Sent:
    """Notes what was sent. ``gate``: lets the first call wait; ``outcomes``: what the next calls bring."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.owed: list[Owed] = []
        self.outcomes = list(outcomes)
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, owed: Owed) -> Outcome:
        self.owed.append(owed)
        await self.gate.wait()
        return self.outcomes.pop(0) if self.outcomes else 1

    def texts(self, chat: Chat = ILZE) -> list[str]:
        return [owed.reply.prompts[0].text[0] for owed in self.owed if owed.chat == chat]


def playing(story: Callable[[Deliveries, Sent], object], *outcomes: Outcome) -> Sent:
    async def play() -> Sent:
        sent = Sent(*outcomes)
        deliveries = Deliveries(sent)
        await story(deliveries, sent)
        return sent

    return asyncio.run(play())


def test_of_several_replies_to_a_chat_the_newest_is_sent() -> None:
    async def story(deliveries: Deliveries, sent: Sent) -> None:
        for number in range(3):
            deliveries.owe(ILZE, asks(f"q{number}"), None)
        deliveries.owe(JANIS, asks("other"), None)
        deliveries.begin()
        await deliveries.wait(5)

    sent = playing(story)
    assert (sent.texts(), sent.texts(JANIS)) == (["q2"], ["other"])


def test_a_chat_is_sent_one_reply_at_a_time() -> None:
    async def story(deliveries: Deliveries, sent: Sent) -> None:
        sent.gate.clear()
        deliveries.owe(ILZE, asks("q0"), None)
        deliveries.begin()
        await asyncio.sleep(0)
        deliveries.owe(ILZE, asks("q1"), None)
        deliveries.owe(ILZE, asks("q2"), None)
        deliveries.begin()
        await asyncio.sleep(0)
        assert sent.texts() == ["q0"]
        sent.gate.set()
        await deliveries.wait(5)

    assert playing(story).texts() == ["q0", "q2"]


def test_silence_takes_nothing_back() -> None:
    async def story(deliveries: Deliveries, sent: Sent) -> None:
        deliveries.owe(JANIS, SILENCE, None)
        deliveries.owe(ILZE, asks("q0"), None)
        deliveries.owe(ILZE, SILENCE, 7)
        deliveries.begin()
        await deliveries.wait(5)

    sent = playing(story)
    assert (sent.texts(), sent.texts(JANIS)) == (["q0"], [])


def test_answered_questions_of_replies_that_were_passed_over_still_lose_their_buttons() -> None:
    async def story(deliveries: Deliveries, sent: Sent) -> None:
        for number in range(5):
            recorded = Prompt((f"✓ {number}",), kind="recorded")
            shown = {"was_shown": number + 10} if number % 2 else {}
            deliveries.owe(ILZE, asks("next")._replace(recorded=recorded, **shown), None if number % 2 else number + 10)
        deliveries.begin()
        await deliveries.wait(5)

    (owed,) = playing(story).owed
    assert [old.message for old in owed.old] == [12, 13, 14]


def test_what_was_never_sent_cannot_be_changed_in_place() -> None:
    async def story(deliveries: Deliveries, sent: Sent) -> None:
        tick = asks("ticked")._replace(in_place=True)
        deliveries.owe(ILZE, asks("new"), 7)
        deliveries.owe(ILZE, tick, 7)
        deliveries.owe(JANIS, tick, 8)
        deliveries.owe(JANIS, asks("ticked twice")._replace(in_place=True), 8)
        deliveries.begin()
        await deliveries.wait(5)

    sent = playing(story)
    assert [(owed.chat, owed.reply.in_place) for owed in sent.owed] == [(ILZE, False), (JANIS, True)]


def test_what_cannot_be_sent_now_is_sent_later_unless_something_newer_was() -> None:
    async def story(deliveries: Deliveries, sent: Sent) -> None:
        for chat in (ILZE, JANIS):
            deliveries.owe(chat, asks("first"), None)
        deliveries.begin()
        await deliveries.wait(5)
        deliveries.owe(JANIS, asks("second"), None)
        for _ in range(2):
            deliveries.once_more()
            deliveries.begin()
            await deliveries.wait(5)

    sent = playing(story, Failure.OWED, Failure.OWED)
    assert (sent.texts(), sent.texts(JANIS)) == (["first", "first"], ["first", "second"])


def test_one_reply_that_cannot_be_made_silences_nobody() -> None:
    async def story(deliveries: Deliveries, sent: Sent) -> None:
        deliveries.owe(ILZE, Reply((Prompt(("first",)),)), None)
        deliveries.begin()
        await deliveries.wait(5)
        deliveries.owe(ILZE, asks("second"), None)
        deliveries.begin()
        await deliveries.wait(5)

    class Odd(int):
        pass

    async def failing(deliveries: Deliveries, sent: Sent) -> None:
        calls = iter([ValueError("typed words"), None])

        async def deliver(owed: Owed) -> Outcome:
            if error := next(calls):
                raise error
            return await sent(owed)

        await story(Deliveries(deliver), sent)

    assert playing(failing).texts() == ["second"]
