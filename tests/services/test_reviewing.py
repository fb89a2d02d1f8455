"""Texts are read by a person, one by one and apart from everything; only the exact words that were approved go out."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, text, update

from surveyapp.services import keeping, reviewing, texts
from surveyapp.services.audit import staff
from surveyapp.services.programme_files import DAYS_TO_READ
from surveyapp.store.audit import AuditEntry
from surveyapp.store.migrating import downgrade, owner_engine, upgrade
from surveyapp.store.responses import SettledText, TextDeadline
from surveyapp.store.sessions import Sessions
from surveyapp.store.tenancy import elsewhere
from tests.anonymity.searching import Everything
from tests.builders import ANSWERS, close_and_settle, open_wave, refused, respond
from tests.conftest import Database
from tests.staff import entries, office

READER = staff(uuid4())
PLANTED = "Zvaniet Annai Kalniņai 2912 3456 vai rakstiet anna@inbox.lv, kods 120345-11234"
WRITTEN = (PLANTED, "Paldies!", "Ēdiens auksts", "Gaidīju 45 minūtes")


class Settled(NamedTuple):
    """A settled wave with texts."""

    org: UUID
    wave: UUID
    today: Any

    def place(self, text_id: UUID) -> tuple[UUID, UUID, UUID]:
        return self.org, self.wave, text_id


@pytest.fixture
def there(sessions: Sessions) -> Settled:
    with sessions.begin() as session:
        collecting = open_wave(session)
        for words in WRITTEN:
            respond(session, collecting, ANSWERS | {"words": [words]})
    close_and_settle(sessions, collecting)
    return Settled(collecting.org_id, collecting.wave_id, collecting.today)


def approves(sessions: Sessions, there: Settled, text_id: UUID) -> str:
    """Somebody reads a text and approves it; the words."""
    with sessions.begin() as session:
        shown = reviewing.one(session, there.org, there.wave, text_id)
        reviewing.approve(session, READER, there.place(text_id), shown.seal)
    return shown.text


def draws(sessions: Sessions, there: Settled) -> UUID | None:
    with sessions.reading() as session:
        return reviewing.next_text(session, there.org, there.wave)


def handed_on(sessions: Sessions, there: Settled) -> dict[str, list[tuple[str, str]]]:
    with sessions.reading() as session:
        found = texts.approved_texts(session, there.org, there.wave)
    return {item: [(each.language, each.text) for each in those] for item, those in found.items()}


def planted(sessions: Sessions, there: Settled) -> UUID:
    """The id of the text with all that is personal."""
    with sessions.reading() as session, elsewhere(session, there.org):
        return session.scalars(select(SettledText.id).where(SettledText.text.contains("Annai"))).one()


def test_all_are_read_one_by_one_and_what_was_approved_goes_out_without_what_is_personal(
    sessions: Sessions, there: Settled
) -> None:
    assert handed_on(sessions, there) == {}
    approved = []
    while text_id := draws(sessions, there):
        approved.append(approves(sessions, there, text_id))
    out = handed_on(sessions, there)
    assert out.keys() == {"words"}
    assert sorted(out["words"]) == sorted(("lv", words) for words in approved)
    assert "[NAME] [PHONE] vai rakstiet [EMAIL], kods [PERSONAL-CODE]" in approved
    with sessions.reading() as session, elsewhere(session, there.org):
        kept = session.scalars(select(SettledText.text)).all()
    assert not [words for words in kept if any(piece in words for piece in ("Annai", "2912", "inbox", "11234"))]


def test_a_reader_learns_the_question_and_the_words_and_nothing_else(sessions: Sessions, there: Settled) -> None:
    with sessions.reading() as session:
        shown = reviewing.one(session, there.org, there.wave, planted(sessions, there))
    assert shown.question == {"en": "Anything else?", "lv": "Vēl kaut kas?"}
    assert (shown.language, shown.state) == ("lv", "waiting")
    assert shown.kinds == ("EMAIL", "NAME", "PERSONAL-CODE", "PHONE")
    assert shown._fields == ("id", "question", "language", "text", "kinds", "state", "seal")


def test_texts_are_read_and_handed_on_in_a_new_order_each_time(sessions: Sessions, there: Settled) -> None:
    assert len({draws(sessions, there) for _ in range(60)}) == len(WRITTEN)
    while text_id := draws(sessions, there):
        approves(sessions, there, text_id)
    orders = {tuple(handed_on(sessions, there)["words"]) for _ in range(40)}
    assert len(orders) > 3


def test_a_change_makes_an_approval_void(sessions: Sessions, there: Settled) -> None:
    text_id = planted(sessions, there)
    approves(sessions, there, text_id)
    assert len(handed_on(sessions, there)["words"]) == 1
    with sessions.begin() as session:
        reviewing.change(session, READER, there.place(text_id), "Zvaniet man, Annai Kalniņai, uz 29 12 34 56")
    assert handed_on(sessions, there) == {}
    assert approves(sessions, there, text_id) == "Zvaniet man, [NAME], uz [PHONE]"
    assert handed_on(sessions, there) == {"words": [("lv", "Zvaniet man, [NAME], uz [PHONE]")]}


def test_only_the_words_that_were_read_are_approved(sessions: Sessions, there: Settled) -> None:
    text_id = planted(sessions, there)
    with sessions.reading() as session:
        read = reviewing.one(session, there.org, there.wave, text_id)
    with sessions.begin() as session:
        reviewing.change(session, READER, there.place(text_id), "Something else")
        refused("text_changed", reviewing.approve, session, READER, there.place(text_id), read.seal)
    assert handed_on(sessions, there) == {}


def test_words_changed_behind_the_services_back_are_approved_no_longer(sessions: Sessions, there: Settled) -> None:
    text_id = planted(sessions, there)
    approves(sessions, there, text_id)
    with sessions.begin(there.org) as session:
        session.execute(update(SettledText).where(SettledText.id == text_id).values(text="Anna Kalniņa"))
    assert handed_on(sessions, there) == {}


def test_a_withheld_text_goes_nowhere_and_may_still_be_approved(sessions: Sessions, there: Settled) -> None:
    text_id = planted(sessions, there)
    approves(sessions, there, text_id)
    with sessions.begin() as session:
        reviewing.withhold(session, READER, there.place(text_id))
        assert texts.counted(session, there.org, there.wave) == {"words": (3, 0, 1, 0)}
        (seen,) = reviewing.decided(session, there.org, there.wave).texts
        assert (seen.id, seen.state) == (text_id, "refused")
    assert handed_on(sessions, there) == {}
    approves(sessions, there, text_id)
    assert len(handed_on(sessions, there)["words"]) == 1


def test_a_change_that_can_not_be_kept_changes_nothing(sessions: Sessions, there: Settled) -> None:
    text_id = planted(sessions, there)
    approves(sessions, there, text_id)
    bad = {"": "text_empty", " \n": "text_empty", "x" * 10_001: "too_long", "a\x00b": "unreadable_character"}
    with sessions.begin() as session:
        for words, code in bad.items():
            refused(code, reviewing.change, session, READER, there.place(text_id), words)
    assert len(handed_on(sessions, there)["words"]) == 1


def test_decided_texts_are_looked_at_page_by_page(
    sessions: Sessions, there: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviewing, "PAGE", 3)
    while text_id := draws(sessions, there):
        approves(sessions, there, text_id)
    with sessions.reading() as session:
        first = reviewing.decided(session, there.org, there.wave)
        rest = reviewing.decided(session, there.org, there.wave, first.after)
    assert [len(first.texts), len(rest.texts), rest.after] == [3, 1, None]
    assert len({each.id for each in (*first.texts, *rest.texts)}) == 4


def test_the_log_tells_who_decided_on_which_text_and_never_its_words(sessions: Sessions, there: Settled) -> None:
    text_id = planted(sessions, there)
    approves(sessions, there, text_id)
    with sessions.begin() as session:
        reviewing.change(session, READER, there.place(text_id), "Anna Kalniņa")
        reviewing.withhold(session, READER, there.place(text_id))
    with sessions.reading() as session:
        told = [each for each in entries(session, there.org) if each.verb.startswith("text")]
    assert [each.verb for each in told] == ["text_approved", "text_changed", "text_withheld"]
    assert {(each.person_id, each.object_id) for each in told} == {(READER.person_id, text_id)}
    assert [each.details for each in told] == [{}, {}, {}]


def test_a_text_of_another_organisation_or_wave_is_not_there(sessions: Sessions, there: Settled) -> None:
    text_id = planted(sessions, there)
    with sessions.begin() as session:
        org = office(session)
    for place in ((org, there.wave, text_id), (there.org, uuid4(), text_id), (there.org, there.wave, uuid4())):
        with sessions.begin() as session:
            refused("unknown_text", reviewing.withhold, session, READER, place)
    with sessions.reading() as session:
        assert texts.approved_texts(session, org, there.wave) == {}
        assert texts.of_waves(session, org) == []


def test_what_nobody_has_approved_is_deleted_at_its_date_and_the_log_says_so(
    sessions: Sessions, there: Settled
) -> None:
    approves(sessions, there, planted(sessions, there))
    with sessions.begin() as session:
        keeping.purge(session, there.today)
        (wave,) = texts.of_waves(session, there.org)
        assert wave.until == there.today + timedelta(days=DAYS_TO_READ)
    with sessions.begin() as session:
        keeping.purge(session, wave.until - timedelta(days=1))
        assert texts.counted(session, there.org, there.wave) == {"words": (3, 1, 0, 0)}
    with sessions.begin() as session:
        keeping.purge(session, wave.until)
        assert texts.counted(session, there.org, there.wave) == {"words": (0, 1, 0, 0)}
        assert texts.purge(session, there.org, wave.until) == 0
    assert len(handed_on(sessions, there)["words"]) == 1
    with sessions.reading() as session:
        last = entries(session, there.org)[-1]
    assert (last.actor, last.verb, last.object_id, last.details) == ("job", "texts_deleted", there.wave, {"texts": 3})
    with sessions.reading(there.org) as session:
        assert session.scalars(select(TextDeadline.day)).all() == [wave.until]
        assert not [each for each in session.scalars(select(AuditEntry)) if "Paldies" in repr(each.details)]


def test_the_words_as_they_were_written_are_nowhere_once_house_was_kept(
    request: pytest.FixtureRequest, database: Database, sessions: Sessions, there: Settled, owner: Engine
) -> None:
    server = request.getfixturevalue("postgresql") if database.engine == "postgresql" else None
    machine = Everything(database, server, io.StringIO())
    assert keeping.clean_up(owner), "after settling"
    text_id = planted(sessions, there)
    approves(sessions, there, text_id)
    written = {"name": b"Annai", "code": b"120345-11234"}
    assert machine.holds(written) == set(written)
    assert keeping.clean_up(owner, keeping.CONFIDENTIAL)
    assert machine.holds(written) == set()


@pytest.fixture
def owner(database: Database) -> Iterator[Engine]:
    engine = owner_engine(database.owner_url)
    yield engine
    engine.dispose()


def test_taken_back_and_made_again_all_texts_are_there_and_wait(
    database: Database, sessions: Sessions, there: Settled, owner: Engine
) -> None:
    approves(sessions, there, planted(sessions, there))
    with sessions.begin() as session:
        keeping.purge(session, there.today)
    downgrade(database.owner_url, "0007")
    with owner.begin() as connection:
        if owner.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('app.org', :org, true)"), {"org": str(there.org)})
        assert connection.execute(text("SELECT state FROM settled_text")).scalars().all() == ["waiting"] * 4
    upgrade(database.owner_url)
    with sessions.begin() as session:
        assert texts.counted(session, there.org, there.wave) == {"words": (4, 0, 0, 0)}
    assert len(handed_on(sessions, there)) == 0
