"""An analyst reads texts at the staff's pages: one at a time, approved, changed or withheld."""

from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.services import keeping, people, texts
from surveyapp.services.audit import OPERATOR
from surveyapp.services.people import Grant
from surveyapp.store.organisations import Organisation
from surveyapp.store.responses import SettledText
from surveyapp.store.sessions import Sessions
from surveyapp.store.tenancy import elsewhere
from tests.builders import ANSWERS, close_and_settle, gathered, open_wave, respond
from tests.pages import Pages
from tests.staff import employed
from tests.web.manage.test_looking import noted
from tests.web.manage.working import at_desk

WRITTEN = ("Zvaniet man, Annai Kalniņai: 2912 3456", "Ēdiens auksts\n\nun zupa šķidra")


class Desk(NamedTuple):
    """An analyst's browser, and the settled wave."""

    pages: Pages
    org: UUID
    wave: UUID

    @property
    def path(self) -> str:
        return f"/analyse/texts/{self.wave}"


@pytest.fixture
def desk(app: Flask, sessions: Sessions) -> Desk:
    with sessions.begin() as session:
        collecting = open_wave(session)
        for words in WRITTEN:
            respond(session, collecting, ANSWERS | {"words": [words]})
        person = employed(session, collecting.org_id, role="analyst")
    close_and_settle(sessions, collecting)
    with sessions.begin() as session:
        pages = at_desk(app, session, person, collecting.org_id)
    return Desk(pages, collecting.org_id, collecting.wave_id)


def out(sessions: Sessions, desk: Desk) -> list[str]:
    with sessions.reading() as session:
        found = texts.approved_texts(session, desk.org, desk.wave)
    return sorted(each.text for each in found.get("words", []))


def ids(sessions: Sessions, desk: Desk) -> list[UUID]:
    """Of the texts: what is personal first."""
    with sessions.reading() as session, elsewhere(session, desk.org):
        rows = session.scalars(select(SettledText)).all()
        return [each.id for each in sorted(rows, key=lambda each: each.text)]


def test_from_the_queue_to_the_last_text(sessions: Sessions, desk: Desk) -> None:
    pages = desk.pages
    pages.get("/manage?lang=en")
    pages.follow("Texts")
    assert "2 texts wait." in pages.page.text
    pages.follow("town – 2010")
    pages.follow("Read a text")
    for _ in WRITTEN:
        assert pages.page.heading == "Read a text"
        assert "Anything else?" in pages.page.text
        assert not [piece for piece in ("Anna", "2912", "good", "Town") if piece in pages.page.text]
        pages.press("approve")
    assert pages.page.heading == "Texts of a wave"
    assert "2 texts are approved." in pages.page.text
    assert out(sessions, desk) == ["Zvaniet man, [NAME]: [PHONE]", "Ēdiens auksts\n\nun zupa šķidra"]


def test_the_first_page_tells_what_waits_and_until_when(sessions: Sessions, desk: Desk) -> None:
    pages = desk.pages
    with sessions.begin(desk.org) as session:
        texts.purge(session, desk.org, date(2026, 11, 2))
    pages.get("/manage?lang=en")
    assert "2 texts wait." in pages.page.text
    assert "Texts that nobody has approved are deleted on 1 May 2027." in pages.page.text
    pages.follow("town – 2010")
    pages.follow("Read a text")
    for _ in WRITTEN:
        pages.press("withhold")
    pages.get("/manage?lang=en")
    assert "There is nothing to do at the moment." in pages.page.text


def test_words_are_changed_and_shown_once_more_before_they_are_approved(sessions: Sessions, desk: Desk) -> None:
    pages, (text_id, _) = desk.pages, ids(sessions, desk)
    pages.get(f"{desk.path}/{text_id}?lang=en")
    assert "[NAME] somebody’s name, [PHONE] a telephone number" in pages.page.text
    pages.follow("Change the words")
    assert pages.page.question("words", choices=False).entered == ("Zvaniet man, [NAME]: [PHONE]",)
    pages.fill("words", " ")
    pages.press("next", 422)
    assert pages.page.problems == ("Write the words that may be published, or go back and withhold the text.",)
    pages.fill("words", "Zvaniet man uz 29 12 34 56")
    pages.press("next")
    assert pages.page.heading == "Read a text"
    assert "Zvaniet man uz [PHONE]" in pages.page.text
    assert out(sessions, desk) == []
    pages.press("approve")
    assert out(sessions, desk) == ["Zvaniet man uz [PHONE]"]


def test_what_is_typed_stays_when_the_language_is_changed(sessions: Sessions, desk: Desk) -> None:
    pages, (text_id, _) = desk.pages, ids(sessions, desk)
    pages.get(f"{desk.path}/{text_id}/change?lang=en")
    pages.fill("words", "Half a sentence")
    pages.press("lang-lv")
    assert pages.page.heading == "Mainīt vārdus"
    assert pages.page.question("words", choices=False).entered == ("Half a sentence",)


