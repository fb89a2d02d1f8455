"""Keys of waves: random, stored wrapped under a key made from SECRET_KEY, and gone when their wave closes.

Everything a chat is known by is made with its wave's key (``addresses``). Whoever has only the database can't try
chat ids; once a wave has closed, nobody can.
"""

import secrets
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from surveyapp.services.refusals import Refusal
from surveyapp.services.wrapping import Wrapping, derived
from surveyapp.store.collectors import Collector
from surveyapp.store.conversations import WaveKey
from surveyapp.store.inserts import insert_once
from surveyapp.store.tenancy import elsewhere
from surveyapp.store.waves import Wave


class OpenWave(NamedTuple):
    """A wave that takes answers and has a key, with the units that have a collector in it; None: without a unit."""

    org_id: UUID
    wave_id: UUID
    key: bytes
    units: tuple[UUID | None, ...]


class Examined(NamedTuple):
    """How many keys no known secret opens, stand under an older secret, or have outlived their wave."""

    unreadable: int
    old: int
    left: int


class Keys(Wrapping):
    """Wraps and unwraps keys of waves, and remembers those it has opened. Make one for a process."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__(secrets, "surveyapp keys of waves")
        self.limiting = derived(secrets[0], "surveyapp limits of chats")
        """Hashes chats that have no conversation, for limits only."""
        self._known: dict[tuple[UUID, bytes], bytes] = {}

    def unwrap(self, owner: UUID, wrapped: bytes) -> bytes | None:
        """The wave's key again; None when it was wrapped under a secret that isn't known any more."""
        known = self._known.get((owner, wrapped))
        if known is None:
            known = super().unwrap(owner, wrapped)
            if known is not None:
                self._known[owner, wrapped] = known
        return known

    def forget_all_but(self, wrapped: Iterable[tuple[UUID, bytes]]) -> None:
        """Drop keys whose waves have closed from memory, too."""
        kept = set(wrapped)
        if len(self._known) > len(kept):
            self._known = {each: key for each, key in self._known.items() if each in kept}


def key_of_wave(session: Session, keys: Keys, org_id: UUID, wave_id: UUID) -> bytes:
    """The key of an open wave, made when it is first needed.

    Raises Refusal "closed" for a wave that takes no answers, "key_unreadable" when the secret that wrapped it is lost.
    """
    wanted = select(WaveKey.wrapped).filter_by(wave_id=wave_id)
    wrapped = session.scalar(wanted)
    if wrapped is None:
        state = select(Wave.state).filter_by(org_id=org_id, id=wave_id).with_for_update(read=True)
        if session.scalar(state) != "open":
            raise Refusal("closed")
        fresh = keys.wrap(wave_id, secrets.token_bytes(32))
        insert_once(session, WaveKey, wave_id=wave_id, org_id=org_id, wrapped=fresh)
        wrapped = session.scalars(wanted).one()
    key = keys.unwrap(wave_id, wrapped)
    if key is None:
        raise Refusal("key_unreadable")
    return key


_UNITS = (
    select(Collector.wave_id, Collector.unit_id)
    .join(Wave, (Wave.org_id == Collector.org_id) & (Wave.id == Collector.wave_id))
    .where(
        Collector.org_id == bindparam("of_org"),
        Collector.wave_id.in_(bindparam("of_waves", expanding=True)),
        Wave.state == "open",
    )
    .distinct()
)


def open_waves(session: Session, keys: Keys) -> list[OpenWave]:
    """Every organisation's open waves in which a key has been needed. One whose key can't be opened is left out."""
    wrapped: dict[UUID, dict[UUID, bytes]] = {}
    for org_id, wave_id, each in session.execute(select(WaveKey.org_id, WaveKey.wave_id, WaveKey.wrapped)):
        wrapped.setdefault(org_id, {})[wave_id] = each
    units = {org_id: _units(session, org_id, list(waves)) for org_id, waves in wrapped.items()}
    keys.forget_all_but((wave_id, wrapped[org_id][wave_id]) for org_id, waves in units.items() for wave_id in waves)
    opened = [
        (org_id, wave_id, keys.unwrap(wave_id, wrapped[org_id][wave_id]), tuple(each))
        for org_id, waves in units.items()
        for wave_id, each in waves.items()
    ]
    return [OpenWave(org_id, wave_id, key, each) for org_id, wave_id, key, each in opened if key is not None]


def _units(session: Session, org_id: UUID, wave_ids: list[UUID]) -> dict[UUID, list[UUID | None]]:
    """Those of an organisation's waves that are open, each with the units that have a collector in it."""
    units: dict[UUID, list[UUID | None]] = {}
    with elsewhere(session, org_id):
        for wave_id, unit_id in session.execute(_UNITS, {"of_org": org_id, "of_waves": wave_ids}):
            units.setdefault(wave_id, []).append(unit_id)
    return units


def rewrap(session: Session, keys: Keys) -> int:
    """Wrap keys that stand under an older secret under the present one; returns how many."""
    old = [row for row in session.execute(select(WaveKey.wave_id, WaveKey.wrapped)) if keys.is_old(*row)]
    for wave_id, wrapped in old:
        key = keys.unwrap(wave_id, wrapped)
        fresh = keys.wrap(wave_id, key or b"")
        session.execute(update(WaveKey).filter_by(wave_id=wave_id, wrapped=wrapped).values(wrapped=fresh))
    return len(old)


def examined(session: Session, keys: Keys) -> Examined:
    """Look at every key there is."""
    rows = session.execute(select(WaveKey.org_id, WaveKey.wave_id, WaveKey.wrapped)).all()
    return Examined(
        unreadable=sum(keys.unwrap(row.wave_id, row.wrapped) is None for row in rows),
        old=sum(keys.is_old(row.wave_id, row.wrapped) for row in rows),
        left=sum(_state(session, row.org_id, row.wave_id) != "open" for row in rows),
    )


def _state(session: Session, org_id: UUID, wave_id: UUID) -> str | None:
    with elsewhere(session, org_id):
        return session.scalar(select(Wave.state).filter_by(org_id=org_id, id=wave_id))
