"""The description for programs is true: whatever is asked as it says is answered as it says, with and without a token."""

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from surveyapp.store.sessions import Sessions
from tests.web.analyse.released import released
from tests.web.analyse.test_rows import asked, token_of

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("allowed", ["allowed", ""])
def test_answers_are_as_the_description_says(app: Flask, sessions: Sessions, allowed: str) -> None:
    release = released(sessions, profile="analyst")
    token = token_of(sessions, release.org_id) if allowed else "x"
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    seen: dict[str, set[int]] = {}
    for each in schema.get_all_operations():
        operation = each.ok()

        @settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case: Case) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})
            seen.setdefault(case.path, set()).add(answer.status_code)
            case.validate_response(answer, checks=CHECKS)

        ask()
    assert len(seen) == 3
    assert set.union(*seen.values()) == ({200, 404} if allowed else {401})


def test_the_description_names_the_address_at_which_it_is(app: Flask) -> None:
    status, body = asked(app, "", "/openapi.json")
    assert status == 200
    assert b'"url":"http://127.0.0.1:8000/api/v1"' in body.replace(b" ", b"")
