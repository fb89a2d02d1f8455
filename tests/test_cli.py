"""The command line, from an empty database to a file for analysts: what it prints, and with what code it ends."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from bots import names
from surveyapp.cli import main
from surveyapp.services import audit, jobs, library
from surveyapp.store.sessions import Sessions
from surveyapp.store.tenancy import organisations
from tests.builders import TINY, gathered, inside, tiny
from tests.conftest import SECRET, Database
from tests.serving import first_answer, free_port

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database) -> Run:
    """Runs ``surveyapp`` with these words on the database; ``code`` is the exit code it must end with."""
    environ = {
        "DATABASE_URL": database.url,
        "DATABASE_OWNER_URL": database.owner_url,
        "SECRET_KEY": SECRET,
        "INSTANCE_DIR": str(database.folder),
    }

    def surveyapp(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, list(words), env=environ)
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    return surveyapp


def data(result: Result) -> Any:
    return json.loads(result.stdout)


def test_every_command_explains_itself(run: Run) -> None:
    for command in main.commands:
        said = run(command, "--help").output
        assert "Usage:" in said
        assert len(said.splitlines()) > 4


def test_publishing_the_same_twice_makes_one_version(run: Run) -> None:
    first = data(run("publish", "client_satisfaction_10", "client_satisfaction_short", "--json"))
    again = data(run("publish", "client_satisfaction_10", "client_satisfaction_short", "--json"))
    assert first == again
    assert [each["questionnaire"] for each in first] == ["client_satisfaction_10", "client_satisfaction_short"]
    assert first[0].keys() == {"questionnaire", "version", "sha256", "languages"}
    assert sorted(first[0]["languages"]) == ["en", "et", "lv", "ru", "uk"]


def test_what_is_done_in_the_background_is_told_with_how_far_it_is(run: Run, sessions: Sessions) -> None:
    assert "no work" in run("jobs").output
    collecting = gathered(sessions, 1)
    with sessions.begin() as session:
        jobs.ask(session, collecting.org_id, "settle", collecting.wave_id)
        taken = jobs.take(session, "worker", ())
        assert taken
        jobs.beat(session, taken.key, "worker", 500, 900)
        jobs.ask(session, jobs.NOTHING, "keep", jobs.NOTHING, after=60)
    said = run("jobs").output
    assert "town/2010: settle running, 500 of 900, last sign of life" in said
    assert "the service: keep due\n" in said
    kept, settled = data(run("jobs", "--json"))
    assert (kept["wave"], kept["kind"], kept["last_sign"]) == ("", "keep", None)
    assert (settled["wave"], settled["state"], settled["done"], settled["of"]) == ("town/2010", "running", 500, 900)


def test_a_collector_is_made_once_and_found_again(run: Run) -> None:
    run("publish", "client_satisfaction_short")
    words = ("collect", "client_satisfaction_short", "--wave", "kuldiga/2026", "--unit", "Day centre", "--json")
    first, again = data(run(*words)), data(run(*words))
    assert first == again
    assert first.keys() == {"wave", "code", "url", "chat_url", "bot_start"}
    assert first["wave"] == "kuldiga/2026"
    assert first["url"].endswith(f"/r/{first['code']}")
    assert len(first["code"]) == 8


def test_a_programme_file_can_be_given_again(run: Run) -> None:
    run("publish", *library.PUBLISHED)
    file = str(library.SHIPPED / "programmes" / "kuldiga.yaml")
    assert "made" in run("programme", file).stdout
    assert "up to date" in run("programme", file).stdout


def test_faults_are_named_with_their_place(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(TINY.format(id="tiny"), "utf-8")
    bad.write_text(TINY.format(id="tiny").replace("scale: good3", "scale: nowhere"), "utf-8")
    assert run("check", str(good)).stdout == "no faults\n"
    said = run("check", str(good), str(bad), code=1).stdout
    assert "bad.yaml: $.pages[0].items[0]" in said
    assert data(run("check", str(bad), "--json", code=1))[0]["file"] == str(bad)
    assert "questionnaire" in json.dumps(data(run("schema")))


def test_what_may_be_released_is_proposed_and_can_be_put_into_the_file(run: Run, tmp_path: Path) -> None:
    shipped = library.SHIPPED / "client_satisfaction_10.yaml"
    before, _ = shipped.read_text("utf-8").split("\nrelease:")
    for people, told in ((178, ["service_group", "age_band", "gender"]), (60, ["service_group", "gender"])):
        block = run("propose", str(shipped), "--people", str(people)).stdout
        file = tmp_path / f"{people}.yaml"
        file.write_text(f"{before}\n{block}", "utf-8")
        assert run("check", str(file)).stdout == "no faults\n"
        assert [each.column for each in library.load(str(file)).release.quasi] == told


@pytest.mark.parametrize(
    "content", ["", "[", "- a", "{a: 1, a: 2}", "schema: questionnaire/1", "\x00", "yes: no", "&a [*a]"]
)
def test_no_file_makes_it_fall_over(run: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(content, "utf-8")
    for command in ("check", "publish", "programme"):
        assert run(command, str(file), code=1).output


def test_from_answers_to_a_file(run: Run, sessions: Sessions, tmp_path: Path) -> None:
    gathered(sessions, 12)
    refused = run("export", "town/2010", "--out", str(tmp_path / "out.zip"), code=1)
    assert "surveyapp release" in refused.output
    settled = data(run("settle", "town/2010", "--json"))
    assert (settled["responses"], settled["closed"]) == (12, True)
    assert data(run("settle", "town/2010", "--json"))["responses"] == 0
    run("release", "town/2010")
    written = data(run("export", "town/2010", "--out", str(tmp_path / "out.zip"), "--json"))
    assert (written["responses"], written["columns"]) == (12, 6)
    with ZipFile(tmp_path / "out.zip") as archive:
        assert len(archive.read("data/responses.csv").splitlines()) == 13
    labelled = ("--out", str(tmp_path / "out.csv"), "--profile", "public", "--lang", "lv", "--labels")
    run("export", "town/2010", *labelled)
    assert "Kā bija?" in (tmp_path / "out.csv").read_text("utf-8-sig")
    parts = data(run("export", "town/2010", "--out", f"{tmp_path / 'parts'}/", "--json"))
    assert [(each["batch"], each["responses"]) for each in parts] == [(1, 12)]
    assert parts[0]["file"].endswith("/wave=town-2010/batch=1/responses.parquet")
    joined = data(run("export", "town/2010", "--joined", "--out", str(tmp_path / "all.csv"), "--json"))
    assert (joined["batches"], joined["responses"], joined["file"]) == ([1], 12, str(tmp_path / "all.csv"))
    assert len((tmp_path / "all.csv").read_bytes().splitlines()) == 13
    for more in (("--profile", "public"), ("--batch", "1"), ("--excel",)):
        assert "joined row by row" in run("export", "town/2010", "--joined", "--out", "all.csv", *more, code=1).output
    with sessions.reading() as session:
        (org_id,) = organisations(session)
        entries = audit.entries(org_id, verb="release_exported")
        noted = [each.details for each in inside(session).scalars(entries)]
    assert [(each["format"], each["rows"]) for each in noted] == [("csv", 12), ("parquet", 12), ("csv", 7), ("zip", 12)]
    assert noted[-1]["sha256"] == hashlib.sha256((tmp_path / "out.zip").read_bytes()).hexdigest()


def test_clients_are_counted_in_all_or_by_their_parts(run: Run, sessions: Sessions) -> None:
    gathered(sessions, 12, tiny("tiny", ("id: where", "id: where\n        role: breakdown")))
    assert data(run("clients", "town/2010", "--json"))["clients"] is None
    said = data(run("clients", "town/2010", "--of", "farm=40", "--of", "town=8", "--json"))
    assert said["clients"] == {"column": "where", "number": {"farm": 40, "town": 8}}
    assert "“town” is missing" in run("clients", "town/2010", "--of", "farm=40", code=1).output
    assert "counted by: town, farm" in run("clients", "town/2010", "--of", "port=40", code=1).output
    assert run("clients", "town/2010").output == "town/2010: 48 clients\nfarm: 40\ntown: 8\n"
    assert run("clients", "town/2010", "--unknown").output == "town/2010: nobody has said how many clients there are\n"
    assert run("clients", "town/2010", "--all", "60").output == "town/2010: 60 clients\n"


def test_a_release_is_made_published_and_withdrawn(run: Run, sessions: Sessions) -> None:
    gathered(sessions, 12)
    assert "settle" in run("release", "town/2010", code=1).output
    run("settle", "town/2010")
    made = data(run("release", "town/2010", "--json"))
    assert (made["batch"], made["responses"], made["state"], made["published"]) == (1, 12, "made", [])
    assert "released already" in run("release", "town/2010", code=1).output
    assert data(run("release", "town/2010", "--profile", "public", "--json"))["published"] == ["public"]
    assert "published for that profile already" in run("release", "town/2010", "--profile", "public", code=1).output
    assert "published for: analyst, public" in run("release", "town/2010", "--profile", "analyst").output
    assert "note" in run("release", "town/2010", "--withdraw", " ", code=1).output
    for words in (("--batch", "1", "--profile", "public"), ("--withdraw", "A fault", "--profile", "public")):
        assert "--withdraw" in run("release", "town/2010", *words, code=2).output
    assert (
        "batch 2; there are those of 1"
        in run("release", "town/2010", "--withdraw", "It", "--batch", "2", code=1).output
    )
    assert "batch 2; there are" in run("export", "town/2010", "--batch", "2", "--out", "rows.csv", code=1).output
    assert run("release", "town/2010", "--withdraw", "A fault").output == "town/2010, batch 1: withdrawn\n"
    for words in (("--withdraw", "Again"), ("--profile", "public"), ()):
        run("release", "town/2010", *words, code=1)


def test_what_cannot_be_done_is_said_plainly(run: Run, sessions: Sessions, tmp_path: Path) -> None:
    gathered(sessions, 9)
    assert "town/2010" in run("settle", "town/1999", code=1).output
    assert run("settle", "nowhere", code=1).output
    run("settle", "town/2010")
    assert "--profile public" in run("release", "town/2010", "--profile", "analyst", code=1).output
    assert run("release", "town/2010", "--withdraw", "A fault", code=1).output
    assert "the number of answers and one overall mean" in run("release", "town/2010", "--profile", "public").output
    assert "so few" in run("export", "town/2010", "--out", str(tmp_path / "out.csv"), code=1).output
    assert run("export", "town/2010", "--out", str(tmp_path / "out.pdf"), code=1).output
    assert not list(tmp_path.glob("out*"))
    run("publish", "no_such_questionnaire", code=1)
    run("collect", "tiny", "--wave", "a wave", "--unit", "centre", code=1)
    run("collect", "tiny", "--wave", "town/2010", "--unit", "centre", code=1)
    for words in (("settle",), ("export", "town/2010"), ("nothing",), ("publish",), ("serve", "--port", "0")):
        run(*words, code=2)


def test_a_wave_is_not_settled_before_the_day_people_were_told(run: Run, tmp_path: Path) -> None:
    run("publish", "client_satisfaction_short")
    later = (date.today() + timedelta(days=30)).isoformat()  # noqa: DTZ011 - a month hence in any zone
    wave = ("--wave", "kuldiga/2030", "--unit", "centre", "--settles", later)
    run("collect", "client_satisfaction_short", *wave)
    assert later in run("settle", "kuldiga/2030", code=1).output


def test_a_database_that_is_not_there_is_said_to_be_away(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": "postgres://a:b@127.0.0.1:9/c", "SECRET_KEY": SECRET, "INSTANCE_DIR": str(tmp_path)}
    for words in (["upgrade"], ["publish", "client_satisfaction_short"], ["settle", "a/b"], ["doctor"]):
        result = CliRunner().invoke(main, words, env=environ)
        assert result.exit_code == 1
        assert "Traceback" not in result.output
        assert result.output


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "mysql://a/b"), ("PORT", "0"), ("LOG_LEVEL", "loud")],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    result = CliRunner().invoke(main, ["upgrade"], env={"INSTANCE_DIR": str(tmp_path), name: value})
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: setting {name}: must ")


def test_served_until_it_is_told_to_end(tmp_path: Path) -> None:
    port = free_port()
    environ = {**os.environ, "INSTANCE_DIR": str(tmp_path), "LOG_LEVEL": "error"}
    command = [sys.executable, "-c", "from surveyapp.cli import main; main()", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    try:
        assert first_answer(f"http://127.0.0.1:{port}/readyz") == b"ok\n"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(children) == 2, "pages and worker"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert not [child for child in children if Path(f"/proc/{child}").exists()]
    finally:
        process.kill()


def test_two_demonstrations_are_the_same_and_a_second_start_adds_nothing(tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        environ = {"INSTANCE_DIR": str(tmp_path / name), "PORT": "8123"}
        for _ in range(2):
            made = CliRunner().invoke(main, ["demo", "--no-serve", "--json"], env=environ)
            assert made.exit_code == 0, made.output
        told = json.loads(made.stdout)
        assert told["as a chat"] == told["questionnaire"].replace("/r/", "/chat/")
        again = CliRunner().invoke(main, ["release", "kuldiga/2010", "--profile", "public"], env=environ)
        assert "published for that profile already" in again.output
        assert told["public results"] == "http://127.0.0.1:8123/results/kuldiga"
        assert told["staff sign in at"] == "http://127.0.0.1:8123/sign-in"
        zipped = tmp_path / f"{name}.zip"
        assert CliRunner().invoke(main, ["export", "kuldiga/2010", "--out", str(zipped)], env=environ).exit_code == 0
        assert {"data/texts_good.csv", "data/texts_improve.csv"} <= set(ZipFile(zipped).namelist())
        out = tmp_path / f"{name}.csv"
        written = CliRunner().invoke(main, ["export", "kuldiga/2010", "--out", str(out), "--json"], env=environ)
        assert json.loads(written.stdout)["responses"] == 178
        files.append(sorted(line.partition(",")[2] for line in out.read_text("utf-8").splitlines()))
        assert "made-up data" in (tmp_path / f"{name}.SYNTHETIC.txt").read_text("utf-8")
    assert files[0] == files[1]
    refused = CliRunner().invoke(
        main, ["demo", "--no-serve"], env={**environ, "PUBLIC_URL": "https://survey.example", "SECRET_KEY": SECRET}
    )
    assert refused.exit_code == 1


def test_a_demonstration_whose_port_is_taken_says_so_before_it_prepares_anything(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        environ = {"INSTANCE_DIR": str(tmp_path / "instance"), "PORT": str(other.getsockname()[1])}
        ended = CliRunner().invoke(main, ["demo"], env=environ)
    assert ended.exit_code == 1
    assert f"port {environ['PORT']}" in ended.output
    assert not list(tmp_path.rglob("*.db"))


def test_nobody_else_on_the_machine_can_read_the_database(tmp_path: Path) -> None:
    made = CliRunner().invoke(main, ["upgrade"], env={"INSTANCE_DIR": str(tmp_path / "instance")})
    assert made.exit_code == 0, made.output
    files = list((tmp_path / "instance").iterdir())
    assert {"surveyapp.db", "secret_key"} <= {file.name for file in files}
    assert not [file.name for file in files if file.stat().st_mode & 0o077]


@pytest.fixture
def named_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Bot API that knows the bot, as far as its name is asked for."""
    monkeypatch.setattr(names, "ask", lambda config: "survey_bot")


