"""A release in which each column has one level, as series over years need it, from the policy to the report in five languages."""

import json
from collections.abc import Sequence

import msgspec
import pytest

from surveyapp.anonymise.policy import MISSING, PREFERS_NOT, Policy
from surveyapp.reports_in_words import pages
from surveyapp.services import frozen, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.drawing import Shell
from surveyapp.store.sessions import Sessions
from tests.conftest import POSTGRESQL_IN_SOAK
from tests.released import attackers
from tests.released.people import WAVE, Q, Row, held, register, rules, settle


def of_one_level(policy: Policy, rows: Sequence[Row]) -> list[bool]:
    """Column by column: all its labels are of the same level. Ways of not answering stand on every level."""
    shown = list(zip(*(attackers.told(policy, row) for row in rows), strict=True))
    found = []
    for column, labels in zip(policy.quasi, map(set, shown), strict=True):
        levels = [MISSING | {PREFERS_NOT, *level} for level in zip(*column.rows, strict=True)]
        found.append(any(labels <= level for level in [*levels, {"*"}]))
    return found


def everything(policy: Policy, row: Row) -> bool:
    return set(attackers.told(policy, row)) == {"*"}


@POSTGRESQL_IN_SOAK
@pytest.mark.parametrize("mode", ["consistent", "detailed"])
def test_each_column_has_one_level_but_for_the_few_of_whom_nothing_is_told(sessions: Sessions, mode: str) -> None:
    settle(sessions, 500, q=msgspec.structs.replace(Q, release=msgspec.structs.replace(Q.release, mode=mode)))
    shell = Shell(pages if mode == "consistent" else lambda report: {})
    made = releasing.make(sessions, WAVE, OPERATOR, shell)
    with sessions.reading(made.org_id) as session:
        policy, files, persons = rules(session), held(session), register(session)
        report = json.loads(frozen.content(session, made, frozen.REPORT))
    told = [row for row in files.rows if not everything(policy, row)]
    assert all(of_one_level(policy, told)) == (mode == "consistent")
    assert len(told) >= 0.95 * len(files.rows)
    assert min(attackers.fewest_fitting(policy, files.rows, persons)) >= policy.k
    assert attackers.worst_share(policy, files.rows) <= policy.alpha
    assert (report["policy"]["mode"], report["verified"]) == (mode, True)
