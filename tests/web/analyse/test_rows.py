"""Rows are for analysts alone: of the whole organisation, under the agreement, a second factor just shown, and noted."""

import io
import json
from hashlib import sha256
from uuid import UUID
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import delete, update

from surveyapp.services import analysts, frozen, jobs, people, publishing, releasing
from surveyapp.services.audit import OPERATOR
from surveyapp.services.refusals import Refusal
from surveyapp.store.analysts import Agreement
from surveyapp.store.base import Base
from surveyapp.store.organisations import Organisation
from surveyapp.store.people import Membership
from surveyapp.store.releases import Release
from surveyapp.store.sessions import Sessions
from surveyapp.store.signing_in import Totp
from tests.pages import Pages
from tests.services.test_releasing import NO_PAGES, WAVE, late
from tests.staff import employed, entries, logged, office, signed_in, with_app
from tests.web.analyse.released import answered, released
from tests.web.manage.working import at_desk

EMAIL = "anna@example.org"
BELOW = UUID(int=7)


def analyst(app: Flask, sessions: Sessions, org_id: UUID, *, agreed: bool = True) -> Pages:
    """Anna at her desk, a second factor just shown."""
    with sessions.begin() as session:
        person = employed(session, org_id, EMAIL, "analyst")
        if agreed:
            analysts.agree(session, org_id, person)
        return at_desk(app, session, person, org_id)


def rows_of(release: Release) -> str:
    return f"/analyse/releases/{release.id}/rows?lang=en"


def test_the_agreement_comes_before_the_rows(app: Flask, sessions: Sessions) -> None:
    release = released(sessions, profile="analyst")
    desk = analyst(app, sessions, release.org_id, agreed=False)
    assert "I do not try to recognise anybody" in desk.get(rows_of(release)).text
    desk.press("agree")
    page = desk.get(rows_of(release))
    assert "Row 1" in page.text
    assert "Row 10" in page.text
    assert "Row 11" not in page.text


@pytest.mark.parametrize(("kind", "start"), [("csv", b"id,where"), ("zip", b"PK"), ("xlsx", b"PK")])
def test_what_leaves_is_noted_with_its_fingerprint(app: Flask, sessions: Sessions, kind: str, start: bytes) -> None:
    release = released(sessions, profile="analyst")
    desk = analyst(app, sessions, release.org_id)
    token = desk.get(rows_of(release)).query("input[name=csrf_token]")[0].attrs["value"]
    client = desk._send._client  # type: ignore[attr-defined]
    taken = [client.post(rows_of(release), data={"csrf_token": token, "action": kind}).data for _ in range(2)]
    assert taken[0] == taken[1]
    assert taken[0].startswith(start)
    with sessions.reading() as session:
        noted = [each.details for each in entries(session, release.org_id) if each.verb == "rows_taken"]
    assert noted == [{"file": kind, "rows": 60, "sha256": sha256(taken[0]).hexdigest()}] * 2
    if kind == "zip":
        assert "data/responses.csv" in ZipFile(io.BytesIO(taken[0])).namelist()


