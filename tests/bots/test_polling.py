"""The loop that fetches updates, against the tests' own Bot API server and a store that is only a notebook."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bots.calls import WrongToken
from bots.leases import Lease
from bots.polling import LIMIT, Fetching, Polling
from surveyapp.engine.talks import Text
from surveyapp.services import leases
from surveyapp.services.chats import SILENCE
from surveyapp.store.sessions import Sessions

from .desks import Notebook, asks, config_for, desk_of, until
from .errors import ApiError, conflict
from .serving import Served


class Loop:
    """A running loop, and what it has kept."""

    def __init__(self, notebook: Notebook, stop: asyncio.Event, offsets: list[int | None]) -> None:
        self.notebook, self.stop, self.offsets = notebook, stop, offsets

    def words(self) -> list[str]:
        return [each.event.body for each in self.notebook.kept if isinstance(each.event, Text)]

    async def heard(self, *words: str) -> None:
        await until(lambda: self.words()[-len(words) :] == list(words))


@asynccontextmanager
async def polling(served: Served, folder: Path, notebook: Notebook | None = None) -> AsyncIterator[Loop]:
    """Poll until the end of the block; then everything that was kept is confirmed."""
    config, notebook, stop = config_for(served, folder), notebook or Notebook(), asyncio.Event()
    offsets: list[int | None] = []
    lease = Lease(lambda: True, lambda: None)
    await lease.ask()
    fetching = Fetching(config)

    async def fetch(offset: int | None, seconds: int) -> list[object]:
        offsets.append(offset)
        return await fetching(offset, min(seconds, 1))

    async with desk_of(config, notebook) as (desk, _):
        task = asyncio.create_task(Polling(desk, fetch, lease, stop).run())
        try:
            yield Loop(notebook, stop, offsets)
        finally:
            stop.set()
            try:
                await task
            finally:
                await fetching.close()


def story(play: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(play(), 60))


def pending(served: Served) -> int:
    return served.do(lambda: len(served.telegram.updates.pending))


def test_what_people_write_is_kept_answered_and_confirmed(served: Served, tmp_path: Path) -> None:
    ilze, janis = served.phone(), served.phone(language="en")

    async def play() -> None:
        async with polling(served, tmp_path) as loop:
            ilze.write("viens")
            await loop.heard("viens")
            janis.write("one")
            await loop.heard("one")
            await until(lambda: ilze.newest() is not None and janis.newest() is not None)

    story(play)
    assert pending(served) == 0
    assert served.telegram.calls["sendMessage"] == 2


def test_nothing_is_confirmed_before_it_is_kept(served: Served, tmp_path: Path) -> None:
    notebook, ilze = Notebook(), served.phone()
    notebook.away = 2
    ilze.write("viens")

    async def play() -> None:
        async with polling(served, tmp_path, notebook) as loop:
            await until(lambda: notebook.away == 1)
            assert pending(served) == 1
            await loop.heard("viens")

    story(play)
    assert pending(served) == 0


def test_a_storm_is_kept_first_and_then_answered_once_for_each_chat(served: Served, tmp_path: Path) -> None:
    phones = [served.phone() for _ in range(25)]
    for number in range(9):
        for phone in phones:
            phone.write(str(number))
    assert pending(served) > 2 * LIMIT
    seen_at_first_send: list[int] = []
    notebook = Notebook()
    served.telegram.watchers.append(
        lambda method, given, when: (
            seen_at_first_send.append(len(notebook.kept)) if (method, when) == ("sendMessage", "received") else None
        )
    )

    async def play() -> None:
        async with polling(served, tmp_path, notebook):
            await until(lambda: all(phone.newest() for phone in phones))

    story(play)
    assert len(notebook.kept) == 225
    assert seen_at_first_send[0] == 225
    assert served.telegram.calls["sendMessage"] == 25
    for phone in phones:
        of_phone = [each.event.body for each in notebook.kept if each.chat.chat == phone.user["id"]]
        assert of_phone == [str(number) for number in range(9)]


def test_poison_is_passed_over_and_counted(served: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ilze = served.phone()
    ilze.write("viens")
    served.do(
        lambda: served.telegram.updates.add("message", {"message_id": "not a number", "chat": "none"}, (1, "texts"))
    )
    ilze.write("divi")

    async def play() -> None:
        async with polling(served, tmp_path) as loop:
            await loop.heard("viens", "divi")

    story(play)
    assert pending(served) == 0
    assert any("can't be read" in record.getMessage() for record in caplog.records)


def test_an_update_that_makes_us_fail_is_passed_over_too(served: Served, tmp_path: Path) -> None:
    def fails(received: object) -> object:
        if received.event.body == "bad":
            raise ZeroDivisionError
        return SILENCE

    ilze = served.phone()
    for word in ("viens", "bad", "divi"):
        ilze.write(word)

    async def play() -> None:
        async with polling(served, tmp_path, Notebook(fails)) as loop:
            await loop.heard("viens", "bad", "divi")

    story(play)
    assert pending(served) == 0


def test_numbers_that_begin_anew_lose_nothing(served: Served, tmp_path: Path) -> None:
    ilze = served.phone()

    async def play() -> None:
        async with polling(served, tmp_path) as loop:
            ilze.write("viens")
            await loop.heard("viens")
            await until(lambda: loop.offsets[-1] is None and len(loop.offsets) > 2)
            served.do(served.telegram.updates.renumber, 1)
            ilze.write("divi")
            await loop.heard("divi")
            ilze.write("trīs")
            await loop.heard("trīs")

    story(play)
    assert pending(served) == 0


@pytest.mark.parametrize(
    "fault",
    [
        "error",
        "refused",
        "dropped",
        "flood",
        conflict("terminated by other getUpdates request"),
        ApiError(502, "Bad Gateway"),
    ],
)
def test_trouble_with_fetching_ends_by_itself(
    served: Served, tmp_path: Path, fault: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.polling._CONFLICT", 0.1)
    served.telegram.faults.plan("getUpdates", fault, 2)
    ilze = served.phone()
    ilze.write("viens")

    async def play() -> None:
        async with polling(served, tmp_path) as loop:
            await loop.heard("viens")

    story(play)
    assert pending(served) == 0


def test_a_token_that_was_revoked_stops_it(served: Served, tmp_path: Path) -> None:
    served.telegram.faults.plan("getUpdates", ApiError(401, "Unauthorized"))

    async def play() -> None:
        async with polling(served, tmp_path) as loop:
            await until(lambda: len(loop.offsets) > 0)
            await asyncio.sleep(0.2)

    with pytest.raises(WrongToken):
        story(play)


def test_without_the_right_to_poll_it_waits(served: Served, tmp_path: Path) -> None:
    config, notebook, stop = config_for(served, tmp_path), Notebook(), asyncio.Event()
    given: list[bool] = [False]
    lease = Lease(lambda: given[0], lambda: None)
    served.phone().write("viens")

    async def play() -> None:
        fetching = Fetching(config)
        async with desk_of(config, notebook) as (desk, _):
            task = asyncio.create_task(Polling(desk, fetching, lease, stop).run())
            await asyncio.sleep(1.5)
            assert served.telegram.calls["getUpdates"] == 0
            given[0] = True
            await lease.ask()
            await until(lambda: len(notebook.kept) == 1)
            stop.set()
            await task
            await fetching.close()

    story(play)


def test_being_told_to_stop_ends_a_long_poll_at_once(served: Served, tmp_path: Path) -> None:
    ilze = served.phone()

    async def play() -> None:
        async with polling(served, tmp_path, Notebook(lambda received: asks("?"))) as loop:
            ilze.write("viens")
            await loop.heard("viens")

    story(play)
    assert pending(served) == 0
    assert served.telegram.chats[ilze.user["id"]].from_bot()


def test_a_second_bot_takes_over_when_the_first_is_gone(
    served: Served, sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.polling._MARGIN", 0.5)
    monkeypatch.setattr("bots.leases.SECONDS", 4)
    ilze, notebook = served.phone(), Notebook()

    def lease(holder: str) -> Lease:
        return Lease(
            lambda: sessions.retrying(lambda session: leases.take(session, "telegram", holder, 4)), lambda: None
        )

    async def play() -> None:
        config, fetching, stop = config_for(served, tmp_path), Fetching(config_for(served, tmp_path)), asyncio.Event()
        first, second = lease("first"), lease("second")
        await first.ask()
        async with desk_of(config, notebook) as (desk, _):
            running = asyncio.create_task(Polling(desk, fetching, first, stop).run())
            await until(lambda: served.telegram.calls["getUpdates"] > 0)
            asking = asyncio.create_task(second.keep())
            other = asyncio.create_task(Polling(desk, fetching, second, stop).run())
            ilze.write("viens")
            await until(lambda: len(notebook.kept) == 1)
            assert second.remaining() <= 0
            running.cancel()
            ilze.write("divi")
            await until(lambda: len(notebook.kept) == 2)
            assert second.remaining() > 0
            stop.set()
            await other
            asking.cancel()
            await fetching.close()

    story(play)
    assert served.telegram.refusals == {}
