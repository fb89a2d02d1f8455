"""The bot's own process, as it is deployed, and somebody who answers it by hand."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import SECRET, Database
from tests.faults.servers import Server, gunicorn

from .chats import Message
from .serving import Hand, Served

MODULE = [sys.executable, "-m", "bots"]
COMMAND = [sys.executable, "-c", "from surveyapp.cli import main; main()", "bot"]
WEBHOOK_SECRET = "a-secret_that-telegram-brings-along"
_AGAIN = "That came before this question"


class Bot:
    """A running process; ``log``: the file with all it says."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self.log = process, log

    def said(self) -> str:
        return self.log.read_text("utf-8")

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        self.process.terminate()
        return self.process.wait(30)


def environ_of(database: Database, served: Served, **settings: str) -> dict[str, str]:
    """Settings of a bot on a database and on the tests' own Telegram, which speaks of everything it does."""
    return {
        **os.environ,
        "DATABASE_URL": database.url,
        "DATABASE_OWNER_URL": database.owner_url,
        "SECRET_KEY": SECRET,
        "INSTANCE_DIR": str(database.folder),
        "TELEGRAM_BOT_TOKEN": served.token,
        "TELEGRAM_API_URL": served.url,
        "LOG_LEVEL": "debug",
        **settings,
    }


@contextmanager
def bot_on(
    database: Database, served: Served, *, command: list[str] = MODULE, name: str = "bot", **settings: str
) -> Iterator[Bot]:
    """Run the bot until the end of the block."""
    log = database.folder / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=environ_of(database, served, **settings), stdout=output, stderr=output)
        try:
            yield Bot(process, log)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(30)


@contextmanager
def hooked(database: Database, served: Served, **settings: str) -> Iterator[Server]:
    """The web application with a webhook, and the bot's process that tells Telegram of it."""
    telegram = {"TELEGRAM_BOT_TOKEN": served.token, "TELEGRAM_API_URL": served.url}
    hook = {**telegram, "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET, **settings}
    with (
        gunicorn(database, **hook, LOG_LEVEL="debug") as server,
        bot_on(database, served, PUBLIC_URL=server.address, **hook),
    ):
        served.until(lambda: bool(served.telegram.hook.url), 40)
        yield server


class Answering:
    """Somebody who answers by hand: waits for what is on the screen, then taps or writes."""

    def __init__(self, served: Served, code: str, **more: Any) -> None:
        self.served, self.code = served, code
        self.hand: Hand = served.phone(**{"language": "en", **more})

    @property
    def id(self) -> int:
        return int(self.hand.user["id"])

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.hand.screen]

    def opens(self) -> None:
        self.hand.write(f"/start {self.code}")

    def sees(self, words: str) -> Message:
        """Wait until the newest message, or a button below it, holds these words."""
        found: list[Message] = []

        def there() -> bool:
            newest = self.hand.phone.newest()
            if newest and (words in newest.text or any(words in each["text"] for each in newest.buttons)):
                found.append(newest)
            return bool(found)

        try:
            self.served.until(there, 40)
        except TimeoutError:
            raise AssertionError(f"{words!r} never came; there is {self.texts}") from None
        return found[-1]

    def taps(self, label: str) -> None:
        """Wait for a button and tap it."""
        message = self.sees(label)
        self.hand.tap(message, next(each["callback_data"] for each in message.buttons if label in each["text"]))

    def writes(self, question: str, words: str, then: str) -> None:
        """Answer a question in words; once more where the bot says that it had not been on the screen yet."""
        asked = self.sees(question)
        while asked is not None:
            asked = self._writes(words, asked)
        self.sees(then)

    def _writes(self, words: str, asked: Message) -> Message | None:
        """Write, and wait for the reply; the reply if it asks to write once more."""
        self.hand.write(words)
        self.served.until(lambda: self.hand.phone.newest() is not asked, 40)
        newest = self.hand.phone.newest()
        return newest if newest and _AGAIN in newest.text else None

    def agrees(self) -> None:
        """From the link to the first question."""
        self.opens()
        self.taps("I agree")
        self.sees("How was it?")

    def reaches_the_review(self, word: str) -> None:
        """Answer the tiny questionnaire by tapping and writing."""
        self.agrees()
        self.taps("3 – good")
        self.answers_the_rest(word)

    def answers_the_rest(self, word: str) -> None:
        """From the second question to the review."""
        self.taps("1. Help")
        self.sees("✓ 1. Help")
        self.taps("2. Money")
        self.sees("✓ 2. Money")
        self.taps("Done")
        self.writes("Where do you live?", "town", "Anything else?")
        self.writes("Anything else?", word, "Check your answers")

    def finishes(self, word: str) -> None:
        """From the link to the receipt."""
        self.reaches_the_review(word)
        self.taps("Send my answers")
        self.sees("Thank you, your answers were sent")


def until(true: Callable[[], bool], seconds: float = 40) -> None:
    """Wait for something to become true."""
    last = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < last, "waited in vain"
        time.sleep(0.02)
