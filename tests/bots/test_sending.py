"""What people see of a reply, and what is done when Telegram can't, or won't, pass it on."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bots.calls import Failure, WrongToken, attempt
from bots.desk import Desk, application
from bots.sending import Old, Outcome, Owed, spoken
from surveyapp.engine.prompt import Prompt, Say
from surveyapp.services.chats import Chat, Reply

from .clock import HOUR
from .desks import BINDING, Notebook, asks, config_for, desk_of, opened, rows
from .errors import ApiError
from .serving import Hand, Served


@pytest.fixture
def ilze(served: Served) -> Hand:
    phone = served.phone()
    phone.write("/start")
    return phone


def chat_of(phone: Hand) -> Chat:
    return Chat(1, phone.user["id"], "lv")


def told(served: Served, folder: Path, notebook: Notebook, *replies: Callable[[], Owed]) -> list[Outcome]:
    """Deliver replies one after the other, as the bot's process would."""

    async def delivering() -> list[Outcome]:
        async with desk_of(config_for(served, folder), notebook) as (desk, _):
            outcomes = []
            for reply in replies:
                outcomes.append(await desk.sender.deliver(reply()))
                await desk.errands.wait(5)
            return outcomes

    return asyncio.run(delivering())


def test_a_question_is_shown_and_noted(served: Served, tmp_path: Path, ilze: Hand) -> None:
    notebook = Notebook()
    (order,) = told(served, tmp_path, notebook, lambda: Owed(chat_of(ilze), asks("How are you?", "Well", "Badly")))
    shown = ilze.newest()
    assert (shown.text, shown.id) == ("How are you?", order)
    assert rows(shown) == [["Well"], ["Badly"]]
    assert notebook.shown == [(BINDING, order)]


def test_several_messages_come_in_order_and_the_last_is_the_one_noted(
    served: Served, tmp_path: Path, ilze: Hand
) -> None:
    notebook, long = Notebook(), "a" * 3000
    reply = Reply((Prompt(("One",)), Prompt((long, long))), binding=BINDING)
    (order,) = told(served, tmp_path, notebook, lambda: Owed(chat_of(ilze), reply))
    assert [message.text for message in ilze.screen] == ["One", long, long]
    assert notebook.shown == [(BINDING, order)]
    assert order == ilze.newest().id


def test_the_new_question_comes_before_the_old_one_loses_its_buttons(
    served: Served, tmp_path: Path, ilze: Hand
) -> None:
    calls: list[str] = []
    served.telegram.watchers.append(lambda method, given, when: calls.append(method) if when == "received" else None)

    def second() -> Owed:
        old = Old(ilze.newest().id, Prompt(("First?", "✓ Yes"), kind="recorded"), spoken(chat_of(ilze), Reply()))
        return Owed(chat_of(ilze), asks("Second?", "Yes"), None, (old,))

    told(served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), asks("First?", "Yes", "No")), second)
    first, now = ilze.screen
    assert (first.text, rows(first)) == ("First?\n\n✓ Yes", [])
    assert rows(now) == [["Yes"]]
    assert [each for each in calls if each.startswith(("send", "edit"))] == [
        "sendMessage",
        "sendMessage",
        "editMessageText",
    ]


def test_a_tick_changes_the_message_in_place(served: Served, tmp_path: Path, ilze: Hand) -> None:
    def ticked() -> Owed:
        return Owed(chat_of(ilze), asks("Which?", "✓ One", "Two")._replace(in_place=True), ilze.newest().id)

    first, second = told(
        served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), asks("Which?", "One", "Two")), ticked
    )
    assert first == second
    assert [rows(message) for message in ilze.screen] == [[["✓ One"], ["Two"]]]
    assert told(served, tmp_path, Notebook(), ticked) == [first]