def test_all_batches_are_taken_in_one_file_once_there_are_several(app: Flask, sessions: Sessions) -> None:
    first = released(sessions, profile="analyst")
    desk = analyst(app, sessions, first.org_id)
    assert "Rows of all batches" not in desk.get(rows_of(first)).text
    late(sessions, 20, 2)
    further = releasing.make(sessions, WAVE, OPERATOR, NO_PAGES)
    assert "Rows of all batches" not in desk.get(rows_of(first)).text, "it isn't published"
    with sessions.begin(first.org_id) as session:
        publishing.publish(session, frozen.find(session, first.org_id, further.id), "analyst", OPERATOR)
    page = desk.get(rows_of(first))
    assert "Rows of all batches" in page.text
    client, token = desk._send._client, page.query("input[name=csrf_token]")[0].attrs["value"]  # type: ignore[attr-defined]
    answer = client.post(rows_of(first), data={"csrf_token": token, "action": "joined"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="town-2010-2-joined.csv"'
    with sessions.reading(first.org_id) as session:
        parts = [frozen.content(session, each, frozen.RESPONSES) for each in (first, further)]
        noted = [each for each in entries(session, first.org_id) if each.verb == "rows_taken"]
    assert answer.data == parts[0] + parts[1].partition(b"\n")[2]
    assert [each.object_id for each in noted] == [first.id, further.id]
    assert [each.details["sha256"] for each in noted] == [sha256(answer.data).hexdigest()] * 2


def test_rows_that_are_not_published_are_not_there(app: Flask, sessions: Sessions) -> None:
    release = released(sessions, profile="public")
    analyst(app, sessions, release.org_id).get(rows_of(release), 404)


def test_an_analyst_of_one_provider_gets_no_rows_of_all(app: Flask, sessions: Sessions) -> None:
    release = released(sessions, profile="analyst")
    desk = analyst(app, sessions, release.org_id)
    all_move_below(sessions, release.org_id)
    desk.get(rows_of(release), 403)


@pytest.mark.parametrize("role", ["manager", "analyst"])
def test_whoever_has_a_part_sees_what_is_published_and_sets_nothing_going(
    app: Flask, sessions: Sessions, role: str
) -> None:
    release = released(sessions)
    with sessions.begin() as session:
        person = employed(session, release.org_id, "max@example.org", role)
        desk = at_desk(app, session, person, release.org_id)
    desk.get(f"/analyse/releases/{release.id}?lang=en")
    all_move_below(sessions, release.org_id)
    desk.get(f"/analyse/waves/{release.wave_id}?lang=en")
    assert "No release yet." in desk.page.text
    for part in ("", "/tables", "/codebook"):
        desk.get(f"/analyse/releases/{release.id}{part}?lang=en", 404)
    for address, action in ((f"waves/{release.wave_id}/jobs", "settle"), (f"releases/{release.id}/publish", "public")):
        desk.get("/analyse?lang=en")
        token = desk.get("/manage/account?lang=en").query("input[name=csrf_token]")[0].attrs["value"]
        desk.post(f"/analyse/{address}?lang=en", [("csrf_token", token or ""), ("action", action)], 403)
    with sessions.begin(release.org_id) as session:
        assert jobs.jobs_of(session, release.org_id) == []
        publishing.publish(session, session.get_one(Release, (release.org_id, release.id)), "public", OPERATOR)
    assert "Withdraw" not in desk.get(f"/analyse/releases/{release.id}?lang=en").text


def all_move_below(sessions: Sessions, org_id: UUID) -> None:
    """Whoever was of the whole organisation is of one provider in it."""
    with sessions.begin(org_id) as session:
        below = {"slug": "below", "kind": "provider", "parent_id": org_id, "name": {"en": "Below"}}
        session.add(Organisation(org_id=org_id, id=BELOW, **below))
        session.flush()
        session.execute(update(Membership).values(organisation_id=BELOW))


def test_a_manager_sets_settling_and_releasing_going(app: Flask, sessions: Sessions) -> None:
    org_id = answered(sessions)
    with sessions.begin() as session:
        desk = at_desk(app, session, employed(session, org_id, "max@example.org", "manager"), org_id)
    desk.get("/analyse?lang=en")
    desk.follow("town – 2010")
    desk.press("release")
    assert "Release: waiting for the worker" in desk.page.text
    with sessions.begin() as session:
        (job,) = jobs.jobs_of(session, org_id)
        assert (job.kind, job.state) == ("release", "due")
        assert logged(session, org_id)[-1] == "release_asked"
        jobs.failed(session, jobs.Key(org_id, "release", job.object_id), "too_few_to_say")
    desk.follow("Look again how far it is")
    assert "not possible. There are so few answers that nothing is said of them" in desk.page.text


def token_of(sessions: Sessions, org_id: UUID) -> str:
    """Anna has a second factor, has agreed, and makes a token."""
    with sessions.begin() as session:
        person = employed(session, org_id, EMAIL, "analyst")
        analysts.agree(session, org_id, person)
    with_app(sessions, signed_in(sessions))
    with sessions.begin() as session:
        return analysts.make_token(session, org_id, person, "R on my laptop")


def asked(app: Flask, token: str, path: str = "/releases") -> tuple[int, bytes]:
    client = app.test_client(use_cookies=False)
    answer = client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"} if token else {})
    return answer.status_code, answer.data


def test_a_program_gets_the_same_files(app: Flask, sessions: Sessions) -> None:
    release = released(sessions, profile="analyst")
    token = token_of(sessions, release.org_id)
    status, body = asked(app, token)
    (told,) = json.loads(body)["releases"]
    assert (status, told["wave"], told["people"]) == (200, "town/2010", 60)
    assert json.loads(asked(app, token, f"/releases/{release.id}")[1]) == told
    for file in told["files"]:
        status, body = asked(app, token, f"/releases/{release.id}/files/{file['name']}")
        assert status == 200, file
        assert file.get("sha256") in {None, sha256(body).hexdigest()}
    with sessions.reading() as session:
        assert logged(session, release.org_id).count("rows_taken") == 3


@pytest.mark.parametrize("lost", [Membership, Agreement, Totp])
def test_a_token_is_good_as_long_as_its_owner_may_have_rows(app: Flask, sessions: Sessions, lost: type[Base]) -> None:
    release = released(sessions, profile="analyst")
    token = token_of(sessions, release.org_id)
    for wrong in ("", "x", token[:-1], f"{token}x"):
        assert asked(app, wrong)[0] == 401
    assert asked(app, token)[0] == 200
    with sessions.begin(release.org_id) as session:
        session.execute(delete(lost))
    assert asked(app, token) == (401, b'{"error":"unauthorized"}\n')


def test_a_token_goes_when_it_is_revoked_or_its_owner_is_removed(app: Flask, sessions: Sessions) -> None:
    release = released(sessions, profile="analyst")
    token = token_of(sessions, release.org_id)
    desk = analyst(app, sessions, release.org_id)
    assert "R on my laptop" in desk.get("/analyse/tokens?lang=en").text
    desk.fill("name", "Another")
    page = desk.press("next")
    other = page.query("p.key")[0].to_text().strip()
    assert asked(app, other)[0] == 200
    with sessions.begin() as session:
        person = people.by_email(session, EMAIL)
        assert person is not None
        (mine,) = [each for each in analysts.tokens(session, release.org_id, person.id) if each.name == "Another"]
        assert analysts.revoke(session, release.org_id, person.id, mine.id)
    assert (asked(app, other)[0], asked(app, token)[0]) == (401, 200)
    with sessions.begin(release.org_id) as session:
        people.remove(session, OPERATOR, release.org_id, person.id)
    assert asked(app, token)[0] == 401


def test_a_new_token_is_still_there_in_another_language_or_size(app: Flask, sessions: Sessions) -> None:
    release = released(sessions, profile="analyst")
    desk = analyst(app, sessions, release.org_id)
    desk.get("/analyse/tokens?lang=en")
    desk.fill("name", "My own")
    token = desk.press("next").query("p.key")[0].to_text().strip()
    desk.fill("name", "The next one")
    for pressed in ("lang-en", "size-150"):
        page = desk.press(pressed)
        assert page.query("p.key")[0].to_text().strip() == token
        assert page.query("input[name=name]")[0].attrs["value"] == "The next one"
    desk.fill("name", "")
    assert desk.press("next", status=422).query("p.key")[0].to_text().strip() == token
    assert len(desk.page.query(".cards > li")) == 1, "looking makes none"
    assert asked(app, token)[0] == 200
    assert "It is shown only now" not in desk.get("/analyse/tokens?lang=en").text


def test_a_program_finds_nothing_of_another_organisation(app: Flask, sessions: Sessions) -> None:
    ours, theirs = released(sessions, profile="analyst"), released(sessions, profile="analyst", name="village/2010")
    token = token_of(sessions, ours.org_id)
    assert asked(app, token, f"/releases/{theirs.id}")[0] == 404
    assert asked(app, token, f"/releases/{theirs.id}/files/{frozen.RESPONSES}")[0] == 404
    assert b"village" not in asked(app, token)[1]


def test_a_note_that_is_missing_is_asked_for_and_one_that_was_typed_is_kept(app: Flask, sessions: Sessions) -> None:
    release = released(sessions, profile="public")
    with sessions.begin() as session:
        desk = at_desk(app, session, employed(session, release.org_id, "max@example.org", "manager"), release.org_id)
    here = f"/analyse/releases/{release.id}"
    token = desk.get(f"{here}?lang=en").query("input[name=csrf_token]")[0].attrs["value"] or ""
    for note, action in (("", "next"), ("turned \u202earound", "next"), ("An error in", "lang-lv")):
        desk.language = "lv" if action == "lang-lv" else "en"
        status = 422 if action == "next" else 200
        page = desk.post(
            f"{here}/withdraw?lang=en", [("csrf_token", token), ("note", note), ("action", action)], status
        )
        assert page.query("#note")[0].attrs["value"] == note
    with sessions.reading(release.org_id) as session:
        assert session.get_one(Release, (release.org_id, release.id)).state == "published"
    desk.language = "en"
    desk.post(f"{here}/withdraw?lang=en", [("csrf_token", token), ("note", "An error in it"), ("action", "next")])
    assert "An error in it" in desk.page.text


@pytest.mark.parametrize("name", ["", " ", "\u200b", "a\u202eb", "a\x00b", "a" * 101])
def test_a_token_needs_a_name_that_can_be_read(sessions: Sessions, name: str) -> None:
    with sessions.begin() as session:
        org_id = office(session)
        with pytest.raises(Refusal):
            analysts.make_token(session, org_id, employed(session, org_id), name)
