"""What analysts and managers see of an organisation's waves: how far each is, its releases, and what was asked for."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from surveyapp.engine.definition import Questionnaire
from surveyapp.services import batches, frozen, questionnaires, reports, tables
from surveyapp.services.refusals import Refusal
from surveyapp.services.tables import Tables
from surveyapp.store.programmes import Directory, Programme
from surveyapp.store.releases import Release
from surveyapp.store.tenancy import acting_for
from surveyapp.store.waves import Wave

What = TypeVar("What")
_KEPT = 32

MOST_ROWS = 20_000
"""Of a release of more people staff see the public tables, too: those tell nearly as much then."""


class Round(NamedTuple):
    """A wave and its releases, the newest last."""

    wave: Wave
    programme: Mapping[str, str]
    slug: str
    synthetic: bool
    releases: Sequence[Release]

    @property
    def name(self) -> str:
        """As it is named on the command line."""
        return f"{self.slug}/{self.wave.slug}"

    @property
    def for_analysts(self) -> list[Release]:
        """The releases whose rows analysts may have."""
        return [each for each in self.releases if each.analyst and each.state == "published"]


def rounds(session: Session, org_id: UUID) -> list[Round]:
    """Every wave of an organisation, by programme and name."""
    acting_for(session, org_id)
    made = defaultdict(list)
    for release in session.scalars(_RELEASES, {"of_org": org_id}):
        made[release.wave_id].append(release)
    waves = session.execute(_WAVES, {"of_org": org_id})
    return [Round(wave, name, slug, synthetic, made[wave.id]) for wave, name, slug, synthetic in waves]


_RELEASES = select(Release).where(Release.org_id == bindparam("of_org")).order_by(Release.batch)
_WAVES = (
    select(Wave, Programme.name, Programme.slug, Programme.synthetic)
    .join(Programme, (Programme.org_id == Wave.org_id) & (Programme.id == Wave.programme_id))
    .where(Wave.org_id == bindparam("of_org"))
    .order_by(Programme.slug, Wave.slug)
)
"""Made once: what analysts and managers look at begins with them."""


def a_round(session: Session, org_id: UUID, wave_id: UUID) -> Round | None:
    """One of them, if the organisation has it."""
    return next((each for each in rounds(session, org_id) if each.wave.id == wave_id), None)


def without_unpublished(found: Round) -> Round:
    """The same with the releases that have been published, to analysts or to everybody, withdrawn ones among them."""
    return found._replace(releases=[each for each in found.releases if each.analyst or each.public])


class Made(NamedTuple):
    """A release and its wave."""

    release: Release
    round: Round


def made(session: Session, org_id: UUID, release_id: UUID) -> Made | None:
    """A release, if the organisation has it."""
    found = ((each, one) for each in rounds(session, org_id) for one in each.releases)
    return next((Made(one, each) for each, one in found if one.id == release_id), None)


def published(session: Session, slug: str) -> list[Round]:
    """The waves of a programme with a release that everybody may see, withdrawn ones among them for their note."""
    org_id = session.scalar(select(Directory.org_id).filter_by(slug=slug))
    if org_id is None:
        return []
    found = (each for each in rounds(session, org_id) if each.slug == slug)
    shown = (each._replace(releases=[r for r in each.releases if r.public]) for each in found)
    return [each for each in shown if each.releases]


def questionnaire(session: Session, wave: Wave) -> Questionnaire:
    """What the wave asks."""
    return questionnaires.version_of(session, wave.org_id, wave.questionnaire, wave.version)


def ahead(session: Session, wave: Wave) -> str:
    """What the next release of a wave would hold (``Waiting.holds``), else the code of the refusal."""
    try:
        return batches.waiting(session, wave).holds
    except Refusal as refusal:
        return refusal.code


def report_of(session: Session, release: Release) -> dict[str, Any] | None:
    """The disclosure report, to be read only; None for a wave so small that it has no rows and no tables."""
    return _once((release.id, frozen.REPORT), lambda: _report(session, release))


def _report(session: Session, release: Release) -> dict[str, Any] | None:
    if frozen.REPORT not in frozen.files_of(session, release):
        return None
    return reports.read(frozen.content(session, release, frozen.REPORT))


def overall_of(session: Session, release: Release) -> dict[str, Any]:
    """All that is said of five to nine people: ``n`` and ``mean``."""
    return reports.read(frozen.content(session, release, frozen.OVERALL))


def tables_of(session: Session, releases: Sequence[Release]) -> Tables:
    """The public tables of some batches of a wave together."""
    return tables.together([_counted(session, release) for release in releases])


def staff_tables_of(session: Session, release: Release) -> Tables | None:
    """The same counted in the analysts' groups, which tell more; None where that would keep a page waiting."""
    if release.n > MOST_ROWS:
        return None
    labels = len(next(frozen.lines(session, release, frozen.TABLES))) - tables.COUNTED
    return _once(
        (release.id, frozen.RESPONSES),
        lambda: tables.read(tables.counted(frozen.lines(session, release, frozen.RESPONSES), labels)),
    )


def _counted(session: Session, release: Release) -> Tables:
    return _once((release.id, frozen.TABLES), lambda: tables.read(frozen.lines(session, release, frozen.TABLES)))


def _once(key: tuple[UUID, str], read: Callable[[], What]) -> What:
    """What a frozen file says is read, or counted, once in a process, for it never changes."""
    if key not in _read_before:
        if len(_read_before) >= _KEPT:
            _read_before.clear()
        _read_before[key] = read()
    found: What = _read_before[key]
    return found


_read_before: dict[tuple[UUID, str], Any] = {}
