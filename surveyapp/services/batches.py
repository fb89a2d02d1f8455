"""Which batch of a wave may be released next, and what is said of waves with few answers."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from surveyapp.engine import sheet
from surveyapp.engine.definition import Questionnaire
from surveyapp.services import frozen, questionnaires
from surveyapp.services.refusals import Refusal
from surveyapp.store.responses import Settled
from surveyapp.store.waves import Wave

FEWEST = 5
"""Fewer people than these are said to be few, and nothing else."""


NOTHING_WAITS = frozenset({"released_already", "further_batch_small"})
"""Codes of refusals that say that there is no further batch to release."""


class Waiting(NamedTuple):
    """A batch to release. ``withheld``: people of earlier batches who are in no release and never will be.

    ``rows``: as ``rows_from`` says.
    """

    number: int
    people: int
    withheld: int
    rows: int

    @property
    def holds(self) -> str:
        """What its release holds: "mean" and no rows, "together" for the public's one group, "rows", or "further" ones."""
        if self.number > 1:
            return "further"
        return "mean" if self.is_small else "together" if self.people < 2 * self.rows else "rows"

    @property
    def is_small(self) -> bool:
        """There are no rows and tables of them, but a number and one mean."""
        return self.people < self.rows


def rows_from(q: Questionnaire) -> int:
    """From so many people on a first batch has rows and tables: 10, or more where the questionnaire is stricter.

    Twice as many are needed for two public groups, and for a further batch, whose people must be groups of their own.
    """
    return max(2 * q.release.k.analyst, q.release.k.public)


def rows_of(session: Session, wave: Wave) -> int:
    """The same for a wave."""
    return rows_from(questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version))


def settled(session: Session, wave: Wave) -> list[tuple[int, int]]:
    """(number, people) of each batch that is complete, the oldest first."""
    of_wave = {"of_org": wave.org_id, "of_wave": wave.id, "unfinished": wave.settling}
    return [(int(number), int(people)) for number, people in session.execute(_SETTLED, of_wave)]


_SETTLED = (
    select(Settled.batch, func.count())
    .where(
        Settled.org_id == bindparam("of_org"),
        Settled.wave_id == bindparam("of_wave"),
        Settled.batch != bindparam("unfinished"),
    )
    .group_by(Settled.batch)
    .order_by(Settled.batch)
)


def waiting(session: Session, wave: Wave) -> Waiting:
    """The next batch. Raises Refusal "not_settled", "released_already", "too_few_to_say" or "further_batch_small"."""
    batches = settled(session, wave) if wave.state != "closed" else []
    if not batches and wave.state != "settled":
        raise Refusal("not_settled")
    released = {release.batch for release in frozen.releases_of(session, wave)}
    withheld, rows = 0, rows_of(session, wave)
    for number, people in batches:
        if number in released:
            continue
        if people >= (FEWEST if number == 1 else 2 * rows):
            return Waiting(number, people, withheld, rows)
        withheld += people
    if released and not withheld:
        raise Refusal("released_already")
    if released or len(batches) > 1:
        raise Refusal("further_batch_small", {"needed": 2 * rows})
    raise Refusal("too_few_to_say", {"needed": FEWEST})


def overall(q: Questionnaire, answers: Sequence[dict[str, object]]) -> bytes:
    """All that is ever said of five to nine people: how many, and the mean of all their ratings on the first scale.

    No mean where fewer than five gave a rating, or where all gave the lowest or the highest: that would tell
    what everybody said.
    """
    rated = [item for item in sheet.released_items(q) if item.type == "rating"]
    alike = [item for item in rated if item.scale == rated[0].scale]
    ratings = [[row[item.id] for item in alike if isinstance(row.get(item.id), int)] for row in answers]
    given = [float(str(rating)) for of_one in ratings for rating in of_one]
    points = [point.value for point in q.scales[str(alike[0].scale)].points] if alike else []
    mean = sum(given) / len(given) if given else None
    if sum(map(bool, ratings)) < FEWEST or mean in {float(min(points)), float(max(points))}:
        mean = None
    told = {"n": len(answers), "mean": None if mean is None else round(mean, 2)}
    return (json.dumps(told, sort_keys=True) + "\n").encode()
