"""What a release is made of, read from the store: the settled rows of a batch as columns of codes, in a new order."""

import secrets
from array import array
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.anonymise.codes import Codes
from surveyapp.anonymise.policy import Policy
from surveyapp.anonymise.verifier import fingerprint
from surveyapp.engine import sheet
from surveyapp.engine.definition import Questionnaire
from surveyapp.services import (
    batches,
    channels,
    clients,
    codebooks,
    frozen,
    ledger,
    policies,
    questionnaires,
    reports,
    texts,
)
from surveyapp.services.batches import Waiting
from surveyapp.store import clock
from surveyapp.store.programmes import Programme
from surveyapp.store.questionnaires import Version
from surveyapp.store.responses import Settled
from surveyapp.store.waves import Wave

_AT_ONCE = 1000
_NOT_SHOWN = str(sheet.NOT_SHOWN)


class Gathered(NamedTuple):
    """A batch, and everything that its files say.

    ``sheet``: column -> code of each person, in an order that means nothing. ``rows``: fingerprint of the stored
    rows, each with its codes in the order of the sheet's columns. ``fixed``: hash of the wave's policy. ``texts``: item ->
    approved texts that go out with this batch, in an order that means nothing.
    ``who``: one-way counts of what is in no file. ``overall``: the file of a small wave, None for others.
    """

    batch: Waiting
    policy: Policy
    fixed: str
    sheet: Mapping[str, Sequence[str]]
    rows: int
    source: reports.Source
    entry: reports.Entry
    codebook: tuple[dict[str, str], ...]
    who: Mapping[str, Mapping[str, int]]
    overall: bytes | None
    texts: Mapping[str, Sequence[texts.Approved]]


def gather(session: Session, wave: Wave, chosen: Waiting) -> Gathered:
    """Read a batch. Raises Refusal as ``policies.of_wave``."""
    q = questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version)
    policy = policies.of_batch(session, wave, chosen.number)
    small = chosen.is_small
    columns, stored = ({}, 0) if small else _columns(session, wave, chosen.number, q, policy)
    written = {} if small else _texts(session, wave, policy)
    return Gathered(
        batch=chosen,
        policy=policy,
        fixed=policies.of_wave(session, wave).sha256,
        sheet=columns,
        rows=stored,
        source=_source(session, wave, q, chosen)._replace(texts=_told(session, wave, written)),
        entry=_entry(session, wave, chosen),
        codebook=codebooks.of_policy(q, policy, codebooks.names(session, wave)),
        who=_who_answered(session, wave, chosen),
        overall=batches.overall(q, _answers(session, wave, chosen.number)) if small else None,
        texts=written,
    )


def _texts(session: Session, wave: Wave, policy: Policy) -> dict[str, list[texts.Approved]]:
    """As many texts of a question as people of a batch are needed, or none: whoever compares releases finds no single one."""
    again = bool(frozen.releases_of(session, wave))
    fewest = batches.rows_of(session, wave) * (2 if again else 1)
    return texts.releasable(texts.approved_texts(session, wave.org_id, wave.id), fewest)


def _told(session: Session, wave: Wave, written: Mapping[str, Sequence[texts.Approved]]) -> dict[str, reports.Texts]:
    """The texts of the wave that were in no release before, and how many of them are in this one."""
    counted = texts.counted(session, wave.org_id, wave.id)
    out = {item: len(written.get(item, ())) for item in counted}
    return {
        item: each._replace(approved=each.approved - out[item], released=out[item]) for item, each in counted.items()
    }


def _columns(
    session: Session, wave: Wave, batch: int, q: Questionnaire, policy: Policy
) -> tuple[dict[str, Codes], int]:
    names = [column.name for column in policy.quasi]
    asked = [q.by_id[name] for name in names if name in q.by_id]
    kept = [column for column in sheet.columns(sheet.released_items(q)) if column.id in policy.answers]
    cells = (*sheet.columns(asked), *kept)
    beside = [name for name in names if name not in q.by_id]
    found = [Codes() for _ in range(len(cells) + len(beside))]

    def rows() -> Iterator[list[str]]:
        for known, answers, of_row in _stored(session, wave, batch):
            told = {**of_row, **known}
            row = [*sheet.row(cells, answers), *(str(told.get(name) or _NOT_SHOWN) for name in beside)]
            for column, code in zip(found, row, strict=True):
                column.append(code)
            yield row

    stored = fingerprint(rows())
    order = array("L", range(len(found[0]) if found else 0))
    secrets.SystemRandom().shuffle(order)
    shuffled = (column.arranged(order) for column in found)
    return dict(zip((*(cell.id for cell in cells), *beside), shuffled, strict=True)), stored


def _stored(session: Session, wave: Wave, batch: int) -> Iterator[tuple[Any, Any, dict[str, Any]]]:
    """(what is known beside, answers, version and period) of each row; a batch at a time, which needs no sorting."""
    of_batch = (
        select(Settled.columns, Settled.answers, Settled.version, Settled.period)
        .filter_by(org_id=wave.org_id, wave_id=wave.id, batch=batch)
        .order_by(Settled.id)
    )
    result = session.connection().execute(of_batch, execution_options={"yield_per": _AT_ONCE})
    return ((row[0], row[1], {"version": row[2], "period": row[3]}) for row in result)


def _answers(session: Session, wave: Wave, batch: int) -> list[dict[str, Any]]:
    of_batch = select(Settled.answers).filter_by(org_id=wave.org_id, wave_id=wave.id, batch=batch)
    return list(session.scalars(of_batch))


def _source(session: Session, wave: Wave, q: Questionnaire, chosen: Waiting) -> reports.Source:
    programme = session.get_one(Programme, (wave.org_id, wave.programme_id))
    asked = session.get_one(Version, (wave.org_id, wave.questionnaire, wave.version))
    return reports.Source(
        wave=f"{programme.slug}/{wave.slug}",
        title=programme.name,
        questionnaire=q,
        version=wave.version,
        sha256=asked.sha256,
        code=version("surveyapp"),
        synthetic=programme.synthetic,
        withheld=chosen.withheld,
        clients=clients.entered(session, wave),
    )


def _entry(session: Session, wave: Wave, chosen: Waiting) -> reports.Entry:
    told = ledger.entries(session, wave)
    earlier = [
        {
            "batch": release.batch,
            "made": release.made.isoformat(),
            "people": release.n,
            "files": {name: file.sha256.hex() for name, file in frozen.files_of(session, release).items()},
        }
        for release in frozen.releases_of(session, wave)
    ]
    return reports.Entry(chosen.number, clock.today(session), told[-1].hash.hex() if told else "", earlier)


def _who_answered(session: Session, wave: Wave, chosen: Waiting) -> dict[str, dict[str, int]]:
    """How many of the batch answered through each channel, small numbers together, where all of them were counted."""
    told = channels.of(session, wave, chosen.number)
    return {"channel": told} if sum(told.values()) == chosen.people else {}
