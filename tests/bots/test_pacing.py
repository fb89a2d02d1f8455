"""Pacing on a clock of its own: how many calls pass when, who waits for whom, and what is given up."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from itertools import count

import pytest
from telegram.error import RetryAfter

from bots.pacing import Dropped, Pacing


class Clock:
    """Time that passes only when everybody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self._waiting: list[tuple[float, int, asyncio.Event]] = []
        self._number = count()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        heapq.heappush(self._waiting, (self.now + seconds, next(self._number), woken))
        await woken.wait()

    async def run(self, *works: Awaitable[object]) -> list[object]:
        tasks = [asyncio.ensure_future(work) for work in works]
        while not all(task.done() for task in tasks):
            for _ in range(20):
                await asyncio.sleep(0)
            if self._waiting and not all(task.done() for task in tasks):
                self.now, _, woken = heapq.heappop(self._waiting)
                woken.set()
        return await asyncio.gather(*tasks, return_exceptions=True)


class Api:
    """Notes when each call was made; ``patience``: seconds asked for, by chat, at the first call."""

    def __init__(self, clock: Clock, patience: dict[int, int] | None = None) -> None:
        self.clock, self.patience, self.calls = clock, patience or {}, []

    async def __call__(self, endpoint: str, data: dict[str, int]) -> bool:
        chat = data.get("chat_id")
        self.calls.append((self.clock.now, chat, endpoint))
        if seconds := self.patience.pop(chat, 0):
            raise RetryAfter(seconds)
        return True

    def times(self, chat: int) -> list[float]:
        return [when for when, of, _ in self.calls if of == chat]


@pytest.fixture
def clock() -> Clock:
    return Clock()


def played(clock: Clock, api: Api, *calls: tuple[str, int], overall: float = 30) -> list[object]:
    pacing = Pacing(overall, clock, clock.sleep)

    def call(endpoint: str, chat: int) -> Awaitable[object]:
        data = {"chat_id": chat}
        return pacing.process_request(api, (endpoint, data), {}, endpoint, data, endpoint.startswith("edit"))

    async def all_of_them() -> list[object]:
        return await clock.run(*(call(*each) for each in calls))

    return asyncio.run(all_of_them())


def test_a_chat_gets_three_messages_at_once_and_then_one_a_second(clock: Clock) -> None:
    api = Api(clock)
    played(clock, api, *[("sendMessage", 1)] * 6)
    assert api.times(1) == pytest.approx([0, 0, 0, 1, 2, 3])


def test_all_chats_together_get_thirty_a_second(clock: Clock) -> None:
    api = Api(clock)
    played(clock, api, *(("sendMessage", chat) for chat in range(120)))
    times = sorted(when for when, _, _ in api.calls)
    for start in range(len(times)):
        assert sum(times[start] <= when < times[start] + 1 for when in times) <= 60
    assert times[-1] == pytest.approx(3, abs=0.1)


def test_only_the_chat_that_was_asked_to_wait_waits(clock: Clock) -> None:
    api = Api(clock, {1: 7})
    played(clock, api, ("sendMessage", 1), ("sendMessage", 2), ("sendMessage", 3))
    assert api.times(1) == pytest.approx([0, 7])
    assert api.times(2) == api.times(3) == [0]


def test_an_answer_to_a_tap_never_waits(clock: Clock) -> None:
    api = Api(clock)
    played(clock, api, *[("sendMessage", 1)] * 5, *[("answerCallbackQuery", 1)] * 5)
    assert [when for when, _, endpoint in api.calls if endpoint == "answerCallbackQuery"] == [0] * 5


def test_under_pressure_edits_are_given_up_and_messages_are_not(clock: Clock) -> None:
    api = Api(clock)
    messages = [("sendMessage", chat) for chat in range(120)]
    *sent, edited = played(clock, api, *messages, ("editMessageText", 500))
    assert sent == [True] * 120
    assert isinstance(edited, Dropped)
    assert played(Clock(), Api(clock), ("editMessageText", 500)) == [True]


def test_messages_overtake_edits_that_wait(clock: Clock) -> None:
    api = Api(clock)
    played(clock, api, *[("sendMessage", 1)] * 3, ("editMessageText", 1), ("sendMessage", 1), ("sendMessage", 1))
    assert [endpoint for _, _, endpoint in api.calls] == ["sendMessage"] * 5 + ["editMessageText"]


def test_an_edit_does_not_wait_for_a_chat_that_was_asked_to(clock: Clock) -> None:
    api = Api(clock, {1: 30})
    done = played(clock, api, ("sendMessage", 1), ("editMessageText", 1), ("editMessageText", 2))
    assert [type(each) for each in done] == [bool, Dropped, bool]


def test_telegram_may_ask_for_patience_again_and_again_but_not_for_ever(clock: Clock) -> None:
    class Stubborn(Api):
        async def __call__(self, endpoint: str, data: dict[str, int]) -> bool:
            await super().__call__(endpoint, data)
            raise RetryAfter(2)

    api = Stubborn(clock)
    (failed,) = played(clock, api, ("sendMessage", 1))
    assert isinstance(failed, RetryAfter)
    assert api.times(1) == pytest.approx([0, 2, 4, 6, 8, 10])


def test_of_very_many_chats_the_silent_ones_are_forgotten(clock: Clock) -> None:
    api, make = Api(clock), Pacing
    pacing: Callable[..., Pacing] = make
    limiter = pacing(10_000, clock, clock.sleep)

    async def many() -> None:
        for chat in range(5000):
            await limiter.process_request(
                api, ("sendMessage", {"chat_id": chat}), {}, "sendMessage", {"chat_id": chat}, None
            )

    asyncio.run(many())
    assert len(limiter._chats) == 4096
