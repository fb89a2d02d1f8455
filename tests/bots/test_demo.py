"""The demonstration with a bot's token: one command serves the pages and talks in Telegram, and ends both."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.serving import first_answer, free_port

from .processes import Answering, until
from .serving import Served

DEMO = "from surveyapp.cli import main; main()"


@contextmanager
def demonstration(folder: Path, served: Served, token: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run it until the end of the block; the process and its address."""
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SECRET_KEY"}}
    telegram = {"TELEGRAM_BOT_TOKEN": token, "TELEGRAM_API_URL": served.url, "INSTANCE_DIR": str(folder)}
    command = [sys.executable, "-c", DEMO, "demo", "--port", str(port)]
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, env={**environ, **telegram}, stdout=said, stderr=said, text=True)
    try:
        first_answer(f"http://127.0.0.1:{port}/healthz")
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.parametrize("ending", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.soak)])
def test_it_serves_pages_and_talks_in_telegram(served: Served, tmp_path: Path, ending: signal.Signals) -> None:
    with demonstration(tmp_path, served, served.token) as (process, address):
        link = next(word for word in (tmp_path / "said").read_text().split() if word.startswith("https://t.me/"))
        assert link.startswith("https://t.me/survey_test_bot?start=")
        ilze = Answering(served, link.partition("=")[2])
        ilze.opens()
        ilze.sees("I agree to take part")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(children) == 3, "pages, worker and bot"
        process.send_signal(ending)
        assert process.wait(60) == 0
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
    with pytest.raises(OSError):
        urllib.request.urlopen(address, timeout=2)


@pytest.mark.soak
def test_a_wrong_token_takes_no_pages_away(served: Served, tmp_path: Path) -> None:
    with demonstration(tmp_path, served, "7000000001:AAwrongwrongwrongwrongwrongwrongwro") as (process, address):
        until(lambda: "the bot token is wrong" in (tmp_path / "said").read_text())
        assert process.poll() is None
        assert first_answer(f"{address}/healthz")
        assert "t.me" not in (tmp_path / "said").read_text()
