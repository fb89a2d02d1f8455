"""The product on another machine: from a wheel and the lock alone, and for somebody who is not root."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.elsewhere import build_wheel, checkout, environment, open_folder, pip
from tests.pages import Pages
from tests.serving import first_answer, free_port

SOMEBODY = 64_123
"""A user id that belongs to nobody here."""

NOT_ROOT: dict[str, Any] = (
    {"user": SOMEBODY, "group": SOMEBODY, "extra_groups": []} if os.geteuid() == 0 else {"user": os.geteuid()}
)
"""How a program is started by somebody who is not root: whoever runs the tests, unless that is root."""


def of_anybody(program: str) -> str | None:
    """The program, if somebody who is not root can run it and it is a Python of our version."""
    asked = [program, "-c", "import sys; print(sys.version_info[:2])"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, check=False, **NOT_ROOT).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return program if said.strip() == str(sys.version_info[:2]) else None


@pytest.fixture(scope="module", name="python")
def fixture_python() -> str | None:
    """A Python for everybody on this machine: root's own may lie in a folder that is closed to others."""
    return of_anybody(os.path.realpath(sys.executable)) or of_anybody("/usr/bin/python3")


@pytest.fixture(scope="module", name="programs")
def fixture_programs(python: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    wheel = build_wheel(tmp_path_factory.mktemp("wheel"))
    with open_folder() as folder:
        yield environment(python or sys.executable, folder / "venv", wheel)


@contextmanager
def running(command: list[str], port: int, **how: Any) -> Iterator[str]:
    """The address of what the command serves; ended with Ctrl+C, as at a terminal."""
    process = subprocess.Popen(command, start_new_session=True, **how)
    try:
        first_answer(f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def test_the_lock_holds_all_that_the_wheel_needs(programs: Path) -> None:
    assert "No broken requirements" in pip(programs / "python", "check")
    inside = pip(programs / "python", "list", "--format=freeze")
    assert "pytest" not in inside
    assert "surveyapp" in inside


def test_a_wheel_serves_a_form_from_consent_to_receipt(programs: Path, tmp_path: Path) -> None:
    environ = {"INSTANCE_DIR": str(tmp_path / "instance"), "PATH": "/usr/bin:/bin"}
    here: dict[str, Any] = {"env": environ, "cwd": tmp_path}

    def surveyapp(*words: str) -> str:
        ended = subprocess.run([programs / "surveyapp", *words], check=True, capture_output=True, text=True, **here)
        return ended.stdout

    port = free_port()
    with running([str(programs / "surveyapp"), "serve", "--port", str(port)], port, **here) as address:
        surveyapp("publish", "client_satisfaction_short")
        where = ("--wave", "kuldiga/2026", "--unit", "Day centre")
        code = json.loads(surveyapp("collect", "client_satisfaction_short", *where, "--json"))["code"]
        with closing(Pages(address, "lv")) as pages:
            pages.get(f"/r/{code}?lang=lv")
            last = pages.interview(lambda question: [question.choices[0][0]] if question.choices else [""])
    assert last.heading == "Paldies, Jūsu atbildes ir nosūtītas"
    assert not list(tmp_path.glob("*.db"))


def test_somebody_who_is_not_root_tries_the_demonstration_twice(python: str | None, programs: Path) -> None:
    if python is None:
        pytest.skip("nobody but root can run a Python here")
    with open_folder() as folder:
        where, home = checkout(folder / "surveyapp", programs), folder / "home"
        home.mkdir()
        own(folder, NOT_ROOT["user"])
        environ = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        for _ in range(2):
            port = free_port()
            command = ["make", "--silent", "demo", f"PORT={port}"]
            how: dict[str, Any] = {"env": environ, "cwd": where, "stdout": subprocess.DEVNULL, **NOT_ROOT}
            with running(command, port, **how) as address, closing(Pages(address, "en")) as pages:
                assert "Kuldīga 2010" in pages.get("/?lang=en").text
            with sqlite3.connect(where / "instance" / "surveyapp.db") as database:
                assert database.execute("SELECT count(*) FROM settled").fetchone() == (178,)
        assert {file.stat().st_uid for file in (where / "instance").iterdir()} == {NOT_ROOT["user"]}
        assert not list(home.iterdir())


def own(folder: Path, user: int) -> None:
    """Give a folder and all in it to a user."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)
