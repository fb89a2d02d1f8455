"""Starting what runs: the web server in place of this process, or several programs side by side."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from surveyapp.config import Config
from surveyapp.store import migrating

Program = Sequence[str]
BOT: Program = (sys.executable, "-m", "bots")
WORKER: Program = (sys.executable, "-c", "from surveyapp.cli import main; main()", "worker")
_PATIENCE = 30


class Stopped(Exception):
    """Somebody asked this process to end."""


def web(config: Config, *, public: bool) -> Program:
    """The web application under gunicorn; SQLite is migrated first."""
    if config.database_url.startswith("sqlite"):
        migrating.upgrade(config.owner_url)
    address = f"{'0.0.0.0' if public else '127.0.0.1'}:{config.port}"  # noqa: S104 - asked for with --public
    settings = ["-c", "python:surveyapp.serving", "--bind", address]
    return [sys.executable, "-m", "gunicorn", *settings, "surveyapp.web.wsgi:app"]


def taken(port: int) -> bool:
    """Some other program listens on this port of the machine already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does, for ports that are just left
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def become(program: Program, environ: Mapping[str, str]) -> NoReturn:
    """Let a program take this process over, signals included."""
    sys.stdout.flush()
    os.execve(program[0], list(program), dict(environ))  # noqa: S606 - a program of ours, with nobody else's words


def together(main: Program, beside: Sequence[Program], environ: Mapping[str, str]) -> int:
    """Run a program, and others beside it, until it ends or this process is asked to end. Returns an exit code.

    A hang-up is passed on to the main one, as a reload. Should one of the others end before, the main one goes on: a bot with a wrong token takes no pages away.
    """
    sys.stdout.flush()
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell lets what it starts in the background ignore the second
        signal.signal(number, _stop)
    running: list[subprocess.Popen[bytes]] = []

    def hang_up(number: int, frame: FrameType | None) -> None:
        if running:
            running[0].send_signal(number)

    signal.signal(signal.SIGHUP, hang_up)
    code = 0
    with suppress(Stopped):
        for program in (main, *beside):
            running.append(subprocess.Popen(program, env=dict(environ)))  # noqa: S603, PERF401 - ours; one may be stopped
        code = running[0].wait()
    for each in running:
        if each.poll() is None:
            each.terminate()
    for each in running:
        each.wait(_PATIENCE)
    return abs(code)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped
