"""How many of a settled batch answered through each channel: all that is kept of it, and never beside an answer."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.engine.definition import Questionnaire
from surveyapp.engine.thresholds import counted_under
from surveyapp.store.inserts import insert_or_change
from surveyapp.store.responses import ChannelCount
from surveyapp.store.waves import Wave


def counted(session: Session, wave: Wave, q: Questionnaire, channels: Iterable[str]) -> None:
    """Add responses that are being settled to their batch, by channel; nothing where the release declares the channel."""
    if any(quasi.column == "channel" for quasi in q.release.quasi):
        return
    of_batch = {"org_id": wave.org_id, "wave_id": wave.id, "batch": wave.settling}
    for channel, people in Counter(channels).items():
        row = {**of_batch, "channel": channel, "people": people}
        insert_or_change(session, ChannelCount, row, {"people": ChannelCount.people + people})


def ended(session: Session, wave: Wave, least: int) -> None:
    """Keep of the batch that ends what may be told, numbers below ``least`` together, and nothing of fewer people in all."""
    of_batch = {"org_id": wave.org_id, "wave_id": wave.id, "batch": wave.settling}
    told = merged(of(session, wave, wave.settling), least)
    session.execute(delete(ChannelCount).filter_by(**of_batch))
    session.add_all(ChannelCount(**of_batch, channel=channel, people=people) for channel, people in told.items())
    session.flush()


def of(session: Session, wave: Wave, batch: int) -> dict[str, int]:
    """Channel -> people of a batch, in the order of the names; empty where it was settled before this was counted."""
    of_batch = select(ChannelCount.channel, ChannelCount.people)
    of_batch = of_batch.filter_by(org_id=wave.org_id, wave_id=wave.id, batch=batch)
    return dict(sorted((row[0], row[1]) for row in session.execute(of_batch)))


def merged(counts: Mapping[str, int], least: int) -> dict[str, int]:
    """Categories of fewer people become one, ``*``, as in the public's tables (``thresholds.counted_under``).

    What is told adds up to everybody; nothing is told of fewer than ``least`` in all.
    """
    told: Counter[str] = Counter()
    for (name,), (under,) in counted_under([1], {(name,): n for name, n in counts.items()}, least).items():
        told[under] += counts[name]
    return dict(told)
