"""Accounts from the command line: a link that works once, a list and a reset."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from surveyapp.cli import main
from surveyapp.services import audit, invitations, sign_in
from surveyapp.services.audit import OPERATOR
from surveyapp.services.demo import STAFF
from surveyapp.services.invitations import Joining
from surveyapp.store import clock
from surveyapp.store.sessions import Sessions, make_sessions
from surveyapp.store.tenancy import organisations
from tests.builders import open_wave
from tests.conftest import SECRET, Database
from tests.staff import HERE, OTHER, branch, employed, entries, hash_of, looked_for, office, signed_in, tries

BERTA = "berta@example.org"


@pytest.fixture
def sessions(sqlite_database: Database) -> Iterator[Sessions]:
    made = make_sessions(sqlite_database.config())
    with made.begin() as session:
        office(session)
    yield made
    made.dispose()


def surveyapp(database: Database, *words: str, code: int = 0) -> str:
    environ = {"DATABASE_URL": database.url, "SECRET_KEY": SECRET, "INSTANCE_DIR": str(database.folder)}
    ended = CliRunner().invoke(main, list(words), env=environ)
    assert ended.exit_code == code, ended.output
    return ended.output


def test_somebody_is_invited_listed_and_reset(sqlite_database: Database, sessions: Sessions) -> None:
    added = json.loads(
        surveyapp(
            sqlite_database, "staff", "add", "Berta@Example.org", "--role", "admin", "--organisation", "town", "--json"
        )
    )
    assert {name: added[name] for name in ("email", "role", "organisation")} == {
        "email": BERTA,
        "role": "admin",
        "organisation": "town",
    }
    assert surveyapp(sqlite_database, "staff", "list").split() == ["town", "admin", "invited", BERTA]
    token = added["url"].removeprefix("http://127.0.0.1:8000/sign-in/invitation/")
    with sessions.begin() as session:
        now = clock.seconds(session)
        invitations.accept(session, token, Joining("Berta", "lv", hash_of(OTHER)), now)
    member = {"email": BERTA, "role": "admin", "organisation": "town", "state": "member"}
    assert json.loads(surveyapp(sqlite_database, "staff", "list", "--json")) == [member]
    said = surveyapp(sqlite_database, "staff", "reset", BERTA)
    with sessions.begin() as session:
        link = said.splitlines()[-1].removeprefix("http://127.0.0.1:8000/sign-in/reset/")
        invitations.use_reset(session, link, hash_of("a new one for Berta alone"), clock.seconds(session))
    assert tries(sessions, BERTA, "a new one for Berta alone").state == "in"
    assert json.loads(surveyapp(sqlite_database, "audit", "verify", "--json")) == {
        "entries": 6,
        "chains": 1,
        "faults": [],
    }


def test_the_log_is_checked_against_lines_that_were_kept_elsewhere(
    sqlite_database: Database, sessions: Sessions, tmp_path: Path
) -> None:
    kept = tmp_path / "heads"
    with sessions.begin() as session:
        audit.record(session, office(session, "village"), OPERATOR, "tried")
    kept.write_text(surveyapp(sqlite_database, "audit", "head"), "utf-8")
    (told,) = json.loads(surveyapp(sqlite_database, "audit", "head", "--json"))
    assert kept.read_text("utf-8").split() == [told["organisation"], "1", told["sha256"]]
    assert "the log holds" in surveyapp(sqlite_database, "audit", "verify", "--against", str(kept))
    kept.write_text(kept.read_text("utf-8") + f"{told['organisation']} 2 {told['sha256']}\n", "utf-8")
    said = surveyapp(sqlite_database, "audit", "verify", "--against", str(kept), code=1)
    assert said == "village: number 2 is not the entry that was the last one when it was written down\n"
    for wrong, words in (("", "empty"), ("nothing\n", "line 1"), (f"{told['organisation']} 1 x\n", "line 1")):
        kept.write_text(wrong, "utf-8")
        assert words in surveyapp(sqlite_database, "audit", "verify", "--against", str(kept), code=2)


def test_a_role_is_taken_and_its_sessions_end(sqlite_database: Database, sessions: Sessions) -> None:
    with sessions.begin() as session:
        (org,) = organisations(session)
        for email in (BERTA, "carl@example.org"):
            employed(session, org, email, "admin")
        employed(session, org, BERTA, "collector")
    desk = signed_in(sessions, BERTA)
    words = ("staff", "take", "Berta@example.org", "--role", "admin", "--organisation", "town")
    taken = json.loads(surveyapp(sqlite_database, *words, "--json"))
    assert taken == {"email": BERTA, "role": "admin", "organisation": "town"}
    assert looked_for(sessions, desk.token) is None
    assert f"{BERTA} is no admin in town" in surveyapp(sqlite_database, *words, code=1)
    last = surveyapp(sqlite_database, "staff", "take", "carl@example.org", *words[3:])
    assert last == "carl@example.org is no longer admin in town and is signed out everywhere\n"
    assert surveyapp(sqlite_database, "staff", "list").split() == ["town", "collector", "member", BERTA]
    with sessions.reading() as session:
        noted = [(each.actor, each.details) for each in entries(session, org) if each.verb == "role_taken"]
    assert noted == [("operator", {"role": "admin"})] * 2


def test_a_task_in_a_wave_is_given_listed_and_taken(sqlite_database: Database, sessions: Sessions) -> None:
    with sessions.begin() as session:
        org = open_wave(session, name="kuldiga/2010").org_id
        employed(session, org, BERTA, "collector")
        branch(session, org)
    wave = ("--wave", "kuldiga/2010")
    words = ("Berta@example.org", "--task", "expert", *wave)
    given = json.loads(surveyapp(sqlite_database, "staff", "assign", *words, "--json"))
    assert given == {"email": BERTA, "task": "expert", "wave": "kuldiga/2010", "organisation": "kuldiga"}
    said = surveyapp(sqlite_database, "staff", "assign", *words, "--organisation", "branch")
    assert said == f"{BERTA} has the task expert in kuldiga/2010, at branch\n"
    both = [{"email": BERTA, "task": "expert", "organisation": place} for place in ("branch", "kuldiga")]
    assert json.loads(surveyapp(sqlite_database, "staff", "list", *wave, "--json")) == both
    taken = surveyapp(sqlite_database, "staff", "unassign", *words)
    assert taken == f"{BERTA} no longer has the task expert in kuldiga/2010, at kuldiga\n"
    assert surveyapp(sqlite_database, "staff", "list", *wave).split() == ["branch", "expert", BERTA]
    assert "no such task" in surveyapp(sqlite_database, "staff", "unassign", *words, code=1)
    with sessions.reading() as session:
        noted = [(each.actor, each.verb, each.details["task"]) for each in entries(session, org)[1:]]
    assert noted == [("operator", verb, "expert") for verb in ("task_given", "task_given", "task_taken")]


def test_no_task_is_given_to_strangers_nor_at_somebody_elses_place(
    sqlite_database: Database, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        org = open_wave(session, name="kuldiga/2010").org_id
        (town,) = set(organisations(session)) - {org}
        employed(session, town, BERTA)
        employed(session, org, "carl@example.org")
    of_wave = ("--task", "leader", "--wave", "kuldiga/2010")
    for words, said in (
        ((BERTA, *of_wave), "don't belong to the wave's organisation"),
        (
            ("carl@example.org", *of_wave, "--organisation", "town"),
            "no organisation “town”; there are: kuldiga.",
        ),
        (("carl@example.org", *of_wave[:3], "kuldiga/2011"), "there are: kuldiga/2010"),
        (("dora@example.org", *of_wave), "no account"),
    ):
        assert said in surveyapp(sqlite_database, "staff", "assign", *words, code=1)
    assert json.loads(surveyapp(sqlite_database, "staff", "list", *of_wave[2:], "--json")) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "berta", "--role", "admin", "--organisation", "town"), "no e-mail address"),
        (("add", BERTA, "--role", "admin", "--organisation", "city"), "there are: town"),
        (("reset", BERTA), "no account"),
        (("take", BERTA, "--role", "admin", "--organisation", "town"), "no account"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    sqlite_database: Database, sessions: Sessions, words: tuple[str, ...], said: str
) -> None:
    output = surveyapp(sqlite_database, "staff", *words, code=1)
    assert said in output
    assert len(output.splitlines()) == 1


def test_the_demonstration_makes_its_own_staff_with_new_one_time_passphrases_each_time(tmp_path: Path) -> None:
    environ = {"INSTANCE_DIR": str(tmp_path), "PORT": "8123"}
    told = []
    for _ in range(2):
        made = CliRunner().invoke(main, ["demo", "--no-serve", "--json"], env=environ)
        told.append({role: json.loads(made.stdout)[role].split(", one-time passphrase ") for role in STAFF})
    sessions = make_sessions(Database("sqlite", f"sqlite:///{tmp_path}/surveyapp.db", "", tmp_path).config())
    for role, (email, passphrase) in told[1].items():
        assert email == STAFF[role]
        old = told[0][role][1]
        states = [
            sign_in.with_passphrase(sessions, email, typed, HERE).state for typed in (old, passphrase, passphrase)
        ]
        assert states == ["wrong", "in", "wrong"]
    sessions.dispose()
