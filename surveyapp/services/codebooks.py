"""The codebook of a release: what its columns and codes mean, in every language of the questionnaire."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.anonymise import columns
from surveyapp.anonymise.policy import Policy
from surveyapp.engine import codebook
from surveyapp.engine.codebook import Entry
from surveyapp.engine.definition import Questionnaire, Wording
from surveyapp.store.organisations import Unit
from surveyapp.store.programmes import Programme
from surveyapp.store.waves import Wave


def names(session: Session, wave: Wave) -> codebook.Names:
    """What services, their groups and units are called."""
    programme = session.get_one(Programme, (wave.org_id, wave.programme_id))
    services = programme.services.items()
    groups = {service["group"]: service.get("group_name", {}) for _, service in services if service.get("group")}
    units = session.scalars(select(Unit).filter_by(org_id=wave.org_id).order_by(Unit.slug))
    return {
        "unit": {unit.slug: unit.name for unit in units},
        "service": {**groups, **{name: service["name"] for name, service in services}},
    }


def frozen_names(labels: Mapping[str, Mapping[str, Wording]]) -> codebook.Names:
    """The same, as a frozen report has them: ``labels`` of its columns and codes."""
    return {
        column: {
            code: words for code, words in labels.get(column, {}).items() if code and code not in codebook.NO_VALUE
        }
        for column in ("unit", "service")
    }


def of_policy(q: Questionnaire, policy: Policy, called: codebook.Names) -> tuple[Entry, ...]:
    """Rows as in codebook.csv: everything that stands in a row or is counted in a table."""
    return tuple(codebook.entries(q, (*columns.header(policy), *policy.answers), called))


def for_report(policy: Policy, book: Sequence[Entry]) -> Iterator[Entry]:
    """The same, with coarser labels also under the column that they coarsen."""
    yield from book
    for quasi, (*coarser, _) in columns.levels(policy).items():
        yield from ({**row, "column": quasi} for row in book if row["column"] in coarser and row["code"])