COLLECT = ("collect", "client_satisfaction_short", "--wave", "kuldiga/2026", "--unit", "Day centre")


@pytest.mark.usefixtures("named_bot")
def test_a_collector_can_be_reached_in_three_ways(run: Run) -> None:
    run("publish", "client_satisfaction_short")
    made = data(run(*COLLECT, "--json"))
    assert made["chat_url"] == f"http://127.0.0.1:8000/chat/{made['code']}"
    assert made["bot_start"] == f"https://t.me/survey_bot?start={made['code']}"
    assert made["bot_start"] in run(*COLLECT).stdout


@pytest.mark.usefixtures("named_bot")
@pytest.mark.parametrize(("channel", "key"), [("web", "url"), ("chat", "chat_url"), ("telegram", "bot_start")])
def test_a_qr_code_leads_to_the_channel(run: Run, tmp_path: Path, channel: str, key: str) -> None:
    run("publish", "client_satisfaction_short")
    made = data(run(*COLLECT, "--channel", channel, "--qr", str(tmp_path / "code.svg"), "--json"))
    drawn = (tmp_path / "code.svg").read_text("utf-8")
    assert made[key] in drawn
    assert drawn.count("<path") == 1
    run(*COLLECT, "--channel", channel, "--qr", str(tmp_path / "code.png"))
    assert (tmp_path / "code.png").read_bytes().startswith(b"\x89PNG")


def test_without_a_bot_there_is_no_link_to_one(run: Run, tmp_path: Path) -> None:
    run("publish", "client_satisfaction_short")
    assert data(run(*COLLECT, "--json"))["bot_start"] is None
    said = run(*COLLECT, "--channel", "telegram", "--qr", str(tmp_path / "code.svg"), code=1).output
    assert "TELEGRAM_BOT_TOKEN" in said
    assert ".svg" in run(*COLLECT, "--qr", str(tmp_path / "code.gif"), code=1).output
    assert "TELEGRAM_BOT_TOKEN" in run("bot", code=1).output
    assert not list(tmp_path.glob("code*"))
