"""gunicorn's settings: ``gunicorn -c python:surveyapp.serving 'surveyapp.web.wsgi:app'``.

Imports nothing of ours: gunicorn's parent process would keep the old code over a reload. gunicorn reads this
file before there is a Config, so the three settings it needs are read from the environment here.
"""

import gc
import importlib
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_SQLITE_WORKERS = 4
"""More writing processes than this only wait for each other on SQLite's single write lock."""


def _workers(environ: dict[str, str]) -> int:
    wanted = int(environ.get("WEB_CONCURRENCY") or 2)
    url = environ.get("DATABASE_URL") or "sqlite://"
    return min(wanted, _SQLITE_WORKERS) if url.startswith("sqlite") else wanted


bind = f"0.0.0.0:{os.environ.get('PORT') or 8000}"
workers = _workers(dict(os.environ))
worker_class = "gthread"
threads = 2  # measured: with 8 the slowest requests take three times as long (docs/decisions/0014)
timeout = 30
graceful_timeout = 25
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
backlog = 512
preload_app = False
accesslog = None
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - the heartbeat file, private to gunicorn

_IN_EVERY_WORKER = (
    *("asyncio", "dataclasses", "decimal", "difflib", "email.parser", "hashlib", "hmac", "html", "http.server"),
    *("inspect", "json", "logging", "mimetypes", "secrets", "sqlite3", "ssl", "uuid", "zoneinfo"),
)
"""Parts of Python itself. Loaded before the fork they are in memory once. Our code and the libraries are not: they change
with a release, and a reload would keep the old ones."""

for _name in _IN_EVERY_WORKER:
    importlib.import_module(_name)


_TELLING = ("Invalid request from", "Error handling request", "Error processing")
"""How gunicorn begins what it says of a request: with the address of whoever sent it, or what they asked for."""


def _untold(record: logging.LogRecord) -> bool:
    """A log says that a request couldn't be read, and not whose it was or what stood in it."""
    if str(record.msg).startswith(_TELLING):
        record.msg, record.args, record.exc_info = "a request that could not be read", None, None
    return True


logging.getLogger("gunicorn.error").addFilter(_untold)


def when_ready(server: object) -> None:
    """Collecting garbage would write to what workers share, and so copy it."""
    gc.freeze()


def post_worker_init(worker: object) -> None:
    """What is loaded by now stays: looking at it again and again took a sixtieth of an interview's time."""
    gc.collect()
    gc.freeze()


def on_starting(server: Any) -> None:
    """Start nothing that logs who asks, or on a database that would lose what is called saved. Not asked again at a reload."""
    if server.cfg.accesslog:
        sys.stderr.write("an access log would hold addresses and the keys to unfinished answers: leave it off\n")
        sys.exit(1)
    look = [sys.executable, "-c", "from surveyapp.cli import main; main()", "doctor", "--start"]
    looked = subprocess.run(look, capture_output=True, text=True, check=False)  # noqa: S603 - nobody else's words in it
    if looked.returncode:
        sys.stderr.write(looked.stdout + looked.stderr)
        sys.exit(1)
