"""The ledger of a wave: what was released, published and withdrawn, in a chain that shows when it was touched."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.services import frozen
from surveyapp.services.refusals import Refusal
from surveyapp.store.releases import LedgerEntry, Release
from surveyapp.store.waves import Wave

_START = bytes(32)


class Break(NamedTuple):
    """Where the ledger and what is stored differ. ``number``: of the entry, 0 where there is none.

    ``code``: "missing", "unlinked" or "changed" for the chain; "file" and "state" for a release.
    """

    number: int
    code: str


def entries(session: Session, wave: Wave) -> Sequence[LedgerEntry]:
    """Every entry of a wave, the oldest first."""
    return _entries(session, wave.org_id, wave.id)


def _entries(session: Session, org_id: UUID, wave_id: UUID) -> Sequence[LedgerEntry]:
    of_wave = select(LedgerEntry).filter_by(org_id=org_id, wave_id=wave_id)
    return session.scalars(of_wave.order_by(LedgerEntry.number)).all()


def add(session: Session, release: Release, event: str, **details: Any) -> LedgerEntry:
    """Tell of a release, within the transaction of what is told."""
    *_, last = (None, *_entries(session, release.org_id, release.wave_id))
    entry = LedgerEntry(
        org_id=release.org_id,
        wave_id=release.wave_id,
        number=last.number + 1 if last else 1,
        release_id=release.id,
        event=event,
        details=details,
        prev=last.hash if last else _START,
    )
    entry.hash = digest(entry)
    session.add(entry)
    session.flush()
    return entry


def digest(entry: LedgerEntry) -> bytes:
    """SHA-256 over the hash before and the row, written in one way only."""
    row = [str(entry.org_id), str(entry.wave_id), entry.number, str(entry.release_id), entry.event, entry.details]
    canonical = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(entry.prev + canonical.encode()).digest()


def breaks(session: Session, wave: Wave) -> list[Break]:
    """Everything that shows that a ledger, a frozen file or what became of a release was touched."""
    told = entries(session, wave)
    found = list(_chain(told))
    for release in frozen.releases_of(session, wave):
        own = [entry for entry in told if entry.release_id == release.id]
        found += _release(session, release, own)
    return found


def check(session: Session, wave: Wave) -> None:
    """Raises Refusal "ledger_broken" when there is any break."""
    if found := breaks(session, wave):
        raise Refusal("ledger_broken", {"found": ", ".join(f"{code} at {number}" for number, code in found)})


def _chain(told: Sequence[LedgerEntry]) -> Iterator[Break]:
    number, last = 0, _START
    for entry in told:
        codes = (
            ("missing", entry.number != number + 1),
            ("unlinked", entry.prev != last),
            ("changed", entry.hash != digest(entry)),
        )
        yield from (Break(entry.number, code) for code, wrong in codes if wrong)
        number, last = entry.number, entry.hash


def _release(session: Session, release: Release, told: Sequence[LedgerEntry]) -> Iterator[Break]:
    made = next((entry for entry in told if entry.event == "made"), None)
    number = made.number if made else 0
    recorded = made.details.get("files", {}) if made else {}
    stored = {name: file.sha256.hex() for name, file in frozen.files_of(session, release).items()}
    if recorded != stored or not all(_unchanged(session, release, name) for name in recorded):
        yield Break(number, "file")
    if (release.state, release.analyst, release.public, release.note) != _became(told):
        yield Break(number, "state")


def _unchanged(session: Session, release: Release, name: str) -> bool:
    try:
        for _ in frozen.chunks(session, release, name):
            pass
    except Refusal:
        return False
    return True


def _became(told: Sequence[LedgerEntry]) -> tuple[str, bool, bool, str]:
    """What the entries of a release say of its state, of either profile, and of its note."""
    events = [entry.event for entry in told]
    published = {entry.details.get("profile") for entry in told if entry.event == "published"}
    notes = [str(entry.details.get("note")) for entry in told if entry.event == "withdrawn"]
    state = "withdrawn" if "withdrawn" in events else "published" if published else "made"
    return state, "analyst" in published, "public" in published, "".join(notes[:1])
