"""People answer while their bot is killed, again and again, at the moments that matter."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .crowds import Crowd, Report, Stored, compare
from .serving import Served
from .telegram import HANG_UP

ROOT = Path(__file__).parents[2]
MOMENTS = (
    "now",
    "sendMessage received",
    "sendMessage done",
    "getUpdates received",
    "answerCallbackQuery received",
    "editMessageText done",
)
"""When a bot is killed: at once, or with the next call of a method, before or after it is carried out."""

_PAUSE = 0.02
_LAST_CONFIRMATION = 30.0


class BotProcess:
    """A bot's command, started again after every kill. ``log`` keeps what it says."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self._command, self._environ, self._log = list(command), {**os.environ, **environ}, log
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environ, stdout=log, stderr=log, start_new_session=True
            )
        self.starts += 1

    def kill(self) -> None:
        """End it and all its children at once; without waiting, so that any thread may."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def wait_dead(self, seconds: float) -> bool:
        """Wait until it has ended."""
        assert self.process
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        assert self.process
        self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.process.wait()


@contextlib.contextmanager
def running(bot: BotProcess) -> Iterator[BotProcess]:
    """Start it, and end it whatever happens."""
    bot.start()
    try:
        yield bot
    finally:
        bot.stop()


@dataclass
class Run:
    """One kill run. ``stored``: all responses, as item id -> value; ``applied``: numbers of the updates applied.

    ``kills`` are spread over the first ``share`` of all that is to be answered; ``moments`` are taken in turn.
    ``to_the_end``: let everybody finish; else it is over with the last kill.
    """

    served: Served
    crowd: Crowd
    bot: BotProcess
    stored: Callable[[], Iterable[Stored]]
    applied: Callable[[], Iterable[int]]
    kills: int = 0
    moments: Sequence[str] = MOMENTS
    share: float = 1.0
    to_the_end: bool = True
    seconds: float = 300.0
    during: Callable[[], Any] | None = None
    happened: list[str] = field(default_factory=list)

    def go(self) -> Report:
        """Let everybody answer, kill meanwhile, and hold what is stored to the people's notes."""
        began = time.monotonic()
        with running(self.bot):
            talking = self.served.begin(self.crowd.respond(self.seconds))
            for number in range(self.kills):
                due = self.share * (number + 1) / (self.kills + 1)
                while not talking.done() and self.crowd.progress < due:
                    self._keep_running()
                if talking.done():
                    break
                self.kill(self.moments[number % len(self.moments)])
            while self.to_the_end and not talking.done():
                self._keep_running()
            if not talking.cancel():
                talking.result()
            self._settle()
        return self._report(time.monotonic() - began)

    def _keep_running(self) -> None:
        """A bot that ended by itself is started again, as whatever supervises it would."""
        if not self.bot.running:
            self.happened.append("ended by itself")
            self.bot.start()
        if self.during:
            self.during()
        time.sleep(_PAUSE)

    def kill(self, moment: str) -> None:
        """Kill at a moment, and start again."""
        method, _, when = moment.partition(" ")
        if when:
            self._kill_with(method, when)
        else:
            self.bot.kill()
        if not self.bot.wait_dead(10):
            moment = f"now, for want of {method}"
            self.bot.kill()
            self.bot.wait_dead(10)
        self.happened.append(moment)
        self.bot.start()

    def _kill_with(self, method: str, when: str) -> None:
        bot, watchers = self.bot, self.served.telegram.watchers

        def watch(called: str, given: Mapping[str, Any], at: str) -> str | None:
            if called.lower() != method.lower() or at != when or watch not in watchers:
                return None
            watchers.remove(watch)
            bot.kill()
            return HANG_UP

        self.served.do(watchers.append, watch)

    def _settle(self) -> None:
        """What was made is confirmed or too old, so that nothing is on its way any more."""
        updates = self.served.telegram.updates
        with contextlib.suppress(TimeoutError):
            self.served.until(lambda: not updates.pending, _LAST_CONFIRMATION)

    def _report(self, seconds: float) -> Report:
        report = compare(self.crowd.people, self.stored(), self.served.telegram.updates.confirmed, self.applied())
        report.kills = sum(moment != "ended by itself" for moment in self.happened)
        report.counts = self.served.do(self.served.telegram.counts) | {"seconds": round(seconds, 1)}
        return report