def test_a_text_that_changed_meanwhile_is_shown_and_not_approved(sessions: Sessions, desk: Desk, app: Flask) -> None:
    pages, (text_id, _) = desk.pages, ids(sessions, desk)
    pages.get(f"{desk.path}/{text_id}?lang=en")
    with sessions.begin(desk.org) as session:
        session.get_one(SettledText, (desk.org, text_id)).text = "Other words"
    pages.press("approve", 422)
    assert "Somebody has changed these words meanwhile." in pages.page.text
    assert "Other words" in pages.page.text
    assert out(sessions, desk) == []


def test_a_decision_can_be_looked_at_and_taken_anew(sessions: Sessions, desk: Desk) -> None:
    pages, (text_id, _) = desk.pages, ids(sessions, desk)
    pages.get(f"{desk.path}/{text_id}?lang=en")
    pages.press("withhold")
    pages.get(f"{desk.path}?lang=en")
    assert "1 text is withheld." in pages.page.text
    pages.follow("Look at what was decided")
    pages.follow("Decide anew: 1")
    assert "This one was decided: withheld." in pages.page.text
    pages.press("approve")
    assert out(sessions, desk) == ["Zvaniet man, [NAME]: [PHONE]"]


def test_what_went_out_with_a_release_is_shown_and_can_not_be_decided_anew(sessions: Sessions, desk: Desk) -> None:
    pages, (text_id, _) = desk.pages, ids(sessions, desk)
    pages.get(f"{desk.path}/{text_id}?lang=en")
    pages.press("approve")
    pages.get(f"{desk.path}/{text_id}?lang=en")
    with sessions.begin(desk.org) as session:
        session.get_one(SettledText, (desk.org, text_id)).batch = 1
    pages.press("withhold", 422)
    assert "This text is in a release already." in pages.page.text
    pages.get(f"{desk.path}/{text_id}?lang=en")
    assert "This one was decided: in a release." in pages.page.text
    assert not [each for each in ("Approve exactly these words", "Change the words") if each in pages.page.text]
    pages.get(f"{desk.path}?lang=en")
    assert "1 text is in a release." in pages.page.text
    assert "0 texts are approved." in pages.page.text


def test_who_makes_the_release_is_told_how_many_texts_wait_and_until_when(app: Flask, sessions: Sessions) -> None:
    collecting = gathered(sessions, 10)
    with sessions.begin() as session:
        person = employed(session, collecting.org_id, role="manager")
    close_and_settle(sessions, collecting)
    with sessions.begin() as session:
        pages = at_desk(app, session, person, collecting.org_id)
        keeping.purge(session, date(2026, 1, 1))
    pages.get(f"/analyse/waves/{collecting.wave_id}?lang=en")
    assert (
        "10 texts have not been read yet. What is approved after the release was made is not in it." in pages.page.text
    )
    assert "Texts that nobody has approved are deleted on 30 June 2026." in pages.page.text


def test_nobody_reads_texts_for_a_part_of_the_organisation(app: Flask, sessions: Sessions, desk: Desk) -> None:
    """Texts know no unit: an analyst of one unit would read those of all."""
    part = uuid4()
    with sessions.begin(desk.org) as session:
        session.add(
            Organisation(
                org_id=desk.org, id=part, slug="part", kind="provider", parent_id=desk.org, name={"en": "Part"}
            )
        )
        session.flush()
        person = employed(session, desk.org, "berta@example.org", "collector")
        people.join(session, OPERATOR, desk.org, person, Grant("analyst", part))
        berta = at_desk(app, session, person, desk.org)
    berta.get("/manage?lang=en")
    assert "texts wait" not in berta.page.text
    berta.get("/analyse/texts?lang=en", 403)
    assert "Only analysts of the whole organisation read texts" in berta.page.text
    for path in (desk.path, f"{desk.path}/next", f"{desk.path}/decided", f"{desk.path}/{ids(sessions, desk)[0]}"):
        berta.get(path, 403)


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    for path in (f"/analyse/texts/{uuid4()}", f"{desk.path}/{uuid4()}", f"{desk.path}/decided?after=x"):
        desk.pages.get(path, 404)


def test_it_asks_no_more_where_more_texts_wait(sessions: Sessions, desk: Desk) -> None:
    text_id = ids(sessions, desk)[0]
    before = statements(sessions, desk, text_id)
    with sessions.begin(desk.org) as session:
        for number in range(40):
            more = SettledText(id=uuid4(), org_id=desk.org, wave_id=desk.wave, item="words", language="lv", text="ā")
            more.state = "refused" if number % 2 else "waiting"
            session.add(more)
    assert statements(sessions, desk, text_id) == before


def statements(sessions: Sessions, desk: Desk, text_id: UUID) -> list[int]:
    """How many each page needs."""
    found = []
    for path in ("/analyse/texts", desk.path, f"{desk.path}/decided", f"{desk.path}/{text_id}"):
        with noted(sessions) as seen:
            desk.pages.get(f"{path}?lang=en")
        found.append(len(seen))
    return found
