"""What anybody may open: the surveys that are open now, for the start page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session

from surveyapp.engine.definition import Questionnaire
from surveyapp.services import questionnaires
from surveyapp.store import clock
from surveyapp.store.collectors import Collector
from surveyapp.store.organisations import Unit
from surveyapp.store.programmes import Programme
from surveyapp.store.questionnaires import Version
from surveyapp.store.tenancy import elsewhere, organisations
from surveyapp.store.waves import Wave

MOST = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """An open survey. ``name``: language -> whose it is: programme, and unit where there are several."""

    code: str
    questionnaire: Questionnaire
    name: Mapping[str, str]
    synthetic: bool

    def title(self, language: str) -> str:
        """The questionnaire's title, in its own first language where it lacks the one asked for."""
        titles = self.questionnaire.title
        return titles.get(language) or titles[self.questionnaire.source_language]


def listed(session: Session) -> list[Listed]:
    """Open web collectors of open waves, by programme, wave and unit; at most a hundred."""
    today = clock.today(session)
    rows: list[Row[Any]] = []
    for org_id in organisations(session):
        with elsewhere(session, org_id):
            rows += session.execute(_of_organisation(org_id, today)).all()
    rows.sort(key=lambda row: row[-4:])
    return [
        Listed(row.code, questionnaires.document(session, row.sha256), _named(row.name, row.unit), row.synthetic)
        for row in rows[:MOST]
    ]


def _of_organisation(org_id: UUID, today: date) -> Select[*tuple[Any, ...]]:
    """The last four columns put them in order; a unit that isn't there comes last, as PostgreSQL puts it."""
    order = (Programme.slug, Wave.slug, func.coalesce(Unit.slug, "~"), Collector.code)
    return (
        select(Collector.code, Version.sha256, Programme.name, Programme.synthetic, Unit.name.label("unit"), *order)
        .join(Wave, and_(Wave.org_id == Collector.org_id, Wave.id == Collector.wave_id))
        .join(Programme, and_(Programme.org_id == Wave.org_id, Programme.id == Wave.programme_id))
        .join(
            Version,
            and_(
                Version.org_id == Wave.org_id,
                Version.questionnaire == Wave.questionnaire,
                Version.number == Wave.version,
            ),
        )
        .outerjoin(Unit, and_(Unit.org_id == Collector.org_id, Unit.id == Collector.unit_id))
        .where(Collector.org_id == org_id)
        .where(Collector.state == "open", Collector.channel == "web", Wave.state == "open")
        .where(Wave.opens.is_(None) | (Wave.opens <= today), Wave.closes.is_(None) | (Wave.closes >= today))
        .order_by(*order)
        .limit(MOST)
    )


def _named(programme: Mapping[str, str], unit: Mapping[str, str] | None) -> dict[str, str]:
    """``Programme – unit`` in each language that both have."""
    if not unit:
        return dict(programme)
    first = next(iter(programme.values()), "")
    named = {language: f"{programme.get(language, first)} – {name}" for language, name in unit.items()}
    return {language: name for language, name in programme.items() if language not in named} | named
