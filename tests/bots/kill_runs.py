"""People answer while their bot is killed, again and again, at the moments that matter."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from .crowds import Crowd, Report, Stored, compare
from .serving import Served
from .telegram import HANG_UP

ROOT = Path(__file__).parents[2]


class Moment(NamedTuple):
    """When a bot is killed: with the next call of a method, as it comes in ("received") or has been carried out ("done").

    ``method``: "" for at once, "update" for something people do ("made"). ``holding``: text that must be in it.
    ``latest``: seconds after it, drawn by chance.
    """

    method: str = ""
    when: str = ""
    holding: str = ""
    latest: float = 0.0

    def fits(self, method: str, given: Mapping[str, Any], when: str) -> bool:
        """It is now."""
        named = method.lower() == self.method.lower() and when == self.when
        return named and (not self.holding or self.holding in str(given))


MOMENTS = (
    Moment(),
    Moment("sendMessage", "received"),
    Moment("update", "made", "|f|", 0.1),
    Moment("sendMessage", "done"),
    Moment("getUpdates", "received"),
    Moment("update", "made", "|y|", 0.1),
    Moment("answerCallbackQuery", "received"),
    Moment("editMessageText", "done"),
)
"""At once; between COMMIT and reply; around sending; before what was shown is noted; before a batch is confirmed; ..."""

BY_ITSELF = "ended by itself"
_PAUSE = 0.02
_NO_SUCH_MOMENT = 10.0
_LAST_CONFIRMATION = 30.0


class Victim(Protocol):
    """What is killed, and comes back."""

    def start(self) -> None: ...
    def kill(self) -> None: ...
    def wait_dead(self, seconds: float) -> bool: ...
    def stop(self) -> int: ...
    @property
    def running(self) -> bool: ...


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
def running(bot: Victim) -> Iterator[Victim]:
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
    bot: Victim
    stored: Callable[[], Iterable[Stored]]
    applied: Callable[[], Iterable[int]]
    kills: int = 0
    moments: Sequence[Moment] = MOMENTS
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
            self.happened.append(BY_ITSELF)
            self.bot.start()
        if self.during:
            self.during()
        time.sleep(_PAUSE)

    def kill(self, moment: Moment) -> None:
        """Kill at a moment, or at once when it doesn't come, and start again."""
        if moment.method:
            self._kill_with(moment)
        else:
            self.bot.kill()
        if not self.bot.wait_dead(_NO_SUCH_MOMENT):
            moment = Moment()
            self.bot.kill()
            self.bot.wait_dead(_NO_SUCH_MOMENT)
        self.happened.append(f"{moment.method} {moment.when} {moment.holding}".strip() or "at once")
        self.bot.start()

    def _kill_with(self, moment: Moment) -> None:
        bot, telegram, loop = self.bot, self.served.telegram, self.served.loop

        def watch(method: str, given: Mapping[str, Any], when: str) -> str | None:
            if watch not in telegram.watchers or not moment.fits(method, given, when):
                return None
            telegram.watchers.remove(watch)
            if moment.latest:
                loop.call_later(telegram.chance.uniform(0, moment.latest), bot.kill)
                return None
            bot.kill()
            return HANG_UP

        self.served.do(telegram.watchers.append, watch)

    def _settle(self) -> None:
        """What was made is confirmed or too old, so that nothing is on its way any more."""
        updates = self.served.telegram.updates
        with contextlib.suppress(TimeoutError):
            self.served.until(lambda: not updates.pending, _LAST_CONFIRMATION)

    def _report(self, seconds: float) -> Report:
        report = compare(self.crowd.people, self.stored(), self.served.telegram.updates.confirmed, self.applied())
        report.kills = len(self.happened) - self.happened.count(BY_ITSELF)
        report.moments = list(self.happened)
        report.counts = self.served.do(self.served.telegram.counts) | {"seconds": round(seconds, 1)}
        return report
