"""The product under gunicorn, as it is deployed, with workers that can be killed."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import SECRET, Database
from tests.serving import first_answer, free_port


class Server:
    """A running gunicorn and where it answers."""

    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        self.process = process
        self.address = address

    def workers(self) -> list[int]:
        """Process ids of the workers that run now."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def kill_one(self, chance: random.Random) -> bool:
        """End one worker at once, whatever it is doing; False when there is none just now."""
        there = self.workers()
        if there:
            os.kill(chance.choice(there), signal.SIGKILL)
        return bool(there)


@contextmanager
def gunicorn(database: Database, other: str | None = None, **settings: str) -> Iterator[Server]:
    """Serve the database with the shipped settings and these until the end of the block.

    ``other``: an application to serve instead.
    """
    port = free_port()
    environ = {
        **os.environ,
        "DATABASE_URL": database.url,
        "DATABASE_OWNER_URL": database.owner_url,
        "SECRET_KEY": SECRET,
        "INSTANCE_DIR": str(database.folder),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "error",
        **settings,
    }
    command = [
        sys.executable,
        "-c",
        "from surveyapp.cli import main; main()",
        "serve",
        "--no-worker",
        "--port",
        str(port),
    ]
    if other:
        place = ["--bind", f"127.0.0.1:{port}"]
        command = [sys.executable, "-m", "gunicorn", "-c", "python:surveyapp.serving", *place, other]
    log = (database.folder / "server.log").open("wb")
    process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    try:
        first_answer(f"http://127.0.0.1:{port}/healthz")
        yield Server(process, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(60)
        log.close()
