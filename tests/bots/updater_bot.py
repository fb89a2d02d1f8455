"""The smallest bot that can hold a conversation: for measuring, never for use.

``updater``: on python-telegram-bot's own Updater, which keeps updates in memory and confirms them with its next request:
what is killed then is lost. This is the control that must fail in the kill runs. ``loop``: the same conversation, but an
update is confirmed only once it is in the journal; what is measured with it must be without fault. ``--unbound``: what is
typed counts for whatever is asked by then, which is the control of binding it to what was on the screen.
"""

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import msgspec
from telegram import Bot, Update
from telegram.error import TelegramError
from telegram.ext import Application, ContextTypes, TypeHandler

from bots.keyboards import messages
from bots.updates import ALLOWED, Received, read
from surveyapp.engine import conversation, flow
from surveyapp.engine.definition import Questionnaire
from surveyapp.engine.prompt import Prompt
from surveyapp.engine.showing import Scene, render
from surveyapp.engine.talks import Start, Step, Talk
from surveyapp.engine.voices import Voice
from surveyapp.prompts_in_words import in_words
from surveyapp.services.chats import StartCode

TABLES = """
CREATE TABLE IF NOT EXISTS seen (id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS talk (chat INTEGER PRIMARY KEY, talk TEXT, answers TEXT);
CREATE TABLE IF NOT EXISTS response (chat INTEGER PRIMARY KEY, answers TEXT);
"""
_ENDS = {"submit", "erase", "decline"}


class Journal:
    """An SQLite file with what was applied: numbers of updates, conversations, responses."""

    def __init__(self, file: Path) -> None:
        self._rows = sqlite3.connect(file, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.executescript(TABLES)

    def apply(self, q: Questionnaire, got: Received) -> tuple[Prompt, ...]:
        """Apply an update once, in one transaction; what is to be shown."""
        with self._rows:
            self._rows.execute("BEGIN IMMEDIATE")
            new = self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?)", (got.update_id,)).rowcount
            step = self._step(q, got, new=bool(new))
            return self._keep(q, got.chat.chat, step) if step else ()

    def _step(self, q: Questionnaire, got: Received, *, new: bool) -> Step | None:
        row = self._rows.execute("SELECT talk, answers FROM talk WHERE chat = ?", (got.chat.chat,)).fetchone()
        if row is None:
            sent = self._rows.execute("SELECT 1 FROM response WHERE chat = ?", (got.chat.chat,)).fetchone()
            begins = isinstance(got.event, StartCode) and new and not sent
            return conversation.begin(q, _start(got)) if begins else _only(sent and new)
        talk, answers = msgspec.json.decode(row[0], type=Talk), json.loads(row[1])
        if not new:
            return Step(talk, answers)
        event = Start(talk.nonce, None) if isinstance(got.event, StartCode) else got.event
        return conversation.step(q, talk, answers, event)

    def _keep(self, q: Questionnaire, chat: int, step: Step) -> tuple[Prompt, ...]:
        """Write what a step leads to; a quiet one is shown all the same, since nothing here answers taps."""
        if not step.talk.nonce:
            return (Prompt(("received",)),)
        if step.effect == "restart":
            step = conversation.begin(q, Start(secrets.token_hex(4), step.talk.language))
        if step.effect in _ENDS:
            self._rows.execute("DELETE FROM talk WHERE chat = ?", (chat,))
            if step.effect == "submit":
                record = flow.record(q, step.answers)
                self._rows.execute("INSERT INTO response VALUES (?, ?)", (chat, json.dumps(record.answers)))
            return (Prompt((step.effect or "",)),)
        values = (chat, msgspec.json.encode(step.talk).decode(), json.dumps(step.answers))
        self._rows.execute("INSERT OR REPLACE INTO talk VALUES (?, ?, ?)", values)
        note = None if step.quiet else step.note
        return render(Scene(q, step.talk, step.answers, Voice(step.talk.language)), note)

    def showed(self, q: Questionnaire, chat: int, place: str | None, order: int) -> None:
        """Note the number of the newest showing, if the conversation still stands there."""
        with self._rows:
            self._rows.execute("BEGIN IMMEDIATE")
            row = self._rows.execute("SELECT talk, answers FROM talk WHERE chat = ?", (chat,)).fetchone()
            if row is None or place is None:
                return
            talk = msgspec.json.decode(row[0], type=Talk)
            scene = Scene(q, talk, json.loads(row[1]), Voice(talk.language))
            if render(scene)[-1].place == place:
                shown = msgspec.structs.replace(talk, shown=max(order, talk.shown or 0))
                self._rows.execute(
                    "UPDATE talk SET talk = ? WHERE chat = ?", (msgspec.json.encode(shown).decode(), chat)
                )

    def seen(self, number: int) -> None:
        """An update that means nothing."""
        self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?)", (number,))


