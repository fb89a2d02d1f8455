"""Starting what runs: the web server in place of this process, or several programs side by side."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import NoReturn

from surveyapp.config import Config
from surveyapp.store import migrating

Program = Sequence[str]
BOT: Program = (sys.executable, "-m", "bots")
_ROUND = 0.2
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


def together(programs: Sequence[Program], environ: Mapping[str, str]) -> int:
    """Run programs until one of them ends or this process is asked to end; then end the others. Returns an exit code."""
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, _stop)
    running = [subprocess.Popen(program, env=dict(environ)) for program in programs]  # noqa: S603 - programs of ours
    try:
        while not (ended := [each for each in running if each.poll() is not None]):
            time.sleep(_ROUND)
    except (Stopped, KeyboardInterrupt):
        ended = []
    for each in running:
        if each.poll() is None:
            each.terminate()
    for each in running:
        each.wait(_PATIENCE)
    return max((abs(each.returncode) for each in ended), default=0)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped
