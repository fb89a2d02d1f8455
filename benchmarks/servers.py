"""Servers to be measured: the product and the floor it stands on, both under the same gunicorn settings."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
_PATIENCE = 30


@dataclass(frozen=True)
class Server:
    """A running server: its address and the process at the root of its tree."""

    url: str
    pid: int


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], port: int, environ: Mapping[str, str]) -> Iterator[Server]:
    """Run a command until the block ends; it must answer on its port within half a minute."""
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environ, "PORT": str(port)}, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process)
        yield Server(url, process.pid)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_PATIENCE * 20):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).read()
        except OSError:
            if process.poll() is not None:
                message = f"the server ended with {process.returncode}"
                raise RuntimeError(message) from None
            time.sleep(0.05)
        else:
            return
    message = "the server does not answer"
    raise RuntimeError(message)


def gunicorn(app: str, threads: int = 8) -> list[str]:
    """gunicorn as the product runs it, for any WSGI application."""
    return [sys.executable, "-m", "gunicorn", "-c", "python:surveyapp.serving", "--threads", str(threads), app]


def granian(app: str, port: int) -> list[str]:
    """The documented alternative server, which has a word of its own for an application that a function makes."""
    options = ["--factory"] if app.endswith("()") else []
    options += ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "1", "--port", str(port)]
    return [
        sys.executable,
        "-m",
        "granian",
        *options,
        "--no-access-log",
        "--log-level",
        "warning",
        app.removesuffix("()"),
    ]