def test_what_can_no_longer_be_changed_is_sent_anew(served: Served, tmp_path: Path, ilze: Hand) -> None:
    served.telegram.faults.plan("editMessageText", ApiError(400, "Bad Request: message can't be edited"))
    reply = asks("Which?", "✓ One")._replace(in_place=True)
    told(served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), asks("Which?", "One")))
    told(served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), reply, ilze.newest().id))
    assert [rows(message) for message in ilze.screen] == [[["One"]], [["✓ One"]]]


def clearing(served: Served, folder: Path, ilze: Hand) -> str:
    """Tap "Clear this chat" below the newest message; what the tap is answered."""
    message = ilze.newest()
    tap = ilze.tap(message, "0123abcd|_|t|")

    async def taking() -> None:
        async with desk_of(config_for(served, folder), Notebook(lambda received: Reply(clear=True))) as (desk, _):
            await _all_of(desk, served)
            await desk.errands.wait(20)

    asyncio.run(taking())
    return str(tap.answer.text)


def test_a_chat_is_cleared_of_all_but_the_message_with_the_receipt(served: Served, tmp_path: Path, ilze: Hand) -> None:
    told(served, tmp_path, Notebook(), *[lambda: Owed(chat_of(ilze), asks("Well?", "Yes"))] * 3)
    told(served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), asks("Your receipt code: 7", "Clear this chat")))
    assert clearing(served, tmp_path, ilze).startswith("Ziņas ir dzēstas")
    assert [message.text for message in ilze.screen] == ["Your receipt code: 7"]
    assert all(message.deleted for message in ilze.chat.messages.values() if message is not ilze.newest())


@pytest.mark.parametrize("younger", [1, 7])
def test_of_messages_too_old_to_be_deleted_the_younger_ones_go(
    served: Served, tmp_path: Path, ilze: Hand, younger: int
) -> None:
    """Telegram deletes none of a list with one message in it that is older than 48 hours."""
    told(served, tmp_path, Notebook(), *[lambda: Owed(chat_of(ilze), asks("Old"))] * 3)
    served.do(served.telegram.clock.advance, 49 * HOUR)
    told(served, tmp_path, Notebook(), *[lambda: Owed(chat_of(ilze), asks("Young"))] * younger)
    told(served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), asks("Your receipt code: 7")))
    assert clearing(served, tmp_path, ilze).startswith("Ziņas ir dzēstas")
    assert [message.text for message in ilze.screen] == ["Old"] * 3 + ["Your receipt code: 7"]
    assert served.telegram.calls["deleteMessages"] <= 10


def test_where_nothing_can_be_deleted_nobody_says_that_it_was(served: Served, tmp_path: Path, ilze: Hand) -> None:
    told(served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), asks("Old")))
    served.do(served.telegram.clock.advance, 49 * HOUR)
    told(served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), asks("Your receipt code: 7")))
    served.telegram.faults.plan("deleteMessages", ApiError(400, "Bad Request: message can't be deleted"), 10)
    assert clearing(served, tmp_path, ilze).startswith("Telegram ziņas neizdzēsa")
    assert [message.text for message in ilze.screen] == ["Old", "Your receipt code: 7"]


def test_a_tap_is_answered_with_a_word_or_without(served: Served, tmp_path: Path, ilze: Hand) -> None:
    told(served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), asks("Well?", "Yes")))
    first, second = (ilze.tap(ilze.newest(), "0123abcd|q1|=|0") for _ in range(2))

    async def answering() -> None:
        async with desk_of(config_for(served, tmp_path), Notebook()) as (desk, _):
            await desk.sender.answer_tap(first.id, chat_of(ilze), Reply())
            await desk.sender.answer_tap(second.id, chat_of(ilze), Reply(toast=Say("already_recorded")))
            await desk.sender.answer_tap(second.id, chat_of(ilze), Reply(toast="again"))

    asyncio.run(answering())
    assert first.answer.text == ""
    assert second.answer.text
    assert second.answer.text != "again"


