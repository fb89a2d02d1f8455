"""Sending a reply: the new question first, then the old one loses its buttons. What is read aloud is the new message."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from telegram import LinkPreviewOptions
from telegram.ext import ExtBot

from bots.calls import Failure, attempt
from bots.errands import Errands
from bots.keyboards import Message, messages
from bots.recording import Recorder
from surveyapp.config import Config
from surveyapp.engine.definition import Questionnaire
from surveyapp.engine.prompt import Prompt, Say
from surveyapp.engine.voices import Voice
from surveyapp.languages import LANGUAGES, choose
from surveyapp.prompts_in_words import in_words, words
from surveyapp.services.chats import Chat, Reply
from surveyapp.store.sessions import StoreUnavailable

log = logging.getLogger(__name__)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_TOAST = 200
_AT_ONCE, _CLEARED = 100, 300
"""Messages that Telegram deletes in one call, and those a chat is cleared of. All of a bot's chats count as one."""

Outcome = int | Failure | None
"""Number of the last message sent; None when nothing had to be; else why it wasn't."""


class Spoken(NamedTuple):
    """What a prompt needs to be put into words."""

    q: Questionnaire | None
    voice: Voice


class Old(NamedTuple):
    """A question that was answered, and its message, which is to lose its buttons."""

    message: int
    prompt: Prompt
    spoken: Spoken


class Owed(NamedTuple):
    """What a chat has yet to see. ``tapped``: number of the message whose button was tapped last."""

    chat: Chat
    reply: Reply
    tapped: int | None = None
    old: tuple[Old, ...] = ()


def spoken(chat: Chat, reply: Reply) -> Spoken:
    """How a chat is spoken to: as its conversation is or, outside of one, in the profile's language."""
    return Spoken(reply.q, reply.voice or Voice(choose(None, chat.language, LANGUAGES, "en")))


