"""How a wave is released is fixed while nobody has answered; what is changed later changes nothing of it."""

from collections import Counter
from uuid import uuid4

import pytest

from surveyapp.services import (
    collectors,
    demo,
    frozen,
    library,
    policies,
    programme_files,
    programmes,
    questionnaires,
    releasing,
)
from surveyapp.services.audit import OPERATOR
from surveyapp.services.collectors import open_collector
from surveyapp.services.drawing import Shell
from surveyapp.services.waves import find_wave
from surveyapp.store.models import Settled, WavePolicy
from surveyapp.store.sessions import Sessions
from tests.builders import begin, refused, unbound

SHORT = "kuldiga/2013-short"
KULDIGA = demo.PROGRAMME.read_text("utf-8")
REGROUPED = KULDIGA.replace("{id: benefit, group: support,", "{id: benefit, group: care,")


@pytest.fixture
def made(sessions: Sessions) -> bytes:
    """The programme of the demonstration, whose short questionnaire is released by service and group; the policy's hash."""
    with sessions.begin() as session:
        for name in library.PUBLISHED:
            questionnaires.publish(session, library.load(name))
        programmes.make(session, programme_files.load(KULDIGA))
    return fixed(sessions)


def fixed(sessions: Sessions) -> bytes:
    with sessions.reading() as session:
        wave = find_wave(session, SHORT)
        assert (
            policies.of_wave(session, wave).sha256 == session.get_one(WavePolicy, (wave.org_id, wave.id)).sha256.hex()
        )
        return session.get_one(WavePolicy, (wave.org_id, wave.id)).sha256


def somebody_begins(sessions: Sessions, name: str = SHORT) -> None:
    with sessions.begin() as session:
        wave = find_wave(session, name)
        code, _ = open_collector(session, wave, None, "web")
        with unbound(session):
            begin(session, collectors.find(session, code))


def test_until_somebody_begins_services_can_still_be_grouped_otherwise(sessions: Sessions, made: bytes) -> None:
    with sessions.begin() as session:
        programmes.make(session, programme_files.load(REGROUPED))
    assert fixed(sessions) != made


def test_once_somebody_has_begun_services_stay_as_they_were_told(sessions: Sessions, made: bytes) -> None:
    somebody_begins(sessions)
    with sessions.begin() as session:
        refusal = refused("faulty_programme", programmes.make, session, programme_files.load(REGROUPED))
        session.rollback()
    assert {(each.path, each.code) for each in refusal.problems} == {("$.services", "policy_fixed")}
    with sessions.begin() as session:
        programmes.make(session, programme_files.load(KULDIGA))
    assert fixed(sessions) == made


def test_once_somebody_has_begun_nobody_is_asked_more_or_less(sessions: Sessions, made: bytes) -> None:
    """Else the rows of a release would tell who came before a module was switched on, and who after."""
    more = programme_files.load(f"{KULDIGA}\nmodules: [attitude]\n")
    with sessions.begin() as session:
        programmes.make(session, more)
    somebody_begins(sessions, "kuldiga/2013")
    for other in (programme_files.load(KULDIGA), programme_files.load(f"{KULDIGA}\nmodules: [attitude, cost]\n")):
        with sessions.begin() as session:
            refusal = refused("faulty_programme", programmes.make, session, other)
            session.rollback()
        assert {(each.path, each.code, each.values["wave"]) for each in refusal.problems} == {
            ("$.modules", "modules_fixed", "2013")
        }
    with sessions.begin() as session:
        programmes.make(session, more)


def test_a_wave_that_is_over_keeps_its_policy_whatever_becomes_of_the_programme(
    sessions: Sessions, made: bytes
) -> None:
    with sessions.begin() as session:
        find_wave(session, SHORT).state = "settled"
    with sessions.begin() as session:
        programmes.make(session, programme_files.load(REGROUPED))
    assert fixed(sessions) == made


@pytest.mark.usefixtures("made")
def test_a_service_stands_beside_its_group_and_one_with_few_people_is_not_told(sessions: Sessions) -> None:
    with sessions.begin() as session:
        wave = find_wave(session, SHORT)
        wave.state = "settled"
        shared = {"org_id": wave.org_id, "wave_id": wave.id, "batch": 1, "period": "2013", "version": wave.version}
        for number, (service, people) in enumerate({"home_care": 9, "day_centre": 2, "benefit": 8, None: 5}.items()):
            for person in range(people):
                answers = {"s1": 3 + (number + person) % 3}
                session.add(Settled(**shared, id=uuid4(), columns={"service": service}, answers=answers))
    made = releasing.make(sessions, SHORT, OPERATOR, Shell(lambda report: {}))
    with sessions.reading(made.org_id) as session:
        header, *rows = frozen.lines(session, made, frozen.RESPONSES)
    assert header[:3] == ["id", "service_group", "service"]
    assert Counter((row[1], row[2]) for row in rows) == {
        ("care", "*"): 11,
        ("support", "benefit"): 8,
        ("-6", "-6"): 5,
    }


def test_groups_that_cannot_be_a_tree_are_refused_before_anybody_answers(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for name in library.PUBLISHED:
            questionnaires.publish(session, library.load(name))
        file = KULDIGA.replace("id: care,", "id: day_centre,").replace("group: care", "group: day_centre")
        refusal = refused("faulty_programme", programmes.make, session, programme_files.load(file))
        session.rollback()
    assert {each.code for each in refusal.problems} == {"hierarchy_not_a_tree"}
