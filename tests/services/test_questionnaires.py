"""Publishing freezes: the same document keeps its number, another one gets the next, and none ever changes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from surveyapp.engine import documents
from surveyapp.services import library, questionnaires
from surveyapp.store.models import Frozen, Version
from surveyapp.store.organisations import LIBRARY
from surveyapp.store.sessions import Sessions
from tests.builders import count, inside, open_wave, refused, tiny


def test_the_same_document_again_stays_the_version_it_is(sessions: Sessions) -> None:
    for created in (True, False):
        with sessions.begin() as session:
            published = questionnaires.publish(session, tiny())
            assert published == ("tiny", 1, documents.sha256(tiny()), ("en", "lv"), created)
    with sessions.reading() as session:
        assert count(session, Version) == count(session, Frozen) == 1


def test_a_changed_document_is_the_next_version_and_the_old_one_stays(sessions: Sessions) -> None:
    other = tiny("tiny", ("How was it?", "How is it?"))
    with sessions.begin() as session:
        assert questionnaires.publish(session, tiny()).version == 1
        assert questionnaires.publish(session, other).version == 2
        assert questionnaires.publish(session, tiny()).version == 1
    with sessions.reading() as session:
        assert questionnaires.version_of(session, LIBRARY, "tiny", 1) == tiny()
        assert questionnaires.version_of(session, LIBRARY, "tiny", 2) == other
        refused("unknown_version", questionnaires.version_of, session, LIBRARY, "tiny", 3)


def test_a_faulty_questionnaire_is_refused_with_its_faults(sessions: Sessions) -> None:
    with sessions.begin() as session:
        faulty = tiny("tiny", ("id: where", "id: how"))
        refusal = refused("faulty_questionnaire", questionnaires.publish, session, faulty)
        assert "repeated_id" in {fault.code for fault in refusal.problems}
        assert count(session, Version) == count(session, Frozen) == 0


def test_people_who_publish_at_once_get_one_version(sessions: Sessions) -> None:
    def publish(_: int) -> int:
        return sessions.retrying(lambda session: questionnaires.publish(session, tiny())).version

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(publish, range(16))) == {1}
    with sessions.reading() as session:
        assert count(session, Version) == 1


def test_a_wave_pins_its_version_whatever_is_published_later(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        questionnaires.publish(session, tiny("tiny", ("How was it?", "How is it?")))
        again = open_wave(session, tiny("tiny", ("How was it?", "How is it?")))
        assert again.code == collecting.code
        assert (again.version, again.questionnaire) == (1, tiny())


def test_an_organisation_adopts_from_the_library_under_the_same_number(sessions: Sessions) -> None:
    with sessions.begin() as session:
        collecting = open_wave(session)
        refused("unknown_questionnaire", questionnaires.adopt, session, collecting.org_id, "nothing")
        refused("unknown_version", questionnaires.adopt, session, collecting.org_id, "tiny", 7)
        assert questionnaires.adopt(session, collecting.org_id, "tiny") == 1
        assert len(inside(session).scalars(select(Version).filter_by(org_id=collecting.org_id)).all()) == 1


@pytest.mark.parametrize("name", library.PUBLISHED)
def test_every_shipped_questionnaire_can_be_published(sessions: Sessions, name: str) -> None:
    with sessions.begin() as session:
        published = questionnaires.publish(session, library.load(name))
    with sessions.reading() as session:
        assert questionnaires.version_of(session, LIBRARY, name, published.version) == library.load(name)


def test_a_document_is_decoded_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        sha256 = questionnaires.publish(session, tiny("once")).sha256
        first = questionnaires.document(session, sha256)
        session.execute(update(Frozen).filter_by(sha256=sha256).values(body=b"{}"))
        assert questionnaires.document(session, sha256) is first