class Sender:
    """Speaks for the bot. ``config`` tells the folder with pictures, and the address below which pages are."""

    def __init__(self, bot: ExtBot[bool], recorder: Recorder, config: Config, errands: Errands) -> None:
        self._bot, self._recorder, self._errands = bot, recorder, errands
        self._media, self._public_url = (config.instance_dir / "media").resolve(), config.public_url

    async def answer_tap(self, tap: str, chat: Chat, reply: Reply) -> None:
        """End the waiting sign on the tapped button, with a word where there is one."""
        toast = words(reply.toast, *spoken(chat, reply))[:_TOAST] if reply.toast is not None else None
        await attempt("answerCallbackQuery", lambda: self._bot.answer_callback_query(tap, toast))

    async def clear(self, tap: str | None, chat: Chat, reply: Reply, message: int | None) -> None:
        """Delete what came before the tapped message, which has the receipt and stays; then say what became of it."""
        deleted = message is not None and await self._delete_before(chat, message)
        if tap:
            await self.answer_tap(tap, chat, reply._replace(toast=Say("cleared" if deleted else "not_cleared")))

    async def _delete_before(self, chat: Chat, message: int) -> bool:
        """The newest first. One that is older than 48 hours has Telegram refuse all: then half as many, again and again.

        Returns whether Telegram has deleted any.
        """
        end, lowest, many, refused = message, max(1, message - _CLEARED), _AT_ONCE, False
        while end > lowest and many:
            ids = list(range(max(lowest, end - many), end))
            outcome = await attempt("deleteMessages", partial(self._bot.delete_messages, chat.chat, ids))
            if not isinstance(outcome, Failure):
                end = ids[0]
            elif outcome is not Failure.REFUSED:
                break
            refused = refused or isinstance(outcome, Failure)
            many = _half(many) if refused else many
        return end < message

    async def deliver(self, owed: Owed) -> Outcome:
        """Show a chat where it stands, and note which message shows it."""
        outcome = await self._show(owed)
        if outcome is Failure.BLOCKED:
            await self._forget(owed.chat)
        if isinstance(outcome, int) and owed.reply.binding:
            await self._note(owed, outcome)
        if outcome is None or isinstance(outcome, int):
            # Nobody who answers quickly waits for the buttons of old questions.
            self._errands.run(self._tidy(owed))
        return outcome

    async def leave(self, group: int, sentence: str) -> None:
        """Say politely where the bot can be talked to, and go."""
        await attempt("sendMessage", lambda: self._bot.send_message(group, sentence))
        await attempt("leaveChat", lambda: self._bot.leave_chat(group))

    async def send(self, chat: Chat, message: Message) -> Outcome:
        """Send one message."""
        return await self._said(
            "sendMessage",
            lambda: self._bot.send_message(
                chat.chat, message.text, reply_markup=message.keyboard, link_preview_options=_NO_PREVIEW
            ),
        )

    async def _show(self, owed: Owed) -> Outcome:
        """Send the prompts in their order; one that Telegram refuses keeps none of the others back."""
        chat, reply, last = owed.chat, owed.reply, None
        if reply.in_place and owed.tapped and await self._replace(owed):
            return owed.tapped
        for prompt in reply.prompts:
            if prompt.picture:
                await self._picture(chat, prompt.picture)
            for message in self._messages(prompt, spoken(chat, reply)):
                outcome = await self.send(chat, message)
                if outcome in {Failure.BLOCKED, Failure.OWED}:
                    return outcome
                last = outcome if isinstance(outcome, int) else last
        return last

    def _messages(self, prompt: Prompt, how: Spoken) -> tuple[Message, ...]:
        worded = in_words(prompt, *how)
        return messages(worded.paragraphs, worded.rows, self._public_url)

    async def _replace(self, owed: Owed) -> bool:
        """Change the tapped message; False when it has to be sent anew: too old, deleted, or too long for one."""
        how = spoken(owed.chat, owed.reply)
        shown = [message for prompt in owed.reply.prompts for message in self._messages(prompt, how)]
        if len(shown) != 1:
            return False
        changed = await self._edit(owed.chat, owed.tapped or 0, shown[0], droppable=False)
        return changed not in {Failure.REFUSED, Failure.OWED}

    async def _edit(self, chat: Chat, message: int, shown: Message, *, droppable: bool) -> Outcome:
        return await self._said(
            "editMessageText",
            lambda: self._bot.edit_message_text(
                shown.text,
                chat.chat,
                message,
                reply_markup=shown.keyboard,
                link_preview_options=_NO_PREVIEW,
                rate_limit_args=droppable,
            ),
        )

    async def _said(self, method: str, call: Callable[[], Awaitable[object]]) -> Outcome:
        outcome = await attempt(method, call)
        return outcome if isinstance(outcome, Failure) else getattr(outcome, "message_id", None)

    async def _picture(self, chat: Chat, path: str) -> None:
        """A picture, read from our own folder; the text below says what is on it, so that it may fail."""
        file = (self._media / path).resolve()
        if file.is_relative_to(self._media) and file.is_file():
            content = await asyncio.to_thread(file.read_bytes)
            await attempt("sendPhoto", lambda: self._bot.send_photo(chat.chat, content, filename=file.name))

    async def _note(self, owed: Owed, order: int) -> None:
        """Without the note what is typed next is refused kindly and the question shown again."""
        if owed.reply.binding:
            try:
                await asyncio.to_thread(self._recorder.showed, owed.reply.binding, order)
            except StoreUnavailable:
                log.warning("the store is away: what was shown could not be noted")

    async def _tidy(self, owed: Owed) -> None:
        """Take the buttons from answered questions."""
        for old in owed.old:
            *_, shown = self._messages(old.prompt, old.spoken)
            await self._edit(owed.chat, old.message, shown, droppable=True)

    async def _forget(self, chat: Chat) -> None:
        try:
            await asyncio.to_thread(self._recorder.blocked, chat)
        except StoreUnavailable:
            log.warning("the store is away: a chat that blocked the bot will be forgotten later")


def _half(many: int) -> int:
    """Half as many, rounded up; none after a single one."""
    return (many + 1) // 2 if many > 1 else 0
