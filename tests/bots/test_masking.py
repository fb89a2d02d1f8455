"""The bot's token stays out of the log, wherever it turns up and however loud the log is."""

import io
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bots import masking

TOKEN = "7000000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
ADDRESS = f"https://api.example/bot{TOKEN}/sendMessage"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What reaches the log at DEBUG."""
    root, kept = logging.getLogger(), logging.getLogger().handlers[:]
    levels = {name: logging.getLogger(name).level for name in ("", "httpx", "httpcore", "telegram", "telegram.request")}
    stream = io.StringIO()
    root.handlers = [logging.StreamHandler(stream)]
    root.setLevel(logging.DEBUG)
    masking.install()
    yield stream
    root.handlers = kept
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_a_token_is_masked_in_messages_and_arguments(written: io.StringIO) -> None:
    log = logging.getLogger("somewhere")
    log.debug("posting to %s", ADDRESS)
    log.debug(f"the token is {TOKEN}")  # noqa: G004 - as somebody might
    log.debug("broken %s %s", TOKEN)  # noqa: PLE1206 - as somebody might
    log.debug("as data", {"url": ADDRESS})  # noqa: PLE1205 - as somebody might
    log.debug("encoded %s", ADDRESS.replace(":AAH", "%3AAAH"))
    assert TOKEN not in written.getvalue()
    assert "AAHdq" not in written.getvalue()
    assert "posting to https://api.example/<token>/sendMessage" in written.getvalue()


def test_a_token_is_masked_in_tracebacks_and_in_what_caused_them(written: io.StringIO) -> None:
    try:
        try:
            raise OSError(ADDRESS)  # noqa: TRY301 - the cause of the next
        except OSError as error:
            raise ValueError("no answer") from error
    except ValueError:
        logging.getLogger("somewhere").exception("failed", stack_info=True)
    assert "AAHdq" not in written.getvalue()
    assert "ValueError: no answer" in written.getvalue()
    assert "OSError: https://api.example/<token>" in written.getvalue()


def test_other_records_are_left_alone(written: io.StringIO) -> None:
    logging.getLogger("somewhere").warning("%d updates in %s", 12, "time 12:30:45")
    assert written.getvalue() == "12 updates in time 12:30:45\n"


@pytest.mark.parametrize("name", ["httpx", "httpcore", "telegram"])
def test_libraries_that_tell_addresses_speak_of_trouble_only(written: io.StringIO, name: str) -> None:
    logging.getLogger(f"{name}.part").info("HTTP Request: POST %s", ADDRESS)
    assert written.getvalue() == ""
    logging.getLogger(f"{name}.part").warning("lost %s", ADDRESS)
    assert written.getvalue() == "lost https://api.example/<token>/sendMessage\n"


def test_an_answer_of_the_server_that_cannot_be_read_is_not_quoted(written: io.StringIO) -> None:
    with pytest.raises(TelegramError):
        BaseRequest.parse_json_payload(b'{"ok": true, "result": [{"message": {"text": "my neighbour drinks"')
    assert "neighbour" not in written.getvalue()


def test_nothing_the_process_dies_of_tells_the_token() -> None:
    code = f"from bots import masking; masking.configure('info', {TOKEN!r}); raise OSError({ADDRESS!r})"
    died = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert died.returncode == 1
    assert "OSError: https://api.example/" in died.stderr
    assert "AAHdq" not in died.stderr
