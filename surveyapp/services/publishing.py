"""A release is published for analysts or for everybody, or withdrawn with a note that everybody can read."""

import unicodedata

from sqlalchemy.orm import Session

from surveyapp.services import audit, frozen, ledger, listing
from surveyapp.services.audit import Actor
from surveyapp.services.refusals import Refusal
from surveyapp.store.releases import Release
from surveyapp.store.waves import Wave

LONGEST_NOTE = 1000
"""Characters of a note."""


def publish(session: Session, release: Release, profile: str, actor: Actor) -> None:
    """Publish a profile: "analyst" or "public".

    Raises Refusal "release_withdrawn", "published_already", "no_analyst_profile" or "ledger_broken".
    """
    wave = _held(session, release)
    if release.state == "withdrawn":
        raise Refusal("release_withdrawn")
    if getattr(release, profile):
        raise Refusal("published_already", {"profile": profile})
    if profile == "analyst" and frozen.RESPONSES not in frozen.files_of(session, release):
        raise Refusal("no_analyst_profile")
    ledger.check(session, wave)
    setattr(release, profile, True)
    release.state = "published"
    _tell(session, release, actor, "published", profile=profile)


def withdraw(session: Session, release: Release, note: str, actor: Actor) -> None:
    """Withdraw a release for good; its batch is never released again. ``note``: public, one paragraph, plain text.

    Raises Refusal "release_withdrawn", "note_needed" or "control_character".
    """
    _held(session, release)
    words = " ".join(unicodedata.normalize("NFC", note).split())
    if release.state == "withdrawn":
        raise Refusal("release_withdrawn")
    if not words or len(words) > LONGEST_NOTE:
        raise Refusal("note_needed", {"longest": LONGEST_NOTE})
    if not words.isprintable():
        raise Refusal("control_character")
    release.state, release.note = "withdrawn", words
    _tell(session, release, actor, "withdrawn", note=words)


def _held(session: Session, release: Release) -> Wave:
    """The wave of a release, of which nobody else changes anything until the transaction ends."""
    wave = session.get_one(Wave, (release.org_id, release.wave_id), with_for_update=True)
    session.refresh(release)
    return wave


def _tell(session: Session, release: Release, actor: Actor, event: str, **details: str) -> None:
    listing.refresh(session, release.org_id)
    entry = ledger.add(session, release, event, **details)
    audit.record(session, release.org_id, actor, f"release_{event}", release.id, ledger=entry.hash.hex())
