"""A release: a settled batch, made anonymous once, verified from the bytes of its files, and frozen with both profiles.

Everything long happens before the database is changed at all; then one short transaction holds release, files and
ledger. Whoever is stopped in between leaves nothing behind. Needs numpy: never for a web process.
"""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import chain
from uuid import uuid4

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from surveyapp.services import audit, batches, drawing, frozen, gathering, ledger, publishing, texts, zipping
from surveyapp.services.audit import Actor
from surveyapp.services.drawing import STEPS, Drawn, Shell
from surveyapp.services.gathering import Gathered
from surveyapp.services.refusals import Refusal
from surveyapp.services.waves import find_wave
from surveyapp.store.inserts import table_of
from surveyapp.store.releases import Release, ReleaseFile, ReleasePart
from surveyapp.store.sessions import Sessions
from surveyapp.store.waves import Wave


def make(sessions: Sessions, name: str, actor: Actor, shell: Shell, profile: str | None = None) -> Release:
    """Release the next batch of a wave, and publish it when a profile is named.

    Done twice at the same time it is done once. Raises Refusal as ``batches.waiting``, ``gathering.gather``,
    ``drawing.draw``, ``freeze`` and ``publishing.publish``; "too_few_for_rows" where fewer than ten
    people are to be published for analysts.
    """
    shell.done(0)
    with sessions.reading() as session:
        gathered = _gathered(session, find_wave(session, name), profile)
    shell.done(1)
    drawn = zipping.with_public_zip(gathered, drawing.draw(gathered, shell))
    with sessions.begin() as session:
        release = freeze(session, find_wave(session, name), gathered, drawn, actor)
        if profile is not None:
            publishing.publish(session, release, profile, actor)
    shell.done(STEPS)
    return release


def _gathered(session: Session, wave: Wave, profile: str | None) -> Gathered:
    _patiently(session)
    ledger.check(session, wave)
    waiting = batches.waiting(session, wave)
    if waiting.is_small and profile == "analyst":
        raise Refusal("too_few_for_rows", {"needed": waiting.rows})
    return gathering.gather(session, wave, waiting)


def freeze(session: Session, wave: Wave, gathered: Gathered, drawn: Drawn, actor: Actor) -> Release:
    """Freeze what was drawn up, in the caller's transaction.

    Raises Refusal "released_already" when somebody else was faster, "policy_changed" when earlier batches were
    released by another policy. Raises as ``texts.mark``, too.
    """
    _patiently(session)
    session.refresh(wave, with_for_update=True)
    if batches.waiting(session, wave) != gathered.batch:
        raise Refusal("released_already")
    before = {release.policy_sha256.hex() for release in frozen.releases_of(session, wave)}
    if before - {gathered.fixed}:
        raise Refusal("policy_changed")
    release = Release(
        org_id=wave.org_id,
        id=uuid4(),
        wave_id=wave.id,
        batch=gathered.batch.number,
        made=gathered.entry.made,
        n=gathered.batch.people,
        withheld=gathered.batch.withheld,
        policy_sha256=bytes.fromhex(gathered.fixed),
        state="made",
        analyst=False,
        public=False,
        note="",
    )
    session.add(release)
    session.flush()
    for name, pieces in drawn.files.items():
        _store(session, release, name, pieces)
    texts.mark(session, wave, release.batch, chain.from_iterable(gathered.texts.values()))
    _tell(session, release, gathered, drawn.measures, actor)
    ledger.check(session, wave)
    return release


def _store(session: Session, release: Release, name: str, pieces: Sequence[bytes]) -> None:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    key = {"org_id": release.org_id, "release_id": release.id, "name": name}
    session.add(ReleaseFile(**key, sha256=digest.digest(), size=sum(map(len, pieces))))
    session.flush()
    for number, piece in enumerate(pieces):
        values = {**key, "number": number, "data": piece}
        session.connection().execute(insert(table_of(ReleasePart)), values)


def _tell(session: Session, release: Release, gathered: Gathered, measures: Mapping[str, object], actor: Actor) -> None:
    entry = ledger.add(
        session,
        release,
        "made",
        batch=release.batch,
        n=release.n,
        withheld=release.withheld,
        policy=gathered.fixed,
        hierarchies=drawing.hierarchies(gathered.policy),
        code=gathered.source.code,
        measures=measures,
        files={name: file.sha256.hex() for name, file in frozen.files_of(session, release).items()},
    )
    audit.record(session, release.org_id, actor, "release_made", release.id, ledger=entry.hash.hex())


def _patiently(session: Session) -> None:
    """PostgreSQL would end a transaction that takes its time."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = '5min'"))
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
