"""One update on somebody's desk: who writes, and every place in an open wave where they may have a conversation."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from surveyapp.services import addresses, limits, responses, standings, wave_keys
from surveyapp.services.chats import Chat, Home
from surveyapp.services.collectors import Collecting
from surveyapp.services.limits import Limit
from surveyapp.services.standings import Found, Standing
from surveyapp.store.tenancy import acting_for, elsewhere

CHANNEL = "telegram"


class Seat(NamedTuple):
    """Where a chat may have one conversation: a unit in a wave."""

    org_id: UUID
    wave_id: UUID
    wave_key: bytes
    unit_id: UUID | None


class Desk(NamedTuple):
    """What every piece of work on an update needs. ``now``: Unix seconds."""

    session: Session
    home: Home
    chat: Chat
    now: float

    def language(self, offered: Sequence[str]) -> str | None:
        """The language of the person's profile where it is offered; None to ask."""
        code = self.chat.language.partition("-")[0].lower()
        return code if code in offered else None

    def key(self, seat: Seat) -> bytes:
        """Key of this chat's conversation at a seat."""
        return addresses.conversation(seat.wave_key, seat.unit_id, self.chat)

    def mark(self, seat: Seat) -> bytes:
        """The chat's once-only mark at a seat."""
        return addresses.once_only(seat.wave_key, seat.unit_id, self.chat)

    def seats(self) -> Mapping[bytes, Seat]:
        """Key of a conversation -> its seat, for every seat of every open wave that chats have used."""
        waves = wave_keys.open_waves(self.session, self.home.keys)
        seats = [Seat(wave.org_id, wave.wave_id, wave.key, unit) for wave in waves for unit in wave.units]
        return {self.key(seat): seat for seat in seats}

    def seat_of(self, collecting: Collecting) -> Seat:
        """The seat of a collector. Raises Refusal "closed" or "key_unreadable"."""
        key = wave_keys.key_of_wave(self.session, self.home.keys, collecting.org_id, collecting.wave_id)
        return Seat(collecting.org_id, collecting.wave_id, key, collecting.unit_id)

    def load(self, seat: Seat, found: Found) -> Standing:
        """A conversation of this chat with its answers, for whose organisation the update acts. Raises Refusal "unknown_version"."""
        token = addresses.draft_token(seat.wave_key, found.talk.nonce, found.key)
        acting_for(self.session, found.org_id)
        return standings.load(self.session, found, CHANNEL, token)

    def has_answered(self, seat: Seat) -> bool:
        """This chat has sent its answers about the unit."""
        with elsewhere(self.session, seat.org_id):
            return responses.has_answered(self.session, seat.org_id, seat.wave_id, [self.mark(seat)])

    def is_within(self, limit: Limit, whose: str = "") -> bool:
        """Count a try of ``whose``, this chat by default, and tell whether it is within the limit."""
        return limits.within(
            self.session, limit, whose or addresses.limited(self.home.keys.limiting, self.chat), self.now
        )
