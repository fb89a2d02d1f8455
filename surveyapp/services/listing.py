"""What anybody may open: the surveys that are open now, for the start page, and results that are published.

Each are kept in a table of their own, with nothing in it but what the page shows, so that one statement finds those of
all organisations; whatever opens, closes, renames, publishes or withdraws brings them up to date.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, select
from sqlalchemy.orm import Session

from surveyapp.services import questionnaires
from surveyapp.services.collectors import joined
from surveyapp.store import clock
from surveyapp.store.collectors import Collector, OpenSurvey
from surveyapp.store.organisations import Organisation, Unit
from surveyapp.store.programmes import Programme
from surveyapp.store.questionnaires import Version
from surveyapp.store.releases import PublishedResults, Release
from surveyapp.store.waves import Wave

MOST = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """An open survey. ``titles``: language -> title; ``first``: the language that surely has one.

    ``name``: language -> whose it is: programme, and unit where there are several.
    """

    code: str
    titles: Mapping[str, str]
    first: str
    name: Mapping[str, str]
    synthetic: bool

    def title(self, language: str) -> str:
        """The questionnaire's title, in its own first language where it lacks the one asked for."""
        return self.titles.get(language) or self.titles[self.first]


def listed(session: Session) -> list[Listed]:
    """Open web collectors of open waves, by programme, wave and unit; at most a hundred."""
    today = clock.today(session)
    there = OpenSurvey
    rows = session.execute(
        select(there.code, there.title, there.language, there.name, there.synthetic)
        .where(there.opens.is_(None) | (there.opens <= today))
        .where(there.closes.is_(None) | (there.closes >= today))
        .order_by(there.programme, there.wave, there.unit, there.code)
        .limit(MOST)
    )
    return [Listed(*row) for row in rows]


class Results(NamedTuple):
    """The latest results of a programme. ``name``: language -> whose they are."""

    programme: str
    wave: str
    name: Mapping[str, str]
    synthetic: bool


def published(session: Session) -> list[Results]:
    """Of each programme, whosever it is, its latest wave with results that everybody may see; by programme."""
    there = PublishedResults
    rows = session.execute(select(there.programme, there.wave, there.name, there.synthetic).order_by(there.programme))
    return [Results(*row) for row in rows]


def refresh(session: Session, org_id: UUID) -> None:
    """Bring up to date what is listed of the acting organisation, after something of it changed that a list shows.

    Its root is held, so that of two who do so at once the later one sees what the other has done.
    """
    session.flush()
    session.execute(select(Organisation.id).filter_by(org_id=org_id, id=org_id).with_for_update(key_share=True))
    session.execute(delete(OpenSurvey).filter_by(org_id=org_id))
    session.add_all(_listed(session, row) for row in session.execute(_open(org_id)))
    session.execute(delete(PublishedResults).filter_by(org_id=org_id))
    latest = {row.programme_id: PublishedResults(**row) for row in session.execute(_published(org_id)).mappings()}
    session.add_all(latest.values())
    session.flush()


def _listed(session: Session, row: Row[Any]) -> OpenSurvey:
    q = questionnaires.document(session, row.sha256)
    return OpenSurvey(
        org_id=row.org_id,
        collector_id=row.id,
        code=row.code,
        title=dict(q.title),
        language=q.source_language,
        name=_named(row.name, row.unit_name),
        synthetic=row.synthetic,
        opens=row.opens,
        closes=row.closes,
        programme=row.programme,
        wave=row.wave,
        unit=row.unit,
    )


def _open(org_id: UUID) -> Select[*tuple[Any, ...]]:
    """What is open, whatever the day. A unit that isn't there comes last."""
    slugs = (Programme.slug.label("programme"), Wave.slug.label("wave"), func.coalesce(Unit.slug, "~").label("unit"))
    about = (Version.sha256, Programme.name, Programme.synthetic, Unit.name.label("unit_name"), Wave.opens, Wave.closes)
    return (
        joined(Collector.org_id, Collector.id, Collector.code, *about, *slugs)
        .where(Collector.org_id == org_id)
        .where(Collector.state == "open", Collector.channel == "web", Wave.state == "open")
    )


def _published(org_id: UUID) -> Select[*tuple[Any, ...]]:
    """Waves with published results, the latest of a programme last."""
    of_wave = (Release.org_id == Wave.org_id) & (Release.wave_id == Wave.id)
    shown = select(Release.id).where(of_wave, Release.public, Release.state == "published")
    there = (Programme.org_id == Wave.org_id) & (Programme.id == Wave.programme_id)
    about = (Programme.name, Programme.synthetic, Programme.slug.label("programme"), Wave.slug.label("wave"))
    wanted = select(Programme.org_id, Programme.id.label("programme_id"), *about).join(Wave, there)
    return wanted.where(Programme.org_id == org_id, shown.exists()).order_by(Wave.slug)


def _named(programme: Mapping[str, str], unit: Mapping[str, str] | None) -> dict[str, str]:
    """``Programme – unit`` in each language that both have."""
    if not unit:
        return dict(programme)
    first = next(iter(programme.values()), "")
    named = {language: f"{programme.get(language, first)} – {name}" for language, name in unit.items()}
    return {language: name for language, name in programme.items() if language not in named} | named
