"""Looking at a staff page: it costs a fixed number of statements, changes nothing, and shows nobody's secrets."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import pytest
from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from surveyapp.store.people import Person
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import RecoveryCode, StaffSession, Totp
from surveyapp.store.tenancy import organisations
from tests.a11y.trees import Document
from tests.browser.staff_states import STAFF, Desk, StaffState, desk, keep_fresh, states
from tests.builders import gathered, tiny
from tests.staff import employed, office

ELSEWHERE = {"provider.back", "provider.link", "texts.lead_on"}
"""Pages of their own have neither these, where a browser comes back to with what an identity provider vouches for, good
once (their statements are counted in ``test_provider``), nor what leads on to one of the texts that wait."""

MOST = 14
"""Statements of a page. Of them two on PostgreSQL only, which is told for whom a transaction acts."""


@pytest.fixture
def there(app: Flask, sessions: Sessions) -> Desk:
    made = desk(sessions)
    keep_fresh(sessions)
    return made


def looks(there: Desk) -> list[StaffState]:
    """Every page that is only looked at, as everybody meets it."""
    return [state for state in states(there, "en") if not state.posted]


def opened(app: Flask, there: Desk, state: StaffState) -> TestResponse:
    client = app.test_client()
    for name, value in there.cookies[state.who].items():
        client.set_cookie(name, value)
    answer = client.get(state.path)
    assert answer.status_code in {200, 403, 422}, state.name
    return answer


@contextmanager
def noted(sessions: Sessions) -> Iterator[list[str]]:
    """The statements that are sent within the block."""
    seen: list[str] = []

    def note(*about: object) -> None:
        seen.append(str(about[2]))

    engines = {sessions.reading_engine, sessions.writing_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def counted(app: Flask, sessions: Sessions, there: Desk) -> dict[str, int]:
    """Page as somebody meets it -> statements."""
    found = {}
    for state in looks(there):
        with noted(sessions) as seen:
            status = opened(app, there, state).status_code
        changes = [each for each in seen if each.startswith(("INSERT", "UPDATE", "DELETE"))]
        assert not changes or status == 403, f"{state.name} changes something: {changes}"
        found[f"{state.who} {state.path}"] = len(seen)
    return found


def test_every_page_is_looked_at(app: Flask, there: Desk) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    staff = {endpoint for endpoint in routes if endpoint.partition(".")[0] in STAFF}
    assert {state.endpoint for state in looks(there)} == staff - ELSEWHERE


def test_it_asks_no_more_where_there_is_more_and_changes_nothing(app: Flask, sessions: Sessions, there: Desk) -> None:
    """A refusal alone is written down: that somebody asked for what is not their business."""
    counted(app, sessions, there)
    before = counted(app, sessions, there)
    with sessions.begin() as session:
        towns = organisations(session)
    for number in range(5):
        gathered(sessions, 5, tiny(f"tiny_{number}"), f"town_{number}/2010")
        with sessions.begin() as session:
            elsewhere = office(session, f"place_{number}")
            for person in range(4):
                employed(session, elsewhere, f"p{number}{person}@example.org", "analyst")
                for town in towns:
                    employed(session, town, f"with.the.{number}{person}@example.org", "collector")
    assert counted(app, sessions, there) == before
    assert max(before.values()) <= MOST, before


def secrets(sessions: Sessions, there: Desk) -> set[str]:
    """What must be on no page: tokens of sessions, and what is stored of passphrases and second factors."""
    with sessions.reading() as session:
        hashes = session.scalars(select(Person.password).where(Person.password.is_not(None))).all()
        columns = (Totp.wrapped, RecoveryCode.code_hash, StaffSession.token_hash)
        stored = {each.hex() for column in columns for each in session.scalars(select(column))}
    assert len(stored) > 15
    return {*hashes, *stored, *chain.from_iterable(each.values() for each in there.cookies.values())}


def test_no_page_shows_a_secret_or_carries_one_in_an_address(app: Flask, sessions: Sessions, there: Desk) -> None:
    hidden = secrets(sessions, there)
    for state in looks(there):
        page = opened(app, there, state).get_data(as_text=True)
        assert not [each for each in hidden if each in page], state.name
        assert "$argon2" not in page, state.name


def test_passphrases_are_masked_and_may_be_pasted_and_kept(app: Flask, there: Desk) -> None:
    found = set()
    for state in looks(there):
        document = Document(opened(app, there, state).data)
        for field in document.of("input"):
            secret = field.attrs.get("name") in {"passphrase", "again", "present"}
            assert (field.attrs.get("type") == "password") == secret, state.name
            if secret:
                found.add(field.attrs["name"])
                assert field.attrs["autocomplete"] in {"current-password", "new-password"}, state.name
                assert not {"maxlength", "onpaste", "readonly", "value"} & set(field.attrs), state.name
    assert found == {"passphrase", "again", "present"}
