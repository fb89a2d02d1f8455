"""An organisation says how many clients there are; releases made afterwards tell a risk by it, and say so where nobody has."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from surveyapp.services import clients, frozen, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.waves import find_wave
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from tests.builders import close_and_settle, gathered, open_wave, refused, tiny
from tests.services.test_releasing import NO_PAGES, WAVE
from tests.staff import logged

BY_PLACE = tiny("tiny", ("id: where", "id: where\n        role: breakdown"))


def say(sessions: Sessions, said: Mapping[str, int]) -> None:
    with sessions.begin() as session:
        clients.enter(session, find_wave(session, WAVE), said, OPERATOR)


def report(sessions: Sessions, release: Release) -> Any:
    with sessions.reading(release.org_id) as session:
        return json.loads(frozen.content(session, release, frozen.REPORT))


def test_a_number_in_all_lowers_the_risk_of_whoever_is_not_known_to_have_answered(sessions: Sessions) -> None:
    collecting = gathered(sessions, 12)
    say(sessions, {clients.ALL: 48})
    close_and_settle(sessions, collecting)
    told = report(sessions, releasing.make(sessions, WAVE, OPERATOR, NO_PAGES))
    assert told["clients"] == {"column": None, "number": {"*": 48}}
    for profile in told["profiles"].values():
        assert profile["prosecutor"]["largest"] == pytest.approx(1 / 12, abs=1e-6)
        assert profile["journalist"]["largest"] == pytest.approx(1 / 48, abs=1e-6)
    with sessions.reading() as session:
        assert logged(session, collecting.org_id)[0] == "clients_entered"


def test_numbers_by_place_count_for_their_place(sessions: Sessions) -> None:
    """All twelve live on farms: those in town are no one's crowd."""
    close_and_settle(sessions, gathered(sessions, 12, BY_PLACE))
    say(sessions, {"farm": 24, "town": 900})
    told = report(sessions, releasing.make(sessions, WAVE, OPERATOR, NO_PAGES))
    assert told["clients"] == {"column": "where", "number": {"farm": 24, "town": 900}}
    assert told["profiles"]["analyst"]["journalist"]["largest"] == pytest.approx(1 / 24, abs=1e-6)


def test_units_are_those_that_gather_answers_in_this_wave(sessions: Sessions) -> None:
    gathered(sessions, 12, tiny("tiny", ("{column: where}", "{column: unit}")))
    with sessions.begin() as session:
        open_wave(session, tiny("other"), "town/2011", unit="library")
    with sessions.reading() as session:
        found = clients.strata(session, find_wave(session, WAVE))
    assert (found.column, found.words) == ("unit", {"centre": {"en": "centre", "lv": "centre"}})


def test_where_nobody_has_said_it_no_risk_is_made_up(sessions: Sessions) -> None:
    close_and_settle(sessions, gathered(sessions, 12))
    say(sessions, {clients.ALL: 48})
    say(sessions, {})
    told = report(sessions, releasing.make(sessions, WAVE, OPERATOR, NO_PAGES))
    assert (told["clients"], told["profiles"]["analyst"]["journalist"]) == (None, None)


def test_what_was_said_later_changes_no_release(sessions: Sessions) -> None:
    close_and_settle(sessions, gathered(sessions, 12))
    release = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    say(sessions, {clients.ALL: 48})
    assert report(sessions, release)["clients"] is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"village": 40}, "unknown_stratum"),
        ({"farm": 40, clients.ALL: 40}, "clients_both"),
        ({"farm": 40}, "clients_missing"),
        ({"farm": 5, "town": 6}, "clients_fewer"),
        ({clients.ALL: 11}, "clients_fewer"),
    ],
)
def test_numbers_that_cannot_be_are_refused(sessions: Sessions, said: dict[str, int], code: str) -> None:
    collecting = gathered(sessions, 12, BY_PLACE)
    say(sessions, {clients.ALL: 12})
    refused(code, say, sessions, said)
    with sessions.reading() as session:
        assert clients.numbers(session, collecting.org_id, collecting.wave_id) == {clients.ALL: 12}, (
            "nothing was changed"
        )


@pytest.mark.parametrize("typed", ["", "-1", "4.5", "many", "١٢", "10000000", "9" * 5000])
def test_what_is_no_number_of_people_is_refused(typed: str) -> None:
    refused("clients_number", clients.read, "farm", typed)
    assert clients.read("farm", " 1 200\u00a0") == 1200
