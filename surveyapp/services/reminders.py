"""Reminders: once, the next day, and only for somebody who has asked for it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.engine.prompt import Say
from surveyapp.services import addresses, replies, standings, wave_keys
from surveyapp.services.chats import Chat, Home, Reply
from surveyapp.services.desks import Desk, Seat
from surveyapp.services.refusals import Refusal
from surveyapp.services.wave_keys import OpenWave
from surveyapp.store import clock
from surveyapp.store.conversations import Reminder
from surveyapp.store.inserts import insert_or_replace
from surveyapp.store.tenancy import elsewhere

AT_ONCE = 50


class Due(NamedTuple):
    """Somebody to remind, and what to send them."""

    chat: Chat
    reply: Reply


def ask(desk: Desk, seat: Seat, conversation: bytes, day: date) -> None:
    """Keep the chat's address, enciphered, until that day. ``conversation``: key of the one it was asked for in."""
    key = addresses.reminding(conversation)
    row: dict[str, Any] = {"key": key, "org_id": seat.org_id, "wave_id": seat.wave_id, "due": day}
    row["sealed"] = addresses.sealed(seat.wave_key, key, desk.chat)
    insert_or_replace(desk.session, Reminder, row, Reminder.due < day)


def due(session: Session, home: Home, now: float) -> list[Due]:
    """Take reminders whose day has come, at most 50; they are deleted with this transaction, and so are sent once.

    Whoever has finished meanwhile is not reminded, and neither is who would find the version withdrawn.
    """
    today = clock.day(now)
    waves = {wave.wave_id: wave for wave in wave_keys.open_waves(session, home.keys)}
    wanted = select(Reminder.key).where(Reminder.due <= today).limit(AT_ONCE)
    gone = delete(Reminder).where(Reminder.key.in_(wanted)).returning(Reminder.key, Reminder.wave_id, Reminder.sealed)
    found = []
    for key, wave_id, sealed in session.execute(gone).all():
        if wave := waves.get(wave_id):
            desk = Desk(session, home, addresses.unsealed(wave.key, key, sealed), now)
            with elsewhere(session, wave.org_id):
                found += [Due(desk.chat, reply) for reply in _replies(desk, wave, key)]
    return found


def _replies(desk: Desk, wave: OpenWave, key: bytes) -> Iterator[Reply]:
    for unit_id in wave.units:
        seat = Seat(wave.org_id, wave.wave_id, wave.key, unit_id)
        if addresses.reminding(desk.key(seat)) == key:
            for found in standings.find(desk.session, [desk.key(seat)]):
                # What is refused here is told when the person comes back; others are to be reminded all the same.
                with suppress(Refusal):
                    yield replies.beside(desk.home, desk.load(seat, found), Say("reminder"))