@pytest.mark.parametrize("fault", ["error", "refused", "flood"])
def test_trouble_on_the_way_is_waited_for(served: Served, tmp_path: Path, ilze: Hand, fault: str) -> None:
    served.telegram.faults.plan("sendMessage", fault)
    (order,) = told(served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), asks("Well?")))
    assert order == ilze.newest().id
    assert len(ilze.screen) == 1


def test_an_answer_that_got_lost_may_double_a_message_and_loses_none(
    served: Served, tmp_path: Path, ilze: Hand
) -> None:
    served.telegram.faults.plan("sendMessage", "dropped")
    (order,) = told(served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), asks("Well?")))
    assert order == ilze.newest().id
    assert [message.text for message in ilze.screen] == ["Well?", "Well?"]


def test_who_blocked_the_bot_is_forgotten_and_left_alone(served: Served, tmp_path: Path, ilze: Hand) -> None:
    ilze.block()
    notebook = Notebook()
    reply = Reply((Prompt(("One",)), Prompt(("Two",))), binding=BINDING)
    assert told(served, tmp_path, notebook, lambda: Owed(chat_of(ilze), reply)) == [Failure.BLOCKED]
    assert notebook.forgotten == [chat_of(ilze)]
    assert served.telegram.calls["sendMessage"] == 1
    assert notebook.shown == []


def test_what_telegram_refuses_is_logged_without_its_content(
    served: Served, tmp_path: Path, ilze: Hand, caplog: pytest.LogCaptureFixture
) -> None:
    served.telegram.faults.plan("sendMessage", ApiError(400, "Bad Request: message is odd"))
    (order,) = told(
        served, tmp_path, Notebook(), lambda: Owed(chat_of(ilze), Reply((Prompt(("Odd",)), Prompt(("Even",)))))
    )
    assert [message.text for message in ilze.screen] == ["Even"]
    assert order == ilze.newest().id
    assert [record.getMessage() for record in caplog.records] == ["sendMessage was refused: Message is odd"]


def test_a_picture_of_ours_is_sent_and_no_other_file(served: Served, tmp_path: Path, ilze: Hand) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "face.png").write_bytes(b"\x89PNG")
    (tmp_path / "secret_key").write_bytes(b"secret")
    for picture in ("face.png", "../secret_key", "nowhere.png"):
        reply = Reply((Prompt(("A face",), picture=picture),))
        told(served, tmp_path, Notebook(), lambda reply=reply: Owed(chat_of(ilze), reply))
    assert served.telegram.calls["sendPhoto"] == 1
    assert [message.text for message in ilze.screen if message.text] == ["A face"] * 3


def test_a_wrong_token_stops_the_bot(served: Served, tmp_path: Path) -> None:
    async def asking(token: str) -> None:
        async with opened(application(config_for(served, tmp_path, TELEGRAM_BOT_TOKEN=token))) as app:
            with pytest.raises(WrongToken):
                await attempt("getMe", app.bot.get_me)

    asyncio.run(asking("7000000001:AAwrongwrongwrongwrongwrongwrongwro"))
    asyncio.run(asking("7000000001x:AA"))


def test_waiting_doubles_up_to_five_seconds_and_ends(served: Served, tmp_path: Path) -> None:
    served.telegram.away = True
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def asking() -> object:
        async with opened(application(config_for(served, tmp_path))) as app:
            return await attempt("getMe", app.bot.get_me, sleep)

    assert asyncio.run(asking()) is Failure.OWED
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2])


def test_a_group_is_left_politely(served: Served, tmp_path: Path) -> None:
    group = served.phone(group=-4242)
    group.invite()

    async def taking() -> None:
        async with desk_of(config_for(served, tmp_path), Notebook()) as (desk, _):
            await _all_of(desk, served)

    asyncio.run(taking())
    assert [message.text[:5] for message in group.screen] == ["Lūdzu"]
    assert served.telegram.calls["leaveChat"] == 1


async def _all_of(desk: Desk, served: Served) -> None:
    await desk.take(served.do(lambda: [update.as_json() for update in served.telegram.updates.pending]))
