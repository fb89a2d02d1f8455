"""What docs/security.md says is so, and what it asks of proxy and libraries is kept."""

import csv
import re
import subprocess
from pathlib import Path

import pytest

from surveyapp.services import guessing, limits, passkeys, passwords, staff_sessions
from surveyapp.services.people import ANY_ROLE, LONGEST_NAME, NEED_SECOND_FACTOR, read_email
from surveyapp.store.invitations import Invitation
from surveyapp.store.people import Person
from surveyapp.store.sessions import Sessions
from surveyapp.web import FORM_BYTES, FORM_PARTS
from surveyapp.web.manage import devices
from tests.builders import count, refused

ROOT = Path(__file__).parent.parent
TOLD = re.sub(r"\s+", " ", (ROOT / "docs" / "security.md").read_text("utf-8"))
LOCKS = ("requirements/runtime.txt", "requirements/test.txt")
DAY = 24 * 60 * 60


def tells(words: str) -> bool:
    return words in TOLD


def test_what_is_taken_is_written_down_as_it_is() -> None:
    assert tells(f"passphrases | {passwords.SHORTEST} to {passwords.LONGEST} characters of any kind; none of 20,000")
    assert len(passwords.known()) >= 20_000
    assert tells(f"at most {FORM_BYTES // 1024} KiB and {FORM_PARTS} fields")
    assert tells("one `@`, no blanks, at most 254 characters, compared in small letters")
    refused_forms = limits.REFUSED_FORMS
    assert tells(f"at most {refused_forms.tries} in a quarter of an hour for each person")
    assert refused_forms.seconds == 15 * 60
    assert tells(f"at most {LONGEST_NAME} characters, of a passkey {passkeys.LONGEST_NAME} |")
    assert read_email("A" * 251 + "@b") == "a" * 251 + "@b"
    for wrong in ("A" * 253 + "@b", "a b@c", "a@b@c", "nobody"):
        refused("bad_email", read_email, wrong)


def test_limits_are_written_down_as_they_are() -> None:
    lanes = guessing.lanes("passphrase")
    told = f"passphrases, second factors: each | {lanes.account.tries} | {lanes.network.tries} |"
    assert tells(told)
    assert tells(f"links, codes and receipts | – | {limits.GUESSES.tries} |")
    assert {each.seconds for each in (lanes.account, lanes.network, limits.GUESSES)} == {15 * 60}
    assert tells(
        "After that one try a minute for an account and 10 for a network are looked at: nobody's account is locked"
    )
    assert (lanes.account.slow, lanes.network.slow) == (1, 10)
    assert tells(f"for {devices.KEPT // 86_400} days a browser")


def test_sessions_are_written_down_as_they_are() -> None:
    assert tells(f"{staff_sessions.IDLE // 60} minutes without use, after {staff_sessions.LONGEST // 3600} hours")
    assert tells(f"one shown in the last {staff_sessions.FRESH // 60} minutes")


def test_roles_are_written_down_as_they_are() -> None:
    table = TOLD.partition("## Who may do what")[2].partition("## ")[0]
    assert re.findall(r"\| (\w+)(?: \([^|]*\))? \| ", table)[1:] == ["nobody", *ANY_ROLE]
    assert tells("Analysts, managers and administrators need a second factor")
    assert {"analyst", "manager", "admin"} == NEED_SECOND_FACTOR
    with (ROOT / "tests" / "access_matrix.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    admins_only = {row["endpoint"].partition(".")[0] for row in rows if row["manager"] == "deny"}
    assert {"people", "log"} <= admins_only
    assert tells(
        "| admin | invite people, give and take roles, read the log; no answers; always for the whole organisation |"
    )


def test_a_new_database_knows_nobody(sessions: Sessions) -> None:
    with sessions.reading() as session:
        assert (count(session, Person), count(session, Invitation)) == (0, 0)


def test_the_proxy_speaks_tls_alone_and_no_old_one() -> None:
    operating = (ROOT / "docs" / "operating.md").read_text("utf-8")
    server = operating.partition("```nginx")[2].partition("```")[0]
    assert re.findall(r"^ *listen ([^;]+);", server, re.MULTILINE) == ["443 ssl"]
    assert re.findall(r"^ *ssl_protocols ([^;]+);", server, re.MULTILINE) == ["TLSv1.2 TLSv1.3"]
    assert re.search(r"ssl_certificate +/\S+; # from an authority that browsers trust", server)
    assert "X-Forwarded-Proto https" in server


def committed(*what: str) -> int:
    """When a file was committed last, or the code; Unix seconds."""
    command = ["git", "log", "-1", "--format=%ct", *what]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if not ended.stdout.strip():
        pytest.skip("there is no history here")
    return int(ended.stdout)


def overdue(lock: int, code: int) -> bool:
    """The lock is older than the code by more than what is promised."""
    (days,) = re.findall(r"the lock is renewed \| (\d+) days", TOLD)
    return code - lock > int(days) * DAY


def test_how_soon_libraries_are_renewed_is_written_down_and_kept() -> None:
    told = {"exploited already, or critical": 2, "high": 7, "medium or low": 30}
    assert all(tells(f"| {how} | {days} days |") for how, days in told.items())
    for lock in LOCKS:
        assert not overdue(committed("--", lock), committed()), f"{lock} is to be renewed: make lock"
    assert overdue(0, 91 * DAY)
    assert not overdue(0, 90 * DAY)