def _start(got: Received) -> Start:
    return Start(secrets.token_hex(4), got.chat.language or None)


def _only(received: Any) -> Step | None:
    """Nothing is open; whoever has sent is told so."""
    return Step(Talk("", ""), {}) if received else None


def applied(file: Path) -> list[int]:
    """Numbers of all updates in a journal."""
    with sqlite3.connect(file) as rows:
        return [number for (number,) in rows.execute("SELECT id FROM seen")]


def responses(file: Path) -> list[dict[str, Any]]:
    """All responses in a journal."""
    with sqlite3.connect(file) as rows:
        return [json.loads(answers) for (answers,) in rows.execute("SELECT answers FROM response")]


class Speaker:
    """Applies updates and shows what follows."""

    def __init__(self, q: Questionnaire, journal: Journal, bot: Bot, work: float) -> None:
        self.q, self.journal, self.bot, self.work = q, journal, bot, work

    async def take(self, batch: Iterable[dict[str, Any]]) -> None:
        """Apply updates one after the other, then answer each chat once."""
        shown: dict[int, tuple[Prompt, ...]] = {}
        for raw in batch:
            got = read(raw, self.bot, self.bot.id)
            if isinstance(got, Received):
                shown[got.chat.chat] = self.journal.apply(self.q, got) or shown.get(got.chat.chat, ())
            else:
                self.journal.seen(raw["update_id"])
            await asyncio.sleep(self.work)
        for chat, prompts in shown.items():
            with contextlib.suppress(TelegramError):
                await self._show(chat, prompts)

    async def _show(self, chat: int, prompts: Iterable[Prompt]) -> None:
        for prompt in prompts:
            worded = in_words(prompt, self.q, Voice(self.q.source_language))
            for message in messages(worded.paragraphs, worded.rows):
                sent = await self.bot.send_message(chat, message.text, reply_markup=message.keyboard)
            self.journal.showed(self.q, chat, prompt.place, sent.message_id)


def by_updater(q: Questionnaire, journal: Journal, token: str, api: str, work: float) -> None:
    """The control."""
    app = Application.builder().token(token).base_url(f"{api}/bot").build()
    speaker = Speaker(q, journal, app.bot, work)

    async def take(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        await speaker.take([update.to_dict()])

    app.add_handler(TypeHandler(Update, take))
    app.run_polling(allowed_updates=list(ALLOWED), timeout=5)


async def by_loop(q: Questionnaire, journal: Journal, token: str, api: str, work: float) -> None:
    """Confirm only what is in the journal."""
    offset = 0
    async with Bot(token, base_url=f"{api}/bot") as bot, httpx.AsyncClient(timeout=30) as client:
        speaker = Speaker(q, journal, bot, work)
        while True:
            given = {"offset": offset, "timeout": 5, "allowed_updates": list(ALLOWED)}
            try:
                answer = (await client.post(f"{api}/bot{token}/getUpdates", json=given)).json()
            except (httpx.TransportError, ValueError):
                continue
            batch = answer.get("result", ())
            await speaker.take(batch)
            offset = batch[-1]["update_id"] + 1 if batch else offset


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("how", choices=("updater", "loop"))
    parser.add_argument("questionnaire", type=Path, help="as stored JSON")
    parser.add_argument("journal", type=Path)
    parser.add_argument("--work", type=float, default=0.0, help="seconds an update takes beside everything else")
    parser.add_argument("--unbound", action="store_true", help="take what is typed for whatever is asked by then")
    chosen = parser.parse_args(arguments)
    if chosen.unbound:
        mock.patch.object(conversation, "_early", return_value=None).start()
    q = msgspec.json.decode(chosen.questionnaire.read_bytes(), type=Questionnaire)
    token, api = os.environ["TELEGRAM_BOT_TOKEN"], os.environ["TELEGRAM_API_URL"]
    run = (q, Journal(chosen.journal), token, api, chosen.work)
    if chosen.how == "updater":
        by_updater(*run)
    else:
        asyncio.run(by_loop(*run))


if __name__ == "__main__":
    main()
